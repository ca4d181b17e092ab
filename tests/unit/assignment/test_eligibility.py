"""Who may score what: experience to the day, workplaces, conflicts, and the order of reasons."""

from __future__ import annotations

import datetime as dt

import pytest

from assignment import (
    Conflict,
    ConflictLevel,
    LeapRule,
    OwnClass,
    Partial,
    Plan,
    Qualification,
    Scheme,
    solve,
    verify,
)
from assignment.eligibility import Barrier, Facts, anniversary, barriers
from tests.unit.assignment.oracle import plan_of
from tests.unit.assignment.small import DAY, expert, problem, scripts


@pytest.mark.parametrize(
    ("since", "years", "rule", "day"),
    [
        (dt.date(2024, 2, 29), 1, LeapRule.FEB28, dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), 1, LeapRule.MAR1, dt.date(2025, 3, 1)),
        (dt.date(2024, 2, 29), 4, LeapRule.MAR1, dt.date(2028, 2, 29)),
        (dt.date(2025, 4, 15), 1, LeapRule.FEB28, dt.date(2026, 4, 15)),
        (dt.date(2025, 4, 15), 9_000, LeapRule.FEB28, dt.date.max),
        (dt.date(2025, 4, 15), 0, LeapRule.FEB28, dt.date(2025, 4, 15)),
    ],
)
def test_anniversary_falls_on_the_day(since, years, rule, day):
    assert anniversary(since, years, rule) == day


@pytest.mark.parametrize(
    ("since", "on", "rule", "fits"),
    [
        (dt.date(2025, 4, 15), DAY, LeapRule.FEB28, True),
        (dt.date(2025, 4, 16), DAY, LeapRule.FEB28, False),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28), LeapRule.FEB28, True),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28), LeapRule.MAR1, False),
        (dt.date(2024, 2, 29), dt.date(2025, 3, 1), LeapRule.MAR1, True),
    ],
)
def test_year_of_experience_counts_to_the_day_for_solver_and_verifier(since, on, rule, fits):
    knows = (Qualification(subject="math", since=since),)
    staff = [expert("e", "B", qualifications=knows)]
    question = problem(scripts("A1", 1), staff, on=on, leap_rule=rule)
    assert isinstance(solve(question, seed=0), Plan) == fits
    assert (not verify(question, plan_of({"A1-1": ("e",)}))) == fits


@pytest.mark.parametrize(
    ("person", "rules", "reason"),
    [
        (expert("e", "A"), {}, Barrier.OWN_SCHOOL),
        (expert("e", "B", also_at=("A",)), {}, Barrier.WORKPLACE),
        (expert("e", "B", teaches=("A1",)), {}, Barrier.OWN_CLASS),
        (expert("e", "B"), {"scheme": Scheme.IN_SCHOOL}, Barrier.OTHER_SCHOOL),
        (
            expert("e", "A", teaches=("A1",)),
            {"scheme": Scheme.IN_SCHOOL, "own_class": OwnClass.FORBID},
            Barrier.OWN_CLASS,
        ),
        (
            expert("e", "B", conflicts=(Conflict(level=ConflictLevel.SCHOOL, ref="A"),)),
            {},
            Barrier.CONFLICT_SCHOOL,
        ),
        (
            expert("e", "B", conflicts=(Conflict(level=ConflictLevel.CODE, ref="A1-1"),)),
            {},
            Barrier.CONFLICT_CODE,
        ),
        (expert("e", "B", qualifications=()), {}, Barrier.SUBJECT),
        (expert("e", "C"), {"allow_external": False, "outside": ["C"]}, Barrier.EXTERNAL),
    ],
)
def test_barrier_has_its_reason_and_holds_in_solver_and_verifier(person, rules, reason):
    question = problem(scripts("A1", 1), [person], **rules)
    (script,) = question.scripts
    assert barriers(Facts.of(question), script, person) == (reason,)
    assert isinstance(solve(question, seed=0), Partial)
    assert verify(question, plan_of({"A1-1": ("e",)}))


def test_excluded_expert_is_kept_from_that_script_alone():
    work = [*scripts("A1", 1, exclude=("e",)), *scripts("A2", 1)]
    question = problem(work, [expert("e", "B")])
    outcome = solve(question, seed=0)
    assert isinstance(outcome, Partial)
    assert {row.code: row.experts for row in outcome.plan.assignments} == {
        "A1-1": (),
        "A2-1": ("e",),
    }


def test_in_school_expert_may_work_there_as_a_second_place():
    staff = [expert("e", "B", also_at=("A",))]
    question = problem(scripts("A1", 1), staff, scheme=Scheme.IN_SCHOOL)
    assert isinstance(solve(question, seed=0), Plan)
