"""The one way through: group, route, flow, decompose, measure what is short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assignment.arrays import NOBODY, Indices, Names, to_arrays
from assignment.causes import shortage_by_rules
from assignment.digest import digest
from assignment.draft import Draft, flow_draft
from assignment.grouping import Groups
from assignment.network import school_cells
from assignment.plan import Certificate, Infeasible, Outcome, Partial, Plan, Sentence, Shortage
from assignment.problem import Assignment, Problem
from assignment.shortage import Bottleneck, alone_with_more_room, describe, find_bottlenecks
from assignment.strategy import Solved, solve_arrays

_TRIED_REPAIRS = 5


def solve(problem: Problem, *, seed: int) -> Outcome:
    """The best plan there is, or the best part of it with proof of what is short.

    Among valid plans it places the most; then avoids own classes, external experts, changes
    against `problem.previous` and mutual pairs of schools, in this order; then it is the fairest.
    The same problem and seed give the same plan; the order of the lists does not matter to its
    metrics.
    """
    instance, names = to_arrays(problem)
    solved = solve_arrays(instance)
    if solved.draft.unmet.any():
        return _infeasible(problem, names, solved.draft, seed)
    plan = Plan(
        assignments=_rows(problem, names, solved.draft.table(seed)),
        seed=seed,
        digest=digest(problem),
        gap=solved.draft.gap,
    )
    missing = int(solved.draft.missing.sum())
    if not missing:
        return plan
    shortages = _shortages(problem, names, solved)
    proof = _whole(shortages)
    proved = proof.shortage if proof else 0
    if proved == missing:
        return Partial(plan=plan, missing=missing, shortages=shortages, certificate=proof)
    more = shortage_by_rules(instance, missing=missing, unproved=missing - proved)
    shortages = (*shortages, more)
    return Partial(plan=plan, missing=missing, shortages=shortages, certificate=None)


def _rows(problem: Problem, names: Names, table: Indices) -> tuple[Assignment, ...]:
    place = {code: number for number, code in enumerate(names.scripts)}
    rows = [[names.experts[e] for e in row if e != NOBODY] for row in table.tolist()]
    return tuple(
        Assignment(code=script.code, experts=tuple(rows[place[script.code]]))
        for script in problem.scripts
    )


def _shortages(problem: Problem, names: Names, solved: Solved) -> tuple[Shortage, ...]:
    groups, free = solved.groups, solved.free
    parts = find_bottlenecks(solved.draft.instance, groups, free)
    scripts = {script.code: script for script in problem.scripts}
    experts = {expert.id: expert for expert in problem.experts}
    return tuple(
        describe(
            problem,
            [scripts[names.scripts[place]] for place in _members(groups, part)],
            [experts[names.experts[place]] for place in part.experts],
            part.missing,
            [names.experts[place] for place in _helpful(solved, part)],
        )
        for part in parts
    )


def _members(groups: Groups, part: Bottleneck) -> list[int]:
    found: list[int] = np.flatnonzero(np.isin(groups.group_of, part.groups)).tolist()
    return found


def _helpful(solved: Solved, part: Bottleneck) -> list[int]:
    """Full experts any of whom alone, given more room, ends the shortage.

    Works of the bottleneck never gain by going elsewhere, so it is solved alone, with room enough
    at every expert outside of it.
    """
    instance = solved.draft.instance
    rows = tuple(solved.groups.rows[place] for place in part.groups)
    groups = replace(solved.groups, rows=rows)
    found = []
    for expert in part.experts[:_TRIED_REPAIRS]:
        alone = alone_with_more_room(instance, part, expert)
        again, _ = flow_draft(alone, groups, cells=school_cells(instance))
        if not again.missing.any():
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


def _infeasible(problem: Problem, names: Names, draft: Draft, seed: int) -> Infeasible:
    unmet = draft.unmet
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
                    "least": int(draft.instance.min_load[place]),
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
