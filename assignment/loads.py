"""The convex cost of loads: sum of (2j - 1) / capacity over an expert's j-th scripts.

The least sum of squares is also the best min-max and max-min among the loads a flow can reach
(Frank and Murota, arXiv 2007.09616). The cost is drawn as a convex line through break points; where
they are one apart around the load found, the line is the true cost there, and what is best for the
line is best for the true cost.

Only the order of slopes matters: a simple cycle of the residual network meets the sink once, takes
a script from one expert and gives it to another, and gains when the one's slope exceeds the
other's. So a slope's rank stands for it: small whole numbers, exact for any capacities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assignment.arrays import Instance, Ints, Reals

_ALL_POINTS = 500
_OFFSETS = np.array([-6, -2, -1, 0, 1, 2, 6], dtype=np.int64)
_NEAR = np.array([-32, -16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16, 32], dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LoadArcs:
    """Arcs from experts to the sink, one for each gap between break points.

    Attributes:
        expert: (L,) whose load.
        room: (L,) units the gap holds.
        rank: (L,) order of its slope among all slopes.
        least: (L,) 1 where the gap lies below the expert's minimum load.
        slopes: the distinct slopes, rising. Two equal fractions divide to the same double, and two
            different ones of numbers below 2^25 to different doubles, so the order is exact.
    """

    expert: Ints
    room: Ints
    rank: Ints
    least: Ints
    slopes: Reals


def first_points(instance: Instance, limits: Ints, total: int) -> Ints:
    """(E, m) break points of the load cost, rising along a row.

    Args:
        instance: the instance.
        limits: (E,) most units an expert can get.
        total: units to place.
    """
    least = np.minimum(instance.min_load, limits)
    fixed = np.stack([np.zeros_like(limits), least, limits], axis=1)
    if int(limits.max(initial=0) + 1) * len(limits) <= _ALL_POINTS:
        whole = np.arange(int(limits.max(initial=0)) + 1)
        return _joined(fixed, np.broadcast_to(whole, (len(limits), len(whole))), limits)
    share = min(1.0, total / max(1.0, float(limits.sum())))
    centre = np.floor(limits * share).astype(np.int64)
    return _joined(fixed, centre[:, None] + _OFFSETS, limits)


def points_near(points: Ints, loads: Ints, limits: Ints) -> Ints:
    """More break points: those about the loads found."""
    return _joined(points, loads[:, None] + _NEAR, limits)


def _joined(points: Ints, more: Ints, limits: Ints) -> Ints:
    together = np.concatenate([points, np.clip(more, 0, limits[:, None])], axis=1)
    return np.sort(together, axis=1)


def are_exact(points: Ints, loads: Ints, limits: Ints) -> bool:
    """Every load and its neighbours are break points."""
    near = np.clip(loads[:, None] + np.array([-1, 0, 1]), 0, limits[:, None])
    return bool((points[:, :, None] == near[:, None, :]).any(axis=1).all())


def load_arcs(instance: Instance, points: Ints) -> LoadArcs:
    """The gaps between break points as arcs."""
    low, high = points[:, :-1], points[:, 1:]
    expert, column = np.nonzero(high > low)
    low, high = low[expert, column], high[expert, column]
    slopes, rank = np.unique(_slopes(instance, low + high, expert), return_inverse=True)
    return LoadArcs(
        expert=expert,
        room=high - low,
        rank=rank.reshape(-1).astype(np.int64),
        least=(high <= instance.min_load[expert]).astype(np.int64),
        slopes=slopes,
    )


def rank_of(arcs: LoadArcs, instance: Instance, step: Ints) -> Ints:
    """(E,) rank of the slope of each expert's `step`-th script."""
    slope = _slopes(instance, 2 * step - 1, np.arange(len(step)))
    return np.searchsorted(arcs.slopes, slope).astype(np.int64)


def _slopes(instance: Instance, doubled: Ints, expert: Ints) -> Reals:
    """Slopes of experts at twice these loads, above what they carry besides."""
    shares = instance.capacity if instance.shares is None else instance.shares
    carried = 0.0 if instance.carried is None else 2 * instance.carried[expert]
    slopes: Reals = (doubled + carried) / np.maximum(shares[expert], 1)
    return slopes
