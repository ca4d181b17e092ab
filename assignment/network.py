"""Groups x cells x experts as a flow network.

A cell is a set of experts of whom at most one may score a script: a school where the k experts
must come from different schools, else one expert. With k = 1 the cells are schools, for the sake
of few arcs. A hub stands for experts of one cell who are alike to a group:

    group -> (relay) -> (gate of a cell) -> hub -> expert -> sink

A group sends at most its size into a cell, so every integer flow is a plan (`decompose`). A relay
is shared by groups that differ by their earlier experts alone; a gate holds a cell together that
a group sees as several hubs.

Where a group could send to many hubs that cost the same, only a few of these arcs are laid; the
rest are spare, for `flow` to price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from assignment.arrays import Flags, Indices, Instance, Ints
from assignment.grouping import Group, Groups

GROUP, RELAY, GATE, HUB, END = range(5)
"""Levels of nodes; every arc leads to a higher level."""

SINK = 0
_NO_LIMIT = 1 << 40

_FEW = 12
"""Arcs laid for a node at first."""

_MANY = 30
"""Hubs of one cost from which on only a few arcs are laid."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Spare:
    """Arcs of one node to many hubs, all alike and not laid.

    Attributes:
        tail: the node.
        heads: the hubs.
        limit: most units on one arc.
        change: 1 where a unit is a change against the earlier plan.
    """

    tail: int
    heads: Indices
    limit: int
    change: int

    def cheaper(self, prices: Ints, change: int, most: int) -> Ints:
        """Positions of hubs to lay, if any would be cheaper than the node's price; else none.

        The cheapest, and as many spread over all: prices move with every arc laid, and a node that
        is short of choice today is short of it tomorrow.

        Args:
            prices: (V,) cheapest way to the sink from every node.
            change: cost of a change.
            most: so many of each kind.
        """
        offered = prices[self.heads] + self.change * change
        below = np.flatnonzero(offered < prices[self.tail])
        if not len(below):
            return below
        cheapest = below[np.argsort(offered[below], kind="stable")[:most]]
        step = max(1, len(self.heads) // most)
        return np.union1d(cheapest, np.arange(self.tail % step, len(self.heads), step))

    def without(self, places: Ints) -> Spare:
        """The arcs left when some are laid."""
        return replace(self, heads=np.delete(self.heads, places))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Network:
    """Arcs from groups to experts; what lies behind an expert is `flow`'s.

    Node 0 is the sink, nodes 1..E the experts, then E + 1 + g the group g.

    Attributes:
        tails: (A,) node an arc leaves.
        heads: (A,) node it enters.
        limits: (A,) most units.
        changes: (A,) 1 where a unit is a change against the earlier plan.
        owns: (A,) 1 where a unit is scored by a teacher of the class.
        begun: (A,) 1 where the expert has begun to score a unit.
        levels: (V,) level of every node.
        experts: how many experts.
        supplies: (G,) units a group sends: k a script.
        spare: arcs that may be laid, by the node they leave.
    """

    tails: Ints
    heads: Ints
    limits: Ints
    changes: Ints
    owns: Ints
    begun: Ints
    levels: Ints
    experts: int
    supplies: Ints
    spare: tuple[Spare, ...]

    def group_node(self, place: int) -> int:
        """The node of a group."""
        return 1 + self.experts + place

    def widened(self, prices: Ints, change: int, times: int) -> Network | None:
        """With the spare arcs that are cheaper than their tails' prices; None if there is none.

        Args:
            prices: (V,) cheapest way to the sink from every node.
            change: cost of a change.
            times: how often the network was widened before; each time twice as many arcs are laid
                for a node at most, so that few times suffice.
        """
        most = _FEW << times
        chosen = [row.cheaper(prices, change, most) for row in self.spare]
        count = [len(places) for places in chosen]
        if not sum(count):
            return None
        heads = [row.heads[places] for row, places in zip(self.spare, chosen, strict=True)]
        nothing = np.zeros(sum(count), dtype=np.int64)
        return replace(
            self,
            tails=np.append(self.tails, np.repeat([row.tail for row in self.spare], count)),
            heads=np.append(self.heads, np.concatenate(heads).astype(np.int64)),
            limits=np.append(self.limits, np.repeat([row.limit for row in self.spare], count)),
            changes=np.append(self.changes, np.repeat([row.change for row in self.spare], count)),
            owns=np.append(self.owns, nothing),
            begun=np.append(self.begun, nothing),
            spare=tuple(
                row.without(places) for row, places in zip(self.spare, chosen, strict=True)
            ),
        )


def school_cells(instance: Instance) -> Ints:
    """(E,) cell of each expert, taking him for an expert of his main school alone."""
    if not instance.rules.distinct_schools and int(instance.script_k.max(initial=1)) > 1:
        return np.arange(len(instance.home), dtype=np.int64)
    return instance.home.astype(np.int64)


def build_network(
    instance: Instance, groups: Groups, *, cells: Ints, allowed: Flags | None = None
) -> Network:
    """The network of an instance.

    Args:
        instance: the instance.
        groups: its groups.
        cells: (E,) cell of each expert.
        allowed: (G, S) schools that may score a group; None: all.
    """
    builder = _Builder(instance, groups, cells, allowed)
    for place in range(len(groups.rows)):
        builder.add_group(place)
    return builder.network()


class _Cost(NamedTuple):
    """What one unit on an arc counts for."""

    change: int = 0
    own: int = 0
    begun: int = 0


_FREE = _Cost()


class _Builder:
    def __init__(
        self, instance: Instance, groups: Groups, cells: Ints, allowed: Flags | None
    ) -> None:
        self.groups = groups
        self.cells = cells
        self.cell_of: list[int] = cells.tolist()
        self.home = instance.home
        self.allowed = allowed
        self.staff = _members(cells)
        self.levels = [END] * (1 + len(cells)) + [GROUP] * len(groups.rows)
        self.hubs: dict[tuple[int, ...], int] = {}
        self.relays: dict[int, int] = {}
        self.arcs: list[tuple[int, Ints, int, _Cost]] = []
        self.spare: list[Spare] = []
        self.uneven = np.zeros(int(cells.max(initial=0)) + 1, dtype=bool)
        self.shuffled: dict[int, Ints] = {}
        self.plain: dict[int, tuple[Ints, Ints]] = {}

    def add_group(self, place: int) -> None:
        """Lay the arcs of one group."""
        row = self.groups.rows[place]
        node = 1 + len(self.cells) + place
        may = self._open_experts(place)
        special = (row.kept or frozenset()) | row.begun
        if row.k > 1 or (row.kept is None and not special):
            self._fan_out(node, row, may, kept=row.kept)
            return
        for expert in sorted(special):
            if may[expert]:
                self._arc(node, [1 + expert], row.size, _cost(row, row.kept, expert))
        relay = self.relays.get(row.base)
        if relay is None:
            relay = self.relays[row.base] = self._node(RELAY)
            self._fan_out(relay, row, may, kept=None, limit=_NO_LIMIT)
        self._arc(node, [relay], row.size, _Cost(change=int(row.kept is not None)))

    def network(self) -> Network:
        """Everything laid so far."""
        counts = [len(heads) for _, heads, *_ in self.arcs]
        rows = self.groups.rows
        costs = np.array([(*cost,) for *_, cost in self.arcs], dtype=np.int64).reshape(-1, 3)
        change, own, begun = np.repeat(costs, counts, axis=0).T
        return Network(
            tails=np.repeat([tail for tail, *_ in self.arcs], counts).astype(np.int64),
            heads=_joined([heads for _, heads, *_ in self.arcs]),
            limits=np.repeat([limit for _, _, limit, _ in self.arcs], counts).astype(np.int64),
            changes=change,
            owns=own,
            begun=begun,
            levels=np.array(self.levels, dtype=np.int64),
            experts=len(self.cells),
            supplies=np.array([row.k * row.size for row in rows], dtype=np.int64),
            spare=tuple(self.spare),
        )

    def _open_experts(self, place: int) -> Flags:
        row = self.groups.rows[place]
        may: Flags = self.groups.pools[row.pool].copy()
        may[list(row.barred)] = False
        if self.allowed is not None:
            np.logical_and(may, self.allowed[place][self.home], out=may)
        return may

    def _fan_out(
        self,
        node: int,
        row: Group,
        may: Flags,
        *,
        kept: frozenset[int] | None,
        limit: int | None = None,
    ) -> None:
        """Arcs from a group, or its relay, to every cell that may score it."""
        bound = row.size if limit is None else limit
        special = row.own | (kept or frozenset())
        if row.k > 1:
            special |= row.begun
        uneven = row.barred | special
        if self.allowed is not None:
            uneven |= set(np.flatnonzero(self.groups.pools[row.pool] & ~may).tolist())
        touched = sorted({self.cell_of[expert] for expert in uneven})
        cells, hubs = self._plain_hubs(row.pool)
        self.uneven[touched] = True
        self._lay_plain(node, hubs[~self.uneven[cells]], bound, int(kept is not None))
        self.uneven[touched] = False
        for cell in touched:
            here = self.staff[cell][may[self.staff[cell]]]
            self._fan_cell(node, here, row, kept, bound)

    def _lay_plain(self, node: int, hubs: Ints, bound: int, change: int) -> None:
        """Arcs to hubs that cost the same, spread evenly where they are many.

        One half follows the order of hubs, the other a shuffled order, each going on where the
        node before stopped: every hub is reached as often, and few arcs join all of them.
        """
        if len(hubs) <= _MANY:
            self._arc(node, hubs, bound, _Cost(change=change))
            return
        half = _FEW // 2
        start = len(self.spare) * half
        window = (start + np.arange(half)) % len(hubs)
        if len(hubs) not in self.shuffled:
            self.shuffled[len(hubs)] = np.random.default_rng(len(hubs)).permutation(len(hubs))
        laid = np.zeros(len(hubs), dtype=bool)
        laid[window] = laid[self.shuffled[len(hubs)][window]] = True
        self._arc(node, hubs[laid], bound, _Cost(change=change))
        rest = hubs[~laid].astype(np.int32)
        self.spare.append(Spare(tail=node, heads=rest, limit=bound, change=change))

    def _fan_cell(
        self, node: int, here: Ints, row: Group, kept: frozenset[int] | None, bound: int
    ) -> None:
        """Arcs into one cell whose experts are not alike to the group."""
        alike: dict[_Cost, list[int]] = {}
        for expert in here.tolist():
            alike.setdefault(_cost(row, kept, expert), []).append(expert)
        if len(alike) > 1 and row.k > 1:
            gate = self._node(GATE)
            self._arc(node, [gate], bound)
            node = gate
        for cost, experts in sorted(alike.items()):
            self._arc(node, [self._hub(experts)], bound, cost)

    def _plain_hubs(self, pool: int) -> tuple[Ints, Ints]:
        """The cells of a pool and their hubs, for groups that bar nobody there."""
        if pool not in self.plain:
            able = np.flatnonzero(self.groups.pools[pool])
            cells, place = np.unique(self.cells[able], return_inverse=True)
            ends = np.cumsum(np.bincount(place))[:-1]
            parts = np.split(able[np.argsort(place, kind="stable")], ends)
            hubs = [self._hub(part.tolist()) for part in parts] if len(able) else []
            self.plain[pool] = cells, np.array(hubs, dtype=np.int64)
        return self.plain[pool]

    def _hub(self, experts: list[int]) -> int:
        if len(experts) == 1:
            return 1 + experts[0]
        key = tuple(experts)
        if key not in self.hubs:
            self.hubs[key] = self._node(HUB)
            self._arc(self.hubs[key], np.array(experts, dtype=np.int64) + 1, _NO_LIMIT)
        return self.hubs[key]

    def _node(self, level: int) -> int:
        self.levels.append(level)
        return len(self.levels) - 1

    def _arc(self, tail: int, heads: Ints | list[int], limit: int, cost: _Cost = _FREE) -> None:
        self.arcs.append((tail, np.asarray(heads, dtype=np.int64), limit, cost))


def _cost(row: Group, kept: frozenset[int] | None, expert: int) -> _Cost:
    return _Cost(
        change=int(kept is not None and expert not in kept),
        own=int(expert in row.own),
        begun=int(expert in row.begun),
    )


def _members(cells: Ints) -> dict[int, Ints]:
    order = np.argsort(cells, kind="stable")
    names, starts = np.unique(cells[order], return_index=True)
    parts = np.split(order, starts[1:])
    return dict(zip(names.tolist(), parts, strict=True)) if len(cells) else {}


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
