"""Why this expert, why not that one."""

from __future__ import annotations

from assignment.plan import Explanation, Plan
from assignment.problem import Problem


def explain(problem: Problem, plan: Plan, *, script: str, expert: str) -> Explanation:
    """The reasons why an expert scores a script in this plan, or does not.

    Raises:
        AssignmentError: the script or the expert is not in the problem.
    """
    raise NotImplementedError
