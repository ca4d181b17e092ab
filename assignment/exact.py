"""What a flow cannot say, said to CP-SAT: routes between schools and experts of two schools.

Variables are units of a group at an expert, as in the flow. Two rules do not fit a flow: a school
scores another or not (no mutual pairs, few receivers), and two experts who share any of their
schools never share a script. For the second, the scripts of such a group are taken one by one.
Experts whom no group tells apart are one member of the staff; a flow divides their work later. The
levels of the objective are solved one after another, each held while the next is improved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from assignment.arrays import Flags, Instance, Ints
from assignment.grouping import Groups
from assignment.problem import Reciprocity, Scheme

_LARGEST_SCALE = 1 << 30
_EFFORT = 2.0
"""Deterministic seconds a level may take, so that the same input gives the same plan."""

_FAIR_EFFORT = 1.0
"""The same for fairness, the last level, whose gap is told."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Exact:
    """What CP-SAT found.

    Attributes:
        group: group of each unit.
        expert: its expert, or the first of those alike.
        allowed: (G, S) which schools may score a group under the routes found.
        missing: (G,) units of a group that nobody takes.
        unmet: (E,) units that an expert lacks to his minimum.
        bound: the fairness is nowhere below this; None where a level above is not proved best.
    """

    group: Ints
    expert: Ints
    allowed: Flags
    missing: Ints
    unmet: Ints
    bound: float | None


