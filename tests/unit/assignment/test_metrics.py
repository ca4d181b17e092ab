"""What a coordinator compares plans by."""

from __future__ import annotations

from dataclasses import replace

from assignment import Assignment, Conflict, ConflictLevel, Scheme, metrics
from tests.unit.assignment.oracle import plan_of
from tests.unit.assignment.small import expert, problem, scripts


def test_loads_minutes_and_pairs_are_counted():
    staff = [expert("a", "A", 4), expert("b", "B", 2), expert("idle", "C", 5)]
    question = problem([*scripts("A1", 2), *scripts("B1", 1)], staff)
    found = metrics(question, plan_of({"A1-1": ("b",), "A1-2": ("b",), "B1-1": ("a",)}))
    assert (found.places, found.placed, found.deficiency) == (3, 3, 0)
    assert (found.load_min, found.load_max, found.load_spread, found.load_sumsq) == (0, 2, 2, 5)
    assert found.fairness == 4 / 2 + 1 / 4
    assert (found.minutes_max, found.minutes_mean, found.experts_used) == (50.0, 25.0, 2)
    assert (found.school_pairs, found.mutual_pairs, found.own_school) == (2, 1, 0)


def test_expert_who_may_score_nothing_does_not_pull_the_least_load_down():
    question = problem(scripts("A1", 1), [expert("own", "A"), expert("b", "B")])
    assert metrics(question, plan_of({"A1-1": ("b",)})).load_min == 1


def test_own_class_external_changes_and_conflicts_are_counted():
    kin = (Conflict(level=ConflictLevel.CLASS, ref="A1"),)
    staff = [
        expert("teacher", "A", teaches=("A1",)),
        expert("other", "A"),
        expert("kin", "A", conflicts=kin),
    ]
    question = problem(scripts("A1", 3), staff, scheme=Scheme.IN_SCHOOL, outside=["A"])
    before = (
        Assignment(code="A1-1", experts=("teacher",)),
        Assignment(code="A1-2", experts=("teacher",)),
    )
    plan = plan_of({"A1-1": ("teacher",), "A1-2": ("other",), "A1-3": ("other",)})
    found = metrics(replace(question, previous=before), plan)
    assert (found.own_class, found.own_school, found.external) == (1, 3, 3)
    assert (found.changes, found.conflicts_avoided) == (1, 3)


def test_rows_that_name_nobody_known_are_passed_over():
    question = problem(scripts("A1", 2), [expert("b", "B")])
    found = metrics(question, plan_of({"A1-1": ("nobody",), "A1-9": ("b",)}))
    assert (found.placed, found.deficiency) == (0, 2)


def test_plan_without_experts_has_no_loads():
    found = metrics(problem(scripts("A1", 1), []), plan_of({}))
    assert (found.load_max, found.minutes_mean) == (0, 0.0)
