"""Least-cost flow through a network, exact on all levels of the objective at once.

The levels are weights in one flow. A plan is best when no simple cycle of its residual network
costs less than nothing, and a simple cycle meets every node once: it changes the loads of at most
two experts, and at most one unit of own class or history a node where they count. So each weight
need only exceed what one cycle can gain below it, not the sum over the whole plan, and nothing
overflows.

A wide network begins with a few of its arcs. Distances to the sink in the residual network are
prices: an arc left out that would be cheaper than its tail's price is added, and the flow solved
again; where there is none the flow is best for the whole network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from assignment.arrays import Flags, Instance, Ints
from assignment.errors import AssignmentError
from assignment.loads import LoadArcs, are_exact, first_points, load_arcs, points_near, rank_of
from assignment.network import END, GROUP, SINK, Network

_FAR = np.int64(1 << 60)
_LARGEST = 1 << 60


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Flow:
    """A best flow.

    Attributes:
        network: the network, with the arcs it needed.
        units: (A,) units on each arc of the network.
        loads: (E,) units an expert gets.
        missing: (G,) units of a group that nobody takes.
        unmet: (E,) units that an expert lacks to his minimum.
    """

    network: Network
    units: Ints
    loads: Ints
    missing: Ints
    unmet: Ints


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """What one unit costs on each level of the objective; see the module's first lines."""

    change: int
    external: int
    own: int
    missing: int
    begun: int
    minimum: int

    @classmethod
    def of(cls, network: Network, top: int, outside: Flags, *, minimum: bool) -> Weights:
        """Weights above what one simple cycle can gain on all lower levels.

        Args:
            network: the network.
            top: the highest rank of a slope.
            outside: (E,) external experts.
            minimum: whether somebody has a minimum load.
        """
        changing = len(np.unique(network.tails[network.changes > 0]))
        owning = len(np.unique(network.tails[network.owns > 0]))
        starting = len(np.unique(network.tails[network.begun > 0]))
        change = top + 1 if changing else 0
        below = changing * change + top
        external = below + 1 if outside.any() else 0
        below += external
        own = below + 1 if owning else 0
        below += owning * own
        missing = below + 1
        below += missing
        begun = below + 1 if starting else 0
        below += starting * begun
        least = below + 1 if minimum else 0
        return cls(
            change=change,
            external=external,
            own=own,
            missing=missing,
            begun=begun,
            minimum=least,
        )

    def of_arcs(self, network: Network) -> Ints:
        """(A,) cost of the network's arcs."""
        history = network.changes * self.change - network.begun * self.begun
        return history + network.owns * self.own

    def of_loads(self, arcs: LoadArcs, outside: Flags) -> Ints:
        """(L,) cost of the arcs to the sink."""
        hard = (1 - arcs.least) * self.minimum
        return arcs.rank + outside[arcs.expert] * self.external + hard

    @property
    def unplaced(self) -> int:
        """Cost of a unit that nobody takes."""
        return self.missing + self.minimum


def best_flow(network: Network, instance: Instance) -> Flow:
    """The best flow: minimum loads, works begun, the most units, then the levels in order."""
    total = int(network.supplies.sum())
    limits = np.minimum(instance.capacity, total)
    points, times = first_points(instance, limits, total), 0
    while True:
        solver = _Solver(network, instance, load_arcs(instance, points))
        flow = solver.solve()
        if not are_exact(points, flow.loads, limits):
            points = points_near(points, flow.loads, limits)
            continue
        if not network.spare:
            return flow
        wider = network.widened(solver.prices(flow, limits), solver.weights.change, times)
        if wider is None:
            return flow
        network, times = wider, times + 1


