"""Least-cost flow through a network with convex loads, exact, and read back unit by unit.

The levels of the objective are weights in one flow. A plan is best when no simple cycle of its
residual network costs less than nothing, and a simple cycle meets every node once: it changes
the loads of at most two experts, and at most one unit of own class or history a node where they
count. So each weight need only
exceed what one cycle can gain below it, not the sum over the whole plan, and nothing overflows.

The load cost of an expert, sum of (2j - 1) / capacity over his j-th scripts (Frank and Murota,
arXiv 2007.09616: the least sum of squares is also the best min-max and max-min), is drawn as a
convex line through break points. Where they are one apart around the load found, the line is the
true cost there, and the flow is best for the true cost; else points are added and it is solved
again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from assignment.arrays import Flags, Instance, Ints
from assignment.network import END, GROUP, SINK, Network

_LARGEST = 1 << 58
_ALL_POINTS = 30_000
_OFFSETS = np.array([-8, -4, -2, -1, 0, 1, 2, 4, 8], dtype=np.int64)
_NEAR = np.array([-2, -1, 0, 1, 2], dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Flow:
    """A best flow.

    Attributes:
        units: (A,) units on each arc of the network.
        loads: (E,) units an expert gets.
        missing: (G,) units of a group that nobody takes.
        unmet: (E,) units that an expert lacks to his minimum.
        gap: how far the fairness may lie above the best, from rounded weights.
    """

    units: Ints
    loads: Ints
    missing: Ints
    unmet: Ints
    gap: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """What one unit costs on each level of the objective; see the module's first lines."""

    scale: int
    change: int
    external: int
    own: int
    missing: int
    begun: int
    minimum: int

    @classmethod
    def of(cls, scale: int, network: Network, outside: Flags, *, minimum: bool) -> Weights:
        """Weights above what one simple cycle can gain on all lower levels."""
        changing = len(np.unique(network.tails[network.changes > 0]))
        owning = len(np.unique(network.tails[network.owns > 0]))
        change = 2 * scale + 1 if changing else 0
        below = changing * change + 2 * scale
        external = below + 1 if outside.any() else 0
        below += external
        own = below + 1 if owning else 0
        below += owning * own
        missing = below + 1
        below += missing
        starting = len(np.unique(network.tails[network.begun > 0]))
        begun = below + 1 if starting else 0
        below += starting * begun
        return cls(
            scale=scale,
            change=change,
            external=external,
            own=own,
            missing=missing,
            begun=begun,
            minimum=below + 1 if minimum else 0,
        )


def best_flow(network: Network, instance: Instance) -> Flow:
    """The best flow: minimum loads, works begun, the most units, then the levels in order."""
    limits = np.minimum(instance.capacity, int(network.supplies.sum()))
    outside = instance.outside[instance.home]
    weights, exact = _weights(network, instance, outside)
    points = _first_points(network, instance, limits)
    while True:
        units, loads, missing = _solve(network, instance, weights, points, outside)
        if _is_fine(points, loads, limits):
            break
        points = _with_points(points, loads[:, None] + _NEAR, limits)
    gap = 0.0 if exact else float(network.supplies.sum()) / weights.scale
    unmet = np.maximum(instance.min_load - loads, 0)
    return Flow(units=units, loads=loads, missing=missing, unmet=unmet, gap=gap)


def _weights(network: Network, instance: Instance, outside: Flags) -> tuple[Weights, bool]:
    """Weights with the largest useful scale that fits, and whether loads cost exactly."""
    minimum = bool(instance.min_load.any())
    unit = Weights.of(1, network, outside, minimum=minimum)
    steepest = unit.minimum + unit.begun + unit.missing + unit.own + unit.external
    room = _LARGEST // ((len(network.levels) + 2) * steepest)
    exact = _common_multiple(instance.capacity, room)
    scale = exact or max(1, room)
    return Weights.of(scale, network, outside, minimum=minimum), bool(exact)


def _common_multiple(capacity: Ints, largest: int) -> int:
    """Least common multiple of the capacities, or 0 when it is larger than that."""
    common = 1
    for value in np.unique(capacity[capacity > 0]).tolist():
        common = int(np.lcm(common, value)) if common * value < 1 << 62 else 0
        if not 0 < common <= largest:
            return 0
    return common


