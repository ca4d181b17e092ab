"""When a plan will be finished."""

from __future__ import annotations

import pytest

from assignment import AssignmentError, Forecast, forecast
from tests.unit.assignment.oracle import plan_of
from tests.unit.assignment.small import expert, problem, scripts

QUESTION = problem(scripts("A1", 12), [expert("e", "B", 12), expert("f", "B", 12)])
PLAN = plan_of({f"A1-{place}": ("e" if place < 9 else "f",) for place in range(1, 13)})


def test_without_uncertainty_the_busiest_expert_decides():
    sure = forecast(QUESTION, PLAN, minutes_a_day=100, spread=0, seed=0)
    assert sure == Forecast(early=2, expected=2, late=2)


def test_uncertainty_spreads_the_day_and_the_seed_repeats_it():
    found = forecast(QUESTION, PLAN, minutes_a_day=20, seed=0)
    assert found.early < found.expected < found.late
    assert found == forecast(QUESTION, PLAN, minutes_a_day=20, seed=0)


def test_plan_without_work_is_finished_at_once():
    assert forecast(QUESTION, plan_of({}), minutes_a_day=60, seed=0).late == 0


def test_day_without_minutes_is_refused():
    with pytest.raises(AssignmentError, match="больше нуля"):
        forecast(QUESTION, PLAN, minutes_a_day=0, seed=0)
