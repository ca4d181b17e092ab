"""Loads in minutes: fair where exams differ, exactly as before where they do not, the gap true."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from assignment import Exam, Problem, Qualification, Script, metrics, solve, verify
from tests.unit.assignment.oracle import random_problem
from tests.unit.assignment.small import LONG_AGO, expert, plan_in, problem, scripts

BOTH = (Qualification(subject="math", since=LONG_AGO), Qualification(subject="art", since=LONG_AGO))


def two_exams(long: int, short: int, *, capacity: int = 50, experts: int = 2) -> Problem:
    """An exam of 30 minutes a script and one of 10, and experts who know both."""
    staff = [expert(f"e{place}", "B", capacity, qualifications=BOTH) for place in range(experts)]
    made = problem(scripts("A1", long), staff)
    art = tuple(Script(code=f"art-{place}", class_id="A1", exam="Y") for place in range(short))
    return replace(
        made,
        exams=(
            Exam(id="X", subject="math", on=dt.date(2026, 4, 15), minutes=30.0),
            Exam(id="Y", subject="art", on=dt.date(2026, 4, 15), minutes=10.0),
        ),
        scripts=(*made.scripts, *art),
    )


def minutes(question: Problem) -> list[float]:
    takes = {exam.id: exam.minutes for exam in question.exams}
    exam_of = {script.code: script.exam for script in question.scripts}
    spent: dict[str, float] = {one.id: 0.0 for one in question.experts}
    for row in plan_in(solve(question, seed=1)).assignments:
        for name in row.experts:
            spent[name] += takes[exam_of[row.code]]
    return sorted(spent.values())


def test_one_long_script_weighs_as_three_short_ones():
    assert minutes(two_exams(1, 3)) == [30.0, 30.0]
    assert minutes(two_exams(3, 5)) == [70.0, 70.0]


def test_full_experts_exchange_scripts_until_their_minutes_are_even():
    assert minutes(two_exams(2, 2, capacity=2)) == [40.0, 40.0]


def test_minutes_that_are_equal_change_nothing():
    question = two_exams(7, 9)
    alike = replace(question, exams=tuple(replace(x, minutes=40.0) for x in question.exams))
    usual = replace(question, exams=tuple(replace(x, minutes=25.0) for x in question.exams))
    one, other = plan_in(solve(alike, seed=1)), plan_in(solve(usual, seed=1))
    assert one.assignments == other.assignments
    assert one.gap == 0.0
    assert metrics(alike, one).fairness == pytest.approx(metrics(usual, other).fairness)


def test_gap_is_printed_with_the_metrics_and_is_true():
    question = two_exams(1, 1)
    plan = plan_in(solve(question, seed=1))
    measured = metrics(question, plan)
    assert measured.fairness_gap == plan.gap
    # 30 minutes at one and 10 at the other is the best there is, 20 at each the bound.
    assert measured.fairness == pytest.approx((1.5**2 + 0.5**2) / 50)
    assert measured.fairness - (plan.gap or 0) == pytest.approx(2 / 50, rel=1e-6)


def test_random_plans_in_minutes_keep_all_rules_and_are_bounded_from_below():
    for seed in range(300):
        rng = np.random.default_rng(seed)
        plain = random_problem(seed, routed=seed % 3 == 0, tangled=seed % 4 == 0)
        exams = tuple(
            replace(exam, minutes=float(rng.choice([10, 15, 30, 47.5]))) for exam in plain.exams
        )
        question = replace(plain, exams=exams)
        outcome = solve(question, seed=seed)
        if not (hasattr(outcome, "assignments") or hasattr(outcome, "plan")):
            continue
        plan = plan_in(outcome)
        assert not verify(question, plan), seed
        one, other = metrics(question, plan), metrics(plain, plan_in(solve(plain, seed=seed)))
        levels = ("placed", "own_class", "external", "changes")
        assert [getattr(one, key) for key in levels] == [getattr(other, key) for key in levels]
        # The plan that is fair in scripts is a plan like others: the bound holds for it too.
        by_scripts = metrics(question, plan_in(solve(plain, seed=seed)))
        assert by_scripts.fairness >= one.fairness - (plan.gap or 0.0) - 1e-9, seed


def test_many_scripts_come_close_to_the_bound():
    question = two_exams(97, 203, capacity=100, experts=7)
    plan = plan_in(solve(question, seed=1))
    measured = metrics(question, plan)
    assert (plan.gap or 0.0) / measured.fairness < 0.001
