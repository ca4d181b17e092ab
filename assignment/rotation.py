"""School -> school by rotating a circle: no self, no mutual pair, few pairs, any size at once.

The schools stand on a circle of as many places as there are scripts, each as long as its scripts;
the receivers' quotas stand on the same circle, turned by a step. Where quotas are volumes and the
largest school holds at most a quarter of the circle, a turn by the largest school gives no school
its own scripts, no two schools each other's, and at most two receivers a school on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assignment.arrays import Ints

_TURNS = 24


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Turn:
    """Pieces of the circle: so many scripts of one school go to another.

    Attributes:
        origin: (P,) school whose scripts these are.
        receiver: (P,) school that scores them.
        count: (P,) how many.
        selves: scripts that would stay in their school.
        mutual: pairs of schools that score each other.
        crowded: schools that send to more receivers than the limit allows.
    """

    origin: Ints
    receiver: Ints
    count: Ints
    selves: int
    mutual: int
    crowded: int

    @property
    def faults(self) -> tuple[int, int, int]:
        """What is wrong with the turn; all nothing for a good one."""
        return self.selves, self.mutual, self.crowded


def rotate(
    volumes: Ints, quotas: Ints | None = None, *, seed: int = 0, most: int | None = None
) -> Turn:
    """Send every school's scripts on by one turn of the circle.

    Args:
        volumes: (S,) scripts a school.
        quotas: (S,) shares in which schools receive; the volumes themselves where None.
        seed: order of the schools on the circle.
        most: at most so many receivers a school; schools of like size stand together then, so
            that a large one does not meet many small ones.

    Returns:
        The first turn without a fault, else the best of those tried.
    """
    shuffled = np.random.default_rng(seed).permutation(len(volumes))
    orders = [shuffled]
    if most is not None:
        orders.insert(0, shuffled[np.argsort(-volumes[shuffled], kind="stable")])
    best: Turn | None = None
    for order in orders:
        given = volumes[order].astype(np.int64)
        taken = given if quotas is None else _shares(quotas[order], int(given.sum()))
        for step in _steps(given, taken):
            turn = _turn(order, given, taken, step, most)
            if not any(turn.faults):
                return turn
            if best is None or turn.faults < best.faults:
                best = turn
    if best is not None:
        return best
    nothing = np.zeros_like(volumes)
    return _turn(shuffled, nothing, nothing, 0, most)


def _shares(quotas: Ints, total: int) -> Ints:
    """Whole numbers in proportion to the quotas whose sum is the total."""
    ends = np.cumsum(quotas)
    if not ends[-1]:
        raise ValueError("no school receives anything")
    shares: Ints = np.diff(ends * total // ends[-1], prepend=0)
    return shares


def _steps(given: Ints, taken: Ints) -> list[int]:
    total = int(given.sum())
    drift = int(np.abs(np.cumsum(given) - np.cumsum(taken)).max(initial=0))
    first = int(given.max(initial=0)) + drift
    if total == 0:
        return []
    return [(first + total * turn // (2 * _TURNS)) % total for turn in range(_TURNS)]


def _turn(order: Ints, given: Ints, taken: Ints, step: int, most: int | None) -> Turn:
    total = int(given.sum())
    ends = np.cumsum(given)
    stops = (np.cumsum(taken) - step) % max(1, total)
    cuts = np.unique(np.concatenate([[0], ends, stops]))
    cuts = cuts[cuts < total]
    count = np.diff(np.append(cuts, total))
    origin = order[np.searchsorted(ends, cuts, side="right")]
    place = (cuts + step) % max(1, total)
    receiver = order[np.searchsorted(np.cumsum(taken), place, side="right")]
    pairs = np.unique(origin * len(order) + receiver)
    back = (pairs % len(order)) * len(order) + pairs // len(order)
    apart = back != pairs
    partners = np.bincount(pairs // len(order), minlength=len(order))
    return Turn(
        origin=origin,
        receiver=receiver,
        count=count,
        selves=int(count[origin == receiver].sum()),
        mutual=int(np.isin(back[apart], pairs, assume_unique=True).sum()) // 2,
        crowded=0 if most is None else int((partners > most).sum()),
    )
