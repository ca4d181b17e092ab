"""The one way through: group, route, flow, decompose, measure what is short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assignment.arrays import NOBODY, Flags, Indices, Instance, Ints, Names, to_arrays
from assignment.decompose import lay_out
from assignment.digest import digest
from assignment.flow import Flow, best_flow, trace_units
from assignment.grouping import Groups, group_scripts
from assignment.network import Network, build_network, school_cells
from assignment.plan import Certificate, Infeasible, Outcome, Partial, Plan, Sentence, Shortage
from assignment.problem import Assignment, Problem
from assignment.shortage import Bottleneck, describe, find_bottlenecks, with_more_room

_TRIED_REPAIRS = 5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Draft:
    """A solved instance.

    Attributes:
        instance: what was solved.
        groups: its groups.
        network: the network of the flow.
        flow: the best flow.
        cells: (E,) cell of each expert.
    """

    instance: Instance
    groups: Groups
    network: Network
    flow: Flow
    cells: Ints

    def table(self, seed: int) -> Indices:
        """(N, k) experts of each script, NOBODY where one is missing."""
        group, expert = trace_units(self.network, self.flow)
        return lay_out(self.groups, group, expert, self.cells, seed)


def solve_arrays(instance: Instance) -> Draft:
    """Solve an instance given as arrays; `Draft.table` then lays out the scripts."""
    groups = group_scripts(instance)
    return draft(instance, groups, cells=school_cells(instance))


def draft(
    instance: Instance, groups: Groups, *, cells: Ints, allowed: Flags | None = None
) -> Draft:
    """The best flow of one network; see `build_network` for the arguments."""
    network = build_network(instance, groups, cells=cells, allowed=allowed)
    flow = best_flow(network, instance)
    return Draft(instance=instance, groups=groups, network=network, flow=flow, cells=cells)


def solve(problem: Problem, *, seed: int) -> Outcome:
    """The best plan there is, or the best part of it with proof of what is short.

    Among valid plans it places the most; then avoids own classes, mutual pairs of schools,
    external experts and changes against `problem.previous`, in this order; then it is the fairest.
    The same problem and seed give the same plan; the order of the lists does not matter to its
    metrics.
    """
    instance, names = to_arrays(problem)
    solved = solve_arrays(instance)
    if solved.flow.unmet.any():
        return _infeasible(problem, names, solved, seed)
    plan = Plan(
        assignments=_rows(problem, names, solved.table(seed)),
        seed=seed,
        digest=digest(problem),
        gap=solved.flow.gap,
    )
    missing = int(solved.flow.missing.sum())
    if not missing:
        return plan
    shortages = _shortages(problem, names, solved)
    return Partial(plan=plan, missing=missing, shortages=shortages, certificate=_whole(shortages))


def _rows(problem: Problem, names: Names, table: Indices) -> tuple[Assignment, ...]:
    place = {code: number for number, code in enumerate(names.scripts)}
    rows = [[names.experts[e] for e in row if e != NOBODY] for row in table.tolist()]
    return tuple(
        Assignment(code=script.code, experts=tuple(rows[place[script.code]]))
        for script in problem.scripts
    )


def _shortages(problem: Problem, names: Names, solved: Draft) -> tuple[Shortage, ...]:
    parts = find_bottlenecks(solved.instance, solved.groups, solved.network, solved.flow)
    scripts = {script.code: script for script in problem.scripts}
    experts = {expert.id: expert for expert in problem.experts}
    return tuple(
        describe(
            problem,
            [scripts[names.scripts[place]] for place in _members(solved.groups, part)],
            [experts[names.experts[place]] for place in part.experts],
            part.missing,
            [names.experts[place] for place in _helpful(solved, part)],
        )
        for part in parts
    )


def _members(groups: Groups, part: Bottleneck) -> Iterable[int]:
    found: list[int] = np.flatnonzero(np.isin(groups.group_of, part.groups)).tolist()
    return found


def _helpful(solved: Draft, part: Bottleneck) -> list[int]:
    """Full experts any of whom alone, given more room, ends the shortage."""
    before = int(solved.flow.missing.sum())
    found = []
    for expert in part.experts[:_TRIED_REPAIRS]:
        roomier = with_more_room(solved.instance, expert, part.missing)
        again = draft(roomier, solved.groups, cells=solved.cells)
        if int(again.flow.missing.sum()) == before - part.missing:
            found.append(expert)
    return found


def _whole(shortages: tuple[Shortage, ...]) -> Certificate | None:
    """One certificate for all separate shortages together."""
    proofs = [row.certificate for row in shortages if row.certificate is not None]
    if not proofs:
        return None
    return Certificate(
        scripts=tuple(sorted(code for proof in proofs for code in proof.scripts)),
        experts=tuple(sorted(name for proof in proofs for name in proof.experts)),
        shortage=sum(proof.shortage for proof in proofs),
    )


def _infeasible(problem: Problem, names: Names, solved: Draft, seed: int) -> Infeasible:
    unmet = solved.flow.unmet
    shortages = tuple(
        Shortage(
            certificate=None,
            missing=int(unmet[place]),
            reasons={},
            sentence=Sentence(
                text="Эксперту %(expert)s не набирается наименьшая нагрузка %(least)s:"
                " не хватает работ: %(missing)s",
                params={
                    "expert": names.experts[place],
                    "least": int(solved.instance.min_load[place]),
                    "missing": int(unmet[place]),
                },
            ),
            repair=Sentence(
                text="Уменьшите наименьшую нагрузку эксперта %(expert)s на %(missing)s",
                params={"expert": names.experts[place], "missing": int(unmet[place])},
            ),
        )
        for place in np.flatnonzero(unmet).tolist()
    )
    return Infeasible(
        missing=int(unmet.sum()), shortages=shortages, seed=seed, digest=digest(problem)
    )
