"""Solve anew with the fewest changes after somebody drops out."""

from __future__ import annotations

from collections.abc import Collection

from assignment.plan import Change, Plan
from assignment.problem import Problem


def resolve(
    problem: Problem,
    plan: Plan,
    *,
    dropped: Collection[str],
    begun: Collection[tuple[str, str]],
    seed: int,
) -> Change:
    """Solve again, keeping as much of `plan` as the rules allow, and show the difference.

    Args:
        problem: the problem as it is now (late conflicts and late scripts are in it).
        plan: the plan in force.
        dropped: experts who leave.
        begun: (code, expert) pairs whose scoring has begun; they stay, unless the expert leaves.
        seed: decides between equals.
    """
    raise NotImplementedError
