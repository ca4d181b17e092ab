"""Which school takes how many scripts of a group: CP-SAT on the schools, flows inside them.

The schools' experts are hidden behind their capacity. Where the experts of a receiver cannot place
what the routes give it, the cut of the flow inside that school becomes a bound on the routes, and
the routes are found again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from assignment.arrays import Flags, Instance, Ints
from assignment.draft import flow_draft
from assignment.grouping import Group, Groups
from assignment.problem import Reciprocity
from assignment.shortage import find_bottlenecks

_ROUNDS = 12
_EFFORT = 1.5
"""Deterministic seconds for the first level of one round: scripts, mutual pairs, outside."""

_POLISH = 0.3
"""Deterministic seconds for the second level: even fill, few receivers."""

_NEAR = 0.03
"""A second level so near its bound is good enough."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """These groups have, in this school, no more room than so many places."""

    school: int
    groups: frozenset[int]
    room: int


def route_groups(instance: Instance, groups: Groups) -> Ints:
    """(m, 3) rows (group, receiving school, units): no self, every route placeable inside.

    Levels: the most units, the fewest to schools outside, the fewest mutual pairs where they are
    avoided, then even fill and few receivers.
    """
    cuts: list[Cut] = []
    for _ in range(_ROUNDS):
        routes = _Graph(instance, groups, cuts).solve()
        found = list(_inner_cuts(instance, groups, routes))
        if not found:
            return routes
        cuts += found
    return _placeable(routes, cuts)


def _placeable(routes: Ints, cuts: list[Cut]) -> Ints:
    """The routes less what their receivers are known to have no room for."""
    kept = routes.copy()
    for cut in cuts:
        over = -cut.room
        for row in kept:
            if row[1] == cut.school and row[0] in cut.groups:
                row[2] -= min(int(row[2]), max(0, over + int(row[2])))
                over += int(row[2])
    return kept[kept[:, 2] > 0]


class _Graph:
    def __init__(self, instance: Instance, groups: Groups, cuts: list[Cut]) -> None:
        self.instance = instance
        self.groups = groups
        self.apart = instance.rules.distinct_schools
        self.model = cp_model.CpModel()
        self.sent: dict[tuple[int, int], Any] = {}
        self.routes: dict[tuple[int, int, int], Any] = {}
        self.mutual: list[Any] = []
        for place, row in enumerate(groups.rows):
            self._add_group(place, row)
        self._add_partners(instance.rules.receivers)
        self.fill = self._add_fill()
        if instance.rules.reciprocity is not Reciprocity.ALLOW:
            self._add_mutual()
        for cut in cuts:
            self._add_cut(cut)

    def solve(self) -> Ints:
        """The best routes under the cuts."""
        outside = self.instance.outside
        placed = cp_model.LinearExpr.sum(list(self.sent.values()))
        external = cp_model.LinearExpr.sum(
            [sent for (_, school), sent in self.sent.items() if outside[school]]
        )
        mutual = cp_model.LinearExpr.sum(self.mutual)
        pairs = len(self.mutual) + 1
        total = sum(row.size * row.k for row in self.groups.rows) + 1
        first = (mutual + pairs * external) - pairs * total * placed
        solver = self._attempt(first, _EFFORT, 0.0)
        if solver is None:
            raise RuntimeError("CP-SAT found nothing")
        self._hold(first, round(solver.objective_value), solver)
        even = len(self.routes) * self.fill + cp_model.LinearExpr.sum(list(self.routes.values()))
        solver = self._attempt(even, _POLISH, _NEAR) or solver
        rows = [(*key, solver.value(sent)) for key, sent in self.sent.items()]
        found = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return found[found[:, 2] > 0]

    def _add_cut(self, cut: Cut) -> None:
        terms = [
            sent
            for (place, school), sent in self.sent.items()
            if school == cut.school and place in cut.groups
        ]
        self.model.add(cp_model.LinearExpr.sum(terms) <= cut.room)

    def _add_group(self, place: int, row: Group) -> None:
        home = self.instance.home[self.groups.eligible(place)]
        whole = self.instance.rules.receivers == 1
        mine = []
        for school, staff in zip(*np.unique(home, return_counts=True), strict=True):
            key = (row.school, row.exam, int(school))
            limit = row.size * (1 if self.apart else min(row.k, int(staff)))
            sent = self.model.new_int_var(0, limit, "")
            route = self.routes.setdefault(key, self.model.new_bool_var(""))
            self.model.add(sent == limit * route if whole else sent <= limit * route)
            self.sent[place, int(school)] = sent
            mine.append(sent)
        self.model.add(cp_model.LinearExpr.sum(mine) <= row.size * row.k)

    def _add_partners(self, most: int | None) -> None:
        if most is None:
            return
        choices: dict[tuple[int, int], list[Any]] = {}
        for (school, exam, _), route in self.routes.items():
            choices.setdefault((school, exam), []).append(route)
        for routes in choices.values():
            self.model.add(cp_model.LinearExpr.sum(routes) <= most)

    def _add_fill(self) -> Any:
        """The largest share of its capacity that a school gets, in thousandths."""
        fill = self.model.new_int_var(0, 1000, "")
        room = np.bincount(
            self.instance.home,
            weights=self.instance.capacity * self.instance.qualified.any(axis=0),
            minlength=len(self.instance.outside),
        ).astype(np.int64)
        for school in {school for _, school in self.sent}:
            terms = [sent for (_, other), sent in self.sent.items() if other == school]
            total = cp_model.LinearExpr.sum(terms)
            self.model.add(total <= int(room[school]))
            self.model.add(1000 * total <= int(room[school]) * fill)
        return fill

    def _add_mutual(self) -> None:
        arrows: dict[tuple[int, int], list[Any]] = {}
        for (origin, _, school), route in self.routes.items():
            arrows.setdefault((school, origin), []).append(route)
        for (a, b), routes in sorted(arrows.items(), key=lambda item: item[0]):
            if a < b and (b, a) in arrows:
                self._add_pair(routes, arrows[b, a])

    def _add_pair(self, one_way: list[Any], other_way: list[Any]) -> None:
        forbid = self.instance.rules.reciprocity is Reciprocity.FORBID
        both = None if forbid else self.model.new_bool_var("")
        if both is not None:
            self.mutual.append(both)
        for one in one_way:
            for other in other_way:
                self.model.add(one + other <= 1 + (0 if both is None else both))

    def _hold(self, level: Any, value: int, solver: cp_model.CpSolver) -> None:
        self.model.add(level <= value)
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for place, known in enumerate(solver.response_proto.solution):
            self.model.add_hint(self.model.get_int_var_from_proto_index(place), known)

    def _attempt(self, objective: Any, effort: float, near: float) -> cp_model.CpSolver | None:
        self.model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = effort
        solver.parameters.relative_gap_limit = near
        status = solver.solve(self.model)
        return solver if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None


def _inner_cuts(instance: Instance, groups: Groups, routes: Ints) -> Iterable[Cut]:
    """Bounds that these routes break inside their receivers."""
    for school in np.unique(routes[:, 1]).tolist():
        mine = routes[routes[:, 1] == school]
        inside = replace(
            instance,
            capacity=np.where(instance.home == school, instance.capacity, 0),
            min_load=np.zeros_like(instance.min_load),
        )
        here = np.flatnonzero(instance.home == school)
        rows = tuple(
            replace(groups.rows[place], size=count, k=1, base=number)
            for number, (place, _, count) in enumerate(mine.tolist())
        )
        part = replace(groups, rows=rows, pools=_only(groups, here))
        solved, free = flow_draft(inside, part, cells=instance.home.astype(np.int64))
        if not solved.missing.any():
            continue
        for neck in find_bottlenecks(inside, part, free):
            yield Cut(
                school=school,
                groups=frozenset(int(mine[number, 0]) for number in neck.groups),
                room=int(instance.capacity[list(neck.experts)].sum()),
            )


def _only(groups: Groups, experts: Ints) -> Flags:
    here = np.zeros(groups.pools.shape[1], dtype=bool)
    here[experts] = True
    return np.logical_and(groups.pools, here)
