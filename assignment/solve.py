"""The one way through: group, route, flow, decompose, measure what is short."""

from __future__ import annotations

from assignment.plan import Outcome
from assignment.problem import Problem


def solve(problem: Problem, *, seed: int) -> Outcome:
    """The best plan there is, or the best part of it with proof of what is short.

    Among valid plans it places the most; then avoids own classes, mutual pairs of schools,
    external experts and changes against `problem.previous`, in this order; then it is the fairest.
    The same problem and seed give the same plan; the order of the lists does not matter to its
    metrics.
    """
    raise NotImplementedError
