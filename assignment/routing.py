"""School -> school for the cross-school scheme, and the receiving school's own problem."""

from __future__ import annotations

from assignment.plan import Routing
from assignment.problem import Problem


def route_schools(problem: Problem, *, seed: int, max_receivers: int | None = None) -> Routing:
    """Which school scores whose scripts: the first level of the cross-school scheme (P 7.5).

    No school gets its own scripts; mutual pairs follow `problem.rules.reciprocity`; `routing`
    whole sends all scripts of a school and exam to one school. Every receiving school can place
    what it gets over its own experts.

    Args:
        problem: all schools, scripts and experts.
        seed: decides between equals.
        max_receivers: at most so many receiving schools for one school and exam; None: no limit.
    """
    raise NotImplementedError


def received(problem: Problem, routing: Routing, *, school: str) -> Problem:
    """The second level: the scripts routed to one school, and that school's experts alone.

    Solve it, or check a plan changed by hand against it with `verify`.
    """
    raise NotImplementedError