def _first_points(network: Network, instance: Instance, limits: Ints) -> Ints:
    """(E, m) break points of the load cost, rising along a row."""
    least = np.minimum(instance.min_load, limits)
    fixed = np.stack([np.zeros_like(limits), least, limits], axis=1)
    if int(limits.max(initial=0) + 1) * len(limits) <= _ALL_POINTS:
        whole = np.arange(int(limits.max(initial=0)) + 1)
        return _with_points(fixed, np.broadcast_to(whole, (len(limits), len(whole))), limits)
    share = min(1.0, float(network.supplies.sum()) / max(1.0, float(limits.sum())))
    centre = np.floor(limits * share).astype(np.int64)
    return _with_points(fixed, centre[:, None] + _OFFSETS, limits)


def _with_points(points: Ints, more: Ints, limits: Ints) -> Ints:
    joined = np.concatenate([points, np.clip(more, 0, limits[:, None])], axis=1)
    return np.sort(joined, axis=1)


def _is_fine(points: Ints, loads: Ints, limits: Ints) -> bool:
    """The load and its neighbours are break points, for every expert."""
    near = np.clip(loads[:, None] + np.array([-1, 0, 1]), 0, limits[:, None])
    return bool((points[:, :, None] == near[:, None, :]).any(axis=1).all())


def _solve(
    network: Network, instance: Instance, weights: Weights, points: Ints, outside: Flags
) -> tuple[Ints, Ints, Ints]:
    experts, rooms, costs = _load_arcs(instance, weights, points, outside)
    groups = np.arange(len(network.supplies)) + network.group_node(0)
    total = int(network.supplies.sum())
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([network.tails, experts + 1, groups]),
        np.concatenate([network.heads, np.zeros(len(experts) + len(groups), dtype=np.int64)]),
        np.concatenate([np.minimum(network.limits, total), rooms, network.supplies]),
        np.concatenate(
            [
                network.changes * weights.change
                + network.owns * weights.own
                - network.begun * weights.begun,
                costs,
                np.full(len(groups), weights.missing + weights.minimum),
            ]
        ),
    )
    solver.set_nodes_supplies(groups, network.supplies)
    solver.set_node_supply(SINK, -total)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with {status}")
    flows = np.asarray(solver.flows(arcs), dtype=np.int64)
    inner, outer = len(network.tails), len(network.tails) + len(experts)
    loads = np.bincount(experts, weights=flows[inner:outer], minlength=len(instance.home))
    return flows[:inner], loads.astype(np.int64), flows[outer:]


def _load_arcs(
    instance: Instance, weights: Weights, points: Ints, outside: Flags
) -> tuple[Ints, Ints, Ints]:
    """Expert, capacity and unit cost of the arcs to the sink, one a gap between break points."""
    low, high = points[:, :-1], points[:, 1:]
    expert, column = np.nonzero(high > low)
    low, high = low[expert, column], high[expert, column]
    capacity = instance.capacity[expert]
    whole, part = np.divmod(weights.scale, capacity)
    slope = whole * (low + high) + (part * (low + high) + capacity // 2) // capacity
    above = high > instance.min_load[expert]
    costs = slope + outside[expert] * weights.external + above * weights.minimum
    return expert, high - low, costs


def trace_units(network: Network, flow: Flow) -> tuple[Ints, Ints]:
    """Group and expert of every unit placed, ordered by group.

    Units that meet at a node are alike there, so any pairing of those that enter with those that
    leave is a plan of the same cost.
    """
    placed = network.supplies - flow.missing
    group = np.repeat(np.arange(len(placed)), placed)
    node = group + network.group_node(0)
    order = np.argsort(network.tails, kind="stable")
    for level in range(GROUP, END):
        here = np.flatnonzero(network.levels[node] == level)
        here = here[np.argsort(node[here], kind="stable")]
        leaving = order[network.levels[network.tails[order]] == level]
        node[here] = np.repeat(network.heads[leaving], flow.units[leaving])
    return group, node - 1