def split_groups(groups: Groups, which: Flags) -> Groups:
    """Every script of the groups named a group of its own."""
    rows, group_of = list(groups.rows), groups.group_of.copy()
    for script in np.flatnonzero(which[groups.group_of]).tolist():
        row = replace(groups.rows[groups.group_of[script]], size=1)
        group_of[script] = len(rows)
        rows.append(row)
    kept = np.flatnonzero(~np.append(which, np.zeros(len(rows) - len(which), dtype=bool)))
    number = np.full(len(rows), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    return Groups(
        rows=tuple(rows[place] for place in kept), pools=groups.pools, group_of=number[group_of]
    )


def solve_exact(instance: Instance, groups: Groups, cells: Ints, *, alike: bool) -> Exact:
    """Solve an instance with all its rules by CP-SAT, level by level.

    Args:
        instance: the instance.
        groups: its groups, where two schools of an expert matter split by `split_groups`.
        cells: (E,) cell of each expert.
        alike: take experts whom no group tells apart together.
    """
    return _Model(instance, groups, cells, _staff(instance, groups, alike=alike)).solve()


def _staff(instance: Instance, groups: Groups, *, alike: bool) -> list[list[int]]:
    """Experts by what tells them apart; the first of each stands for all."""
    able = np.zeros((len(groups.rows), len(instance.home)), dtype=np.int8)
    for place, row in enumerate(groups.rows):
        able[place, groups.eligible(place)] = 1
        for bit, special in enumerate((row.own, row.kept or (), row.begun), start=1):
            able[place, list(special)] += 1 << bit
    found: dict[tuple[object, ...], list[int]] = {}
    for expert in np.flatnonzero(able.any(axis=0)).tolist():
        facts = (instance.home[expert], instance.capacity[expert], instance.min_load[expert])
        key = (*facts, able[:, expert].tobytes(), -1 if alike else expert)
        found.setdefault(key, []).append(expert)
    return list(found.values())


class _Model:
    def __init__(
        self, instance: Instance, groups: Groups, cells: Ints, staff: list[list[int]]
    ) -> None:
        self.instance = instance
        self.groups = groups
        self.staff = {members[0]: members for members in staff}
        self.model = cp_model.CpModel()
        self.units: dict[tuple[int, int], Any] = {}
        self.routes: dict[tuple[int, int], Any] = {}
        self.partners: dict[tuple[int, int, int], Any] = {}
        self.mutual: list[Any] = []
        for place in range(len(groups.rows)):
            self._add_group(place, cells)
        self.loads = self._add_loads()
        self.shorts = self._add_minimums()
        self._add_routes()
        self._hint_nothing()

    def solve(self) -> Exact:
        """Level after level; the last one is fairness."""
        proved, last = True, self._attempt(cp_model.LinearExpr.sum([]))
        for level in self._levels():
            solver = self._attempt(level)
            if solver is None:
                proved = False
                continue
            last, value = solver, round(solver.objective_value)
            proved = proved and value - solver.best_objective_bound < 1 - 1e-6
            self.model.add(level <= value)
            self._hint(solver)
        if last is None:
            raise RuntimeError("CP-SAT found nothing")
        scale = self._scale()
        solver = self._attempt(self._fairness(scale), _FAIR_EFFORT)
        if solver is None:
            return self._answer(last, None)
        bound = (solver.best_objective_bound - len(self.staff)) / scale
        exact = solver.objective_value - solver.best_objective_bound < 1 - 1e-6
        if exact:
            bound = solver.objective_value / scale
        return self._answer(solver, bound if proved else None)

    def _levels(self) -> list[Any]:
        rows, outside = self.groups.rows, self.instance.outside[self.instance.home]
        units = self.units
        own = [unit for (place, expert), unit in units.items() if expert in rows[place].own]
        external = [unit for (_, expert), unit in units.items() if outside[expert]]
        changes = [
            unit
            for (place, expert), unit in units.items()
            if (kept := rows[place].kept) is not None and expert not in kept
        ]
        begun = [-unit for (place, expert), unit in units.items() if expert in rows[place].begun]
        placed = [-unit for unit in units.values()]
        wanted = [list(self.shorts.values()), begun, placed, own, external, changes, self.mutual]
        return [cp_model.LinearExpr.sum(terms) for terms in wanted if terms]

    def _add_group(self, place: int, cells: Ints) -> None:
        row = self.groups.rows[place]
        able = [expert for expert in self.groups.eligible(place).tolist() if expert in self.staff]
        mine = {}
        for expert in able:
            apart = len(np.unique(cells[self.staff[expert]]))
            room = min(row.size * apart, self._room(expert))
            mine[expert] = self.model.new_int_var(0, room, "")
            self.units[place, expert] = mine[expert]
        self.model.add(cp_model.LinearExpr.sum(list(mine.values())) <= row.k * row.size)
        for experts in self._rivals(able, cells, single=row.size == 1):
            if len(experts) > 1:
                total = cp_model.LinearExpr.sum([mine[expert] for expert in experts])
                self.model.add(total <= row.size)

    def _rivals(self, able: list[int], cells: Ints, *, single: bool) -> list[list[int]]:
        """Sets of experts who together take a script once at most."""
        sets: dict[tuple[str, int], list[int]] = {}
        for expert in able:
            sets.setdefault(("cell", int(cells[expert])), []).append(expert)
        if single and self.instance.rules.distinct_schools:
            present = set(able)
            for expert, school in self.instance.works_at.tolist():
                if expert in present:
                    sets.setdefault(("school", school), []).append(expert)
        return list(sets.values())

    def _add_loads(self) -> dict[int, Any]:
        found: dict[int, list[Any]] = {}
        for (_, expert), unit in self.units.items():
            found.setdefault(expert, []).append(unit)
        loads = {}
        for expert, units in found.items():
            load = self.model.new_int_var(0, self._room(expert), "")
            self.model.add(load == cp_model.LinearExpr.sum(units))
            loads[expert] = load
        return loads

    def _room(self, expert: int) -> int:
        members = self.staff[expert]
        total = sum(row.size * row.k for row in self.groups.rows)
        return min(int(self.instance.capacity[expert]) * len(members), total)

    def _add_minimums(self) -> dict[int, Any]:
        shorts = {}
        for expert in np.flatnonzero(self.instance.min_load).tolist():
            alike = next((m for m in self.staff.values() if expert in m), [expert])
            if expert != alike[0]:
                continue
            least = int(self.instance.min_load[expert]) * len(alike)
            shorts[expert] = self.model.new_int_var(0, least, "")
            self.model.add(shorts[expert] + self.loads.get(expert, 0) >= least)
        return shorts

    def _add_routes(self) -> None:
        rules = self.instance.rules
        if rules.scheme is Scheme.IN_SCHOOL:
            return
        if rules.receivers is not None:
            self._add_partners(rules.receivers)
        if rules.reciprocity is not Reciprocity.ALLOW:
            self._add_mutual(forbid=rules.reciprocity is Reciprocity.FORBID)

    def _by_school(self) -> dict[tuple[int, int], Any]:
        """(group, scoring school) -> the units, and how many there can be."""
        found: dict[tuple[int, int], list[Any]] = {}
        for (place, expert), unit in self.units.items():
            found.setdefault((place, int(self.instance.home[expert])), []).append(unit)
        return {key: cp_model.LinearExpr.sum(units) for key, units in found.items()}

    def _add_partners(self, most: int) -> None:
        for (place, scorer), units in self._by_school().items():
            row = self.groups.rows[place]
            key = (row.school, row.exam, scorer)
            if key not in self.partners:
                self.partners[key] = self.model.new_bool_var("")
            self.model.add(units <= row.size * row.k * self.partners[key])
        receivers: dict[tuple[int, int], list[Any]] = {}
        for (school, exam, _), chosen in self.partners.items():
            receivers.setdefault((school, exam), []).append(chosen)
        for choices in receivers.values():
            self.model.add(cp_model.LinearExpr.sum(choices) <= most)

    def _add_mutual(self, *, forbid: bool) -> None:
        rows, sent = self.groups.rows, self._by_school()
        arrows = {(scorer, rows[place].school) for place, scorer in sent}
        self.routes = {
            (a, b): self.model.new_bool_var("") for a, b in sorted(arrows) if (b, a) in arrows
        }
        for (place, scorer), units in sent.items():
            route = self.routes.get((scorer, rows[place].school))
            if route is not None:
                self.model.add(units <= rows[place].size * rows[place].k * route)
        for (a, b), route in self.routes.items():
            if a < b and forbid:
                self.model.add_at_most_one([route, self.routes[b, a]])
            elif a < b:
                both = self.model.new_bool_var("")
                self.model.add(both >= route + self.routes[b, a] - 1)
                self.mutual.append(both)

    def _scale(self) -> int:
        capacities = np.unique(self.instance.capacity[list(self.loads)])
        common = 1
        for capacity in capacities[capacities > 0].tolist():
            common = int(np.lcm(common, capacity))
            if common > _LARGEST_SCALE:
                return _LARGEST_SCALE
        return common

    def _fairness(self, scale: int) -> Any:
        """Sum of load² / capacity, each term held up by the lines through its integer points."""
        costs = []
        for expert, load in self.loads.items():
            members, capacity = len(self.staff[expert]), int(self.instance.capacity[expert])
            base, room = 0, self._room(expert)
            cost = self.model.new_int_var(0, 2 * scale * max(1, room), "")
            for step in range(room):
                rise = scale * (2 * (step // members) + 1) // capacity
                if step % members == 0:
                    self.model.add(cost >= base + rise * (load - step))
                base += rise
            costs.append(cost)
        return cp_model.LinearExpr.sum(costs)

    def _attempt(self, objective: Any, effort: float = _EFFORT) -> cp_model.CpSolver | None:
        """The best that the effort allows, or None when it found nothing."""
        self.model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = effort
        status = solver.solve(self.model)
        return solver if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None

    def _hint_nothing(self) -> None:
        """A plan that places nothing keeps every rule; the search begins with it."""
        least = {
            short.index: int(self.instance.min_load[expert]) * len(self.staff.get(expert, [expert]))
            for expert, short in self.shorts.items()
        }
        for place in range(len(self.model.proto.variables)):
            variable = self.model.get_int_var_from_proto_index(place)
            self.model.add_hint(variable, least.get(place, 0))

    def _hint(self, solver: cp_model.CpSolver) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for place, value in enumerate(solver.response_proto.solution):
            self.model.add_hint(self.model.get_int_var_from_proto_index(place), value)

    def _answer(self, solver: cp_model.CpSolver, bound: float | None) -> Exact:
        found = np.array(
            [(*key, solver.value(unit)) for key, unit in self.units.items()], dtype=np.int64
        ).reshape(-1, 3)
        rows = self.groups.rows
        placed = np.bincount(found[:, 0], weights=found[:, 2], minlength=len(rows))
        unmet = np.zeros(len(self.instance.home), dtype=np.int64)
        for expert, short in self.shorts.items():
            unmet[expert] = solver.value(short)
        wanted = np.array([row.k * row.size for row in rows], dtype=np.int64)
        return Exact(
            group=np.repeat(found[:, 0], found[:, 2]),
            expert=np.repeat(found[:, 1], found[:, 2]),
            allowed=self._allowed(solver),
            missing=wanted - placed.astype(np.int64),
            unmet=unmet,
            bound=bound,
        )

    def _allowed(self, solver: cp_model.CpSolver) -> Flags:
        rows = self.groups.rows
        allowed = np.ones((len(rows), len(self.instance.outside)), dtype=bool)
        for place, row in enumerate(rows):
            for (a, b), route in self.routes.items():
                if b == row.school and not solver.value(route):
                    allowed[place, a] = False
            for (school, exam, scorer), chosen in self.partners.items():
                if (school, exam) == (row.school, row.exam) and not solver.value(chosen):
                    allowed[place, scorer] = False
        return allowed
