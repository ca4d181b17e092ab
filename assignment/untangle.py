"""Experts who share any workplace kept from one script, by exchanges between scripts.

Two scripts exchange two of their experts where the rules let both. No load changes, and an exchange
that costs history or own class is not made, so an untangled plan is worth what the flow was worth.
"""

from __future__ import annotations

import numpy as np

from assignment.arrays import NOBODY, Flags, Indices, Instance, Ints
from assignment.grouping import Groups

_TRIED = 400
_PASSES = 6


def untangle(
    table: Indices, groups: Groups, instance: Instance, allowed: Flags | None = None
) -> bool:
    """Exchange experts in place until none of a script share a workplace; whether it succeeded.

    Args:
        table: (N, k) experts of each script, NOBODY where one is missing.
        groups: the groups of the scripts.
        instance: where the experts work.
        allowed: (G, S) schools that may score a group; None: all.
    """
    knots = _Knots(table, groups, instance, allowed)
    for _ in range(_PASSES):
        tangled = [script for script in knots.suspects if knots.is_tangled(table[script].tolist())]
        if not tangled:
            return True
        for script in tangled:
            knots.loosen(script)
    return False


class _Knots:
    def __init__(
        self, table: Indices, groups: Groups, instance: Instance, allowed: Flags | None
    ) -> None:
        self.table = table
        self.groups = groups
        self.home = instance.home
        self.allowed = allowed
        self.able: dict[int, set[int]] = {}
        self.group_of = groups.group_of
        self.places = _workplaces(instance)
        self.rng = np.random.default_rng(0)
        several = np.array([len(schools) > 1 for schools in self.places])
        bound = np.append(several, False)[table].any(axis=1)
        self.suspects: set[int] = set(np.flatnonzero(bound).tolist())
        order = np.argsort(groups.group_of, kind="stable")
        self.members = np.split(order, np.cumsum(groups.sizes)[:-1])

    def is_tangled(self, row: list[int]) -> bool:
        """Two experts of the row share a workplace."""
        seen: set[int] = set()
        for expert in row:
            if expert == NOBODY:
                continue
            if not seen.isdisjoint(self.places[expert]):
                return True
            seen |= self.places[expert]
        return False

    def loosen(self, script: int) -> None:
        """One exchange after which neither of two scripts is tangled, if one is found."""
        mine = self.table[script].tolist()
        for other in self._others(script):
            theirs = self.table[other].tolist()
            for here in range(len(mine)):
                for there in range(len(mine)):
                    one, two = mine.copy(), theirs.copy()
                    one[here], two[there] = theirs[there], mine[here]
                    if self._is_better(script, other, one, two):
                        self.table[script], self.table[other] = one, two
                        self.suspects.add(other)
                        return

    def _is_better(self, script: int, other: int, one: list[int], two: list[int]) -> bool:
        if self.is_tangled(one) or self.is_tangled(two):
            return False
        here, there = int(self.group_of[script]), int(self.group_of[other])
        if here == there:
            return True
        if not self._may(here, one) or not self._may(there, two):
            return False
        mine, theirs = self.table[script].tolist(), self.table[other].tolist()
        if one.count(NOBODY) != mine.count(NOBODY):
            return False
        return self._worth(here, one, there, two) == self._worth(here, mine, there, theirs)

    def _may(self, group: int, row: list[int]) -> bool:
        if group not in self.able:
            able = self.groups.eligible(group)
            if self.allowed is not None:
                able = able[self.allowed[group][self.home[able]]]
            self.able[group] = {NOBODY, *able.tolist()}
        return self.able[group].issuperset(row)

    def _worth(self, here: int, one: list[int], there: int, two: list[int]) -> tuple[int, int, int]:
        """Begun, own and kept works of two rows: levels that are not traded for each other."""
        begun = own = kept = 0
        for group, row in ((self.groups.rows[here], one), (self.groups.rows[there], two)):
            begun += len(group.begun.intersection(row))
            own += len(group.own.intersection(row))
            kept += len(group.kept.intersection(row)) if group.kept is not None else 0
        return begun, own, kept

    def _others(self, script: int) -> list[int]:
        members: Ints = self.members[self.group_of[script]]
        near: list[int] = self.rng.permutation(members)[:_TRIED].tolist()
        far: list[int] = self.rng.integers(len(self.table), size=_TRIED).tolist()
        return [other for other in (*near, *far) if other != script]


def _workplaces(instance: Instance) -> list[set[int]]:
    places: list[set[int]] = [set() for _ in instance.home]
    for expert, school in instance.works_at.tolist():
        places[expert].add(school)
    return places