class _Solver:
    def __init__(self, network: Network, instance: Instance, arcs: LoadArcs) -> None:
        self.network = network
        self.instance = instance
        self.arcs = arcs
        self.outside = instance.outside[instance.home]
        self.groups = np.arange(len(network.supplies)) + network.group_node(0)
        minimum = bool(instance.min_load.any())
        self.weights = Weights.of(network, len(arcs.slopes), self.outside, minimum=minimum)
        if self.weights.unplaced * (len(network.levels) + 2) > _LARGEST:
            raise AssignmentError(
                "Задача слишком велика для одного распределения (групп работ: %(groups)s):"
                " разделите её по школам или по работам",
                groups=len(network.supplies),
            )
        self.costs = self.weights.of_arcs(network)

    def solve(self) -> Flow:
        network, experts = self.network, self.arcs.expert
        total = int(network.supplies.sum())
        ends = np.full(len(experts) + len(self.groups), SINK, dtype=np.int64)
        unplaced = np.full(len(self.groups), self.weights.unplaced, dtype=np.int64)
        solver = min_cost_flow.SimpleMinCostFlow()
        places = solver.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([network.tails, experts + 1, self.groups]),
            np.concatenate([network.heads, ends]),
            np.concatenate([np.minimum(network.limits, total), self.arcs.room, network.supplies]),
            np.concatenate([self.costs, self.weights.of_loads(self.arcs, self.outside), unplaced]),
        )
        solver.set_nodes_supplies(self.groups, network.supplies)
        solver.set_node_supply(SINK, -total)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise RuntimeError(f"min-cost flow ended with {status}")
        return self._flow(np.asarray(solver.flows(places), dtype=np.int64))

    def _flow(self, flows: Ints) -> Flow:
        inner = len(self.network.tails)
        outer = inner + len(self.arcs.expert)
        loads = np.bincount(
            self.arcs.expert, weights=flows[inner:outer], minlength=self.network.experts
        ).astype(np.int64)
        return Flow(
            network=self.network,
            units=flows[:inner],
            loads=loads,
            missing=flows[outer:],
            unmet=np.maximum(self.instance.min_load - loads, 0),
        )

    def prices(self, flow: Flow, limits: Ints) -> Ints:
        """(V,) the cheapest way to the sink from every node of the residual network."""
        tails, heads, costs = self._residual(flow, limits)
        prices = np.full(len(self.network.levels), _FAR)
        prices[SINK] = 0
        while True:
            before = prices.copy()
            np.minimum.at(prices, tails, costs + before[heads])
            if np.array_equal(before, prices):
                return prices

    def _residual(self, flow: Flow, limits: Ints) -> tuple[Ints, Ints, Ints]:
        network, weights = self.network, self.weights
        more, less = flow.units < network.limits, flow.units > 0
        up, down = self._steps(flow.loads)
        room, some = np.flatnonzero(flow.loads < limits), np.flatnonzero(flow.loads > 0)
        out, back = flow.missing < network.supplies, flow.missing > 0
        parts = [
            (network.tails[more], network.heads[more], self.costs[more]),
            (network.heads[less], network.tails[less], -self.costs[less]),
            (room + 1, np.zeros_like(room), up[room]),
            (np.zeros_like(some), some + 1, -down[some]),
            (self.groups[out], np.zeros_like(self.groups[out]), _alike(out, weights.unplaced)),
            (np.zeros_like(self.groups[back]), self.groups[back], _alike(back, -weights.unplaced)),
        ]
        tails, heads, costs = (np.concatenate(column) for column in zip(*parts, strict=True))
        return tails, heads, costs

    def _steps(self, loads: Ints) -> tuple[Ints, Ints]:
        """(E,) cost of one script more, and what one script less gives back."""
        weights, least = self.weights, self.instance.min_load
        fixed = self.outside * weights.external
        up = rank_of(self.arcs, self.instance, loads + 1) + (loads + 1 > least) * weights.minimum
        down = rank_of(self.arcs, self.instance, loads) + (loads > least) * weights.minimum
        return up + fixed, down + fixed


def _alike(which: Flags, value: int) -> Ints:
    return np.full(int(which.sum()), value, dtype=np.int64)


def trace_units(flow: Flow) -> tuple[Ints, Ints]:
    """Group and expert of every unit placed, ordered by group.

    Units that meet at a node are alike there, so any pairing of those that enter with those that
    leave is a plan of the same cost.
    """
    network = flow.network
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
