"""Figures about overlap by design: all experts linked, and at what price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from app.cli.bench_fairness.line import Line, at_most
from assignment import (
    Class,
    Exam,
    Expert,
    Plan,
    Problem,
    Qualification,
    Rules,
    Scheme,
    School,
    Script,
    solve,
    verify,
)
from assignment.overlap import plan_overlap, with_overlap

_SHARE = 0.05
_SEED = 7
_SCHOOLS, _SCRIPTS, _EXPERTS = 30, 1_300, 12


def lines(*, quick: bool) -> Iterator[Line]:
    """Five per cent more work over a plan of 1,300 scripts and twelve experts."""
    del quick
    problem = _municipality()
    plan = solve(problem, seed=_SEED)
    if not isinstance(plan, Plan):
        yield Line(figure="overlap: a plan to lay it over", bar="yes", measured="no", met=False)
        return
    overlap = plan_overlap(problem, plan, share=_SHARE, seed=_SEED)
    (price,) = overlap.prices
    linked = "yes" if price.linked else "no"
    yield Line(figure="overlap: all experts linked", bar="yes", measured=linked, met=price.linked)
    yield at_most("overlap: more work", price.share, _SHARE)
    broken = verify(*with_overlap(problem, plan, overlap))
    yield at_most("overlap: rules broken", len(broken), 0)
    worst = price.error_worst
    yield Line(
        figure="overlap: stated error of a severity, points, one reading s2 = 2",
        bar="stated",
        measured="none" if worst is None else f"{worst:.2f}",
        met=worst is not None,
    )


def _municipality() -> Problem:
    knows = (Qualification(subject="m", since=dt.date(2015, 9, 1)),)
    return Problem(
        rules=Rules(scheme=Scheme.MUNICIPAL),
        exams=(Exam(id="X", subject="m", on=dt.date(2026, 4, 15)),),
        schools=tuple(School(id=f"S{place}") for place in range(_SCHOOLS)),
        classes=tuple(Class(id=f"C{place}", school=f"S{place}") for place in range(_SCHOOLS)),
        scripts=tuple(
            Script(code=f"{number:05}", class_id=f"C{number % _SCHOOLS}", exam="X")
            for number in range(_SCRIPTS)
        ),
        experts=tuple(
            Expert(id=f"E{place:02}", school=f"S{place}", capacity=150, qualifications=knows)
            for place in range(_EXPERTS)
        ),
    )
