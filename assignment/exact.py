"""What a flow cannot say, said to CP-SAT: routes between schools and experts of two schools.

Variables are units of a group at an expert, as in the flow. Two rules do not fit a flow: a school
scores another or not (no mutual pairs, whole schools), and two experts who share any of their
schools never share a script. For the second, the scripts of such a group are taken one by one.
The levels of the objective are solved one after another, each held while the next is improved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from assignment.arrays import Flags, Instance, Ints
from assignment.grouping import Groups
from assignment.problem import Reciprocity, RoutingMode, Scheme

_LARGEST_SCALE = 1 << 20
_EFFORT = 6.0
"""Deterministic seconds a level may take, so that the same input gives the same plan."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Exact:
    """What CP-SAT found.

    Attributes:
        group: group of each unit.
        expert: its expert.
        allowed: (G, S) which schools may score a group under the routes found.
        missing: (G,) units of a group that nobody takes.
        unmet: (E,) units that an expert lacks to his minimum.
        gap: how far the fairness may lie above the best.
        proved: every level above fairness is proved best.
    """

    group: Ints
    expert: Ints
    allowed: Flags
    missing: Ints
    unmet: Ints
    gap: float
    proved: bool


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


def solve_exact(instance: Instance, groups: Groups, cells: Ints) -> Exact:
    """Solve an instance with all its rules by CP-SAT, level by level."""
    model = _Model(instance, groups, cells)
    return model.solve()


class _Model:
    def __init__(self, instance: Instance, groups: Groups, cells: Ints) -> None:
        self.instance = instance
        self.groups = groups
        self.model = cp_model.CpModel()
        self.units: dict[tuple[int, int], Any] = {}
        self.routes: dict[tuple[int, int], Any] = {}
        self.wholes: dict[tuple[int, int, int], Any] = {}
        self.mutual: list[Any] = []
        for place in range(len(groups.rows)):
            self._add_group(place, cells)
        self.loads = self._add_loads()
        self.shorts = self._add_minimums()
        self._add_routes()

    def solve(self) -> Exact:
        """Level after level; the last one is fairness."""
        proved = True
        solver = cp_model.CpSolver()
        for level in self._levels():
            solver = self._best(level)
            value = round(solver.objective_value)
            proved = proved and value - solver.best_objective_bound < 1 - 1e-6
            self.model.add(level <= value)
            self._hint(solver)
        scale = self._scale()
        solver = self._best(self._fairness(scale))
        gap = max(0.0, solver.objective_value - solver.best_objective_bound) / scale
        return self._answer(solver, gap, proved=proved)

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
        wanted = [list(self.shorts.values()), begun, placed, own, self.mutual, external, changes]
        return [cp_model.LinearExpr.sum(terms) for terms in wanted if terms]

    def _add_group(self, place: int, cells: Ints) -> None:
        row = self.groups.rows[place]
        able = self.groups.eligible(place).tolist()
        mine = {
            expert: self.model.new_int_var(
                0, min(row.size, int(self.instance.capacity[expert])), ""
            )
            for expert in able
        }
        self.units.update({(place, expert): unit for expert, unit in mine.items()})
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
        total = sum(row.size for row in self.groups.rows)
        return min(int(self.instance.capacity[expert]), total)

    def _add_minimums(self) -> dict[int, Any]:
        shorts = {}
        for expert in np.flatnonzero(self.instance.min_load).tolist():
            least = int(self.instance.min_load[expert])
            shorts[expert] = self.model.new_int_var(0, least, "")
            self.model.add(shorts[expert] + self.loads.get(expert, 0) >= least)
        return shorts

    def _add_routes(self) -> None:
        rules = self.instance.rules
        if rules.scheme is Scheme.IN_SCHOOL:
            return
        if rules.routing is RoutingMode.WHOLE:
            self._add_wholes()
        if rules.reciprocity is not Reciprocity.ALLOW:
            self._add_mutual(forbid=rules.reciprocity is Reciprocity.FORBID)

    def _add_wholes(self) -> None:
        for (place, expert), unit in self.units.items():
            row, scorer = self.groups.rows[place], int(self.instance.home[expert])
            key = (row.school, row.exam, scorer)
            if key not in self.wholes:
                self.wholes[key] = self.model.new_bool_var("")
            self.model.add(unit <= row.size * self.wholes[key])
        receivers: dict[tuple[int, int], list[Any]] = {}
        for (school, exam, _), chosen in self.wholes.items():
            receivers.setdefault((school, exam), []).append(chosen)
        for choices in receivers.values():
            self.model.add_at_most_one(choices)

    def _add_mutual(self, *, forbid: bool) -> None:
        home, rows = self.instance.home, self.groups.rows
        arrows = {(int(home[expert]), rows[place].school) for place, expert in self.units}
        self.routes = {
            (a, b): self.model.new_bool_var("") for a, b in sorted(arrows) if (b, a) in arrows
        }
        for (place, expert), unit in self.units.items():
            route = self.routes.get((int(home[expert]), rows[place].school))
            if route is not None:
                self.model.add(unit <= rows[place].size * route)
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
            room, capacity = self._room(expert), int(self.instance.capacity[expert])
            if not room:
                continue
            cost = self.model.new_int_var(0, scale * room * room // capacity + 1, "")
            for step in range(room):
                base = scale * step * step // capacity
                rise = scale * (2 * step + 1) // capacity
                self.model.add(cost >= base + rise * (load - step))
            costs.append(cost)
        return cp_model.LinearExpr.sum(costs)

    def _best(self, objective: Any) -> cp_model.CpSolver:
        self.model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = _EFFORT
        status = solver.solve(self.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise RuntimeError(f"CP-SAT ended with {solver.status_name()}")
        return solver

    def _hint(self, solver: cp_model.CpSolver) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for variable in [*self.units.values(), *self.routes.values(), *self.wholes.values()]:
            self.model.add_hint(variable, solver.value(variable))

    def _answer(self, solver: cp_model.CpSolver, gap: float, *, proved: bool) -> Exact:
        found = np.array(
            [(*key, solver.value(unit)) for key, unit in self.units.items()], dtype=np.int64
        ).reshape(-1, 3)
        placed = np.bincount(
            found[:, 0], weights=found[:, 2], minlength=len(self.groups.rows)
        ).astype(np.int64)
        unmet = np.zeros(len(self.instance.home), dtype=np.int64)
        for expert, short in self.shorts.items():
            unmet[expert] = solver.value(short)
        wanted = np.array([row.k * row.size for row in self.groups.rows], dtype=np.int64)
        return Exact(
            group=np.repeat(found[:, 0], found[:, 2]),
            expert=np.repeat(found[:, 1], found[:, 2]),
            allowed=self._allowed(solver),
            missing=wanted - placed,
            unmet=unmet,
            gap=gap,
            proved=proved,
        )

    def _allowed(self, solver: cp_model.CpSolver) -> Flags:
        rows = self.groups.rows
        allowed = np.ones((len(rows), len(self.instance.outside)), dtype=bool)
        for place, row in enumerate(rows):
            for (a, b), route in self.routes.items():
                if b == row.school and not solver.value(route):
                    allowed[place, a] = False
            for (school, exam, scorer), chosen in self.wholes.items():
                if (school, exam) == (row.school, row.exam) and not solver.value(chosen):
                    allowed[place, scorer] = False
        return allowed
