"""Solve anew with the fewest changes after somebody drops out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from assignment.plan import Change, Infeasible, Move, Outcome, Partial, Plan
from assignment.problem import Assignment, Problem
from assignment.solve import solve


def resolve(
    problem: Problem,
    plan: Plan,
    *,
    dropped: Collection[str],
    begun: Collection[tuple[str, str]],
    seed: int,
) -> Change:
    """Solve again, keeping as much of `plan` as the rules allow, and show the difference.

    A work begun stays with its expert, unless he leaves or a rule declared since forbids it. What
    an expert who leaves has finished is left out of the problem by the caller.

    Args:
        problem: the problem as it is now (late conflicts and late scripts are in it).
        plan: the plan in force.
        dropped: experts who leave.
        begun: (code, expert) pairs whose scoring has begun.
        seed: decides between equals.
    """
    now = replace(
        problem,
        previous=plan.assignments,
        dropped=problem.dropped | frozenset(dropped),
        begun=problem.begun | frozenset(begun),
    )
    outcome = solve(now, seed=seed)
    return Change(outcome=outcome, moves=_moves(plan.assignments, _rows(outcome)))


def _rows(outcome: Outcome) -> tuple[Assignment, ...]:
    match outcome:
        case Plan(assignments=rows) | Partial(plan=Plan(assignments=rows)):
            return rows
        case Infeasible():
            return ()


def _moves(before: tuple[Assignment, ...], after: tuple[Assignment, ...]) -> tuple[Move, ...]:
    """Scripts whose set of experts differs, by code; an infeasible answer moves nothing."""
    old = {row.code: row.experts for row in before}
    return tuple(
        Move(code=row.code, before=old.get(row.code, ()), after=row.experts)
        for row in sorted(after, key=lambda row: row.code)
        if set(old.get(row.code, ())) != set(row.experts)
    )
