"""Small problems in a few words, for the tests of the assignment library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from assignment import (
    Class,
    Exam,
    Expert,
    Infeasible,
    Outcome,
    Partial,
    Plan,
    Problem,
    Qualification,
    Rules,
    Scheme,
    School,
    Script,
)

DAY = dt.date(2026, 4, 15)
LONG_AGO = dt.date(2015, 9, 1)


def expert(name: str, school: str, capacity: int = 10, **more: object) -> Expert:
    """A teacher of mathematics of many years."""
    knows = (Qualification(subject="math", since=LONG_AGO),)
    given = {"qualifications": knows, **more}
    return Expert(id=name, school=school, capacity=capacity, **given)


def scripts(class_id: str, count: int, **more: object) -> tuple[Script, ...]:
    """Scripts of one class, numbered from 1."""
    return tuple(
        Script(code=f"{class_id}-{place}", class_id=class_id, exam="X", **more)
        for place in range(1, count + 1)
    )


def problem(
    work: Sequence[Script],
    experts: Sequence[Expert],
    *,
    outside: Sequence[str] = (),
    on: dt.date = DAY,
    more_schools: Sequence[str] = (),
    **rules: object,
) -> Problem:
    """One exam of mathematics; class `A1` is of school `A`."""
    classes = sorted({row.class_id for row in work} | {c for x in experts for c in x.teaches})
    schools = {name[0] for name in classes} | {s for x in experts for s in x.workplaces}
    return Problem(
        rules=Rules(**{"scheme": Scheme.MUNICIPAL, **rules}),
        exams=(Exam(id="X", subject="math", on=on),),
        schools=tuple(
            School(id=name, participating=name not in outside)
            for name in sorted(schools | set(more_schools))
        ),
        classes=tuple(Class(id=name, school=name[0]) for name in classes),
        scripts=tuple(work),
        experts=tuple(experts),
    )


def plan_in(outcome: Outcome) -> Plan:
    """The plan of an outcome that has one."""
    match outcome:
        case Plan():
            return outcome
        case Partial(plan=plan):
            return plan
        case Infeasible():
            raise AssertionError(outcome)
