"""Experts of two schools, at sizes where trying everything is no answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assignment import Assignment, Plan, Reciprocity, Scheme, metrics, solve, verify
from tests.unit.assignment.small import expert, problem, scripts

NAMES = "ABCDEFGHIJKL"


def town(schools, volume, k, *, seed=0, **rules):
    rng = np.random.default_rng(seed)
    work = [row for name in NAMES[:schools] for row in scripts(f"{name}1", volume)]
    room = int(len(work) * k / (schools * 4) * 1.3) + 1
    staff = [
        expert(
            f"e{place:02}",
            NAMES[place % schools],
            room,
            also_at=(NAMES[(place + 1) % schools],) if rng.random() < 0.3 else (),
        )
        for place in range(schools * 4)
    ]
    return problem(work, staff, k=k, distinct_schools=True, **rules)


@pytest.mark.parametrize(("schools", "volume", "k"), [(5, 12, 2), (8, 20, 2), (12, 25, 3)])
def test_ring_of_shared_experts_is_untangled_at_no_cost(schools, volume, k):
    question = town(schools, volume, k)
    plan = solve(question, seed=3)
    assert isinstance(plan, Plan)
    assert plan.gap == 0
    assert not verify(question, plan)
    assert plan == solve(question, seed=3)
    other = solve(question, seed=4)
    assert isinstance(other, Plan)
    assert metrics(question, other) == metrics(question, plan)
    assert other.assignments != plan.assignments


def test_mutual_pairs_and_shared_experts_together():
    question = town(8, 15, 2, scheme=Scheme.CROSS_SCHOOL, reciprocity=Reciprocity.FORBID)
    plan = solve(question, seed=0)
    assert isinstance(plan, Plan)
    assert not verify(question, plan)


def test_exchange_never_gives_a_script_more_experts_than_it_needs():
    work = [*scripts("A1", 6), *scripts("B1", 4, k=1)]
    staff = [
        expert("e", "C", 6),
        expert("f", "D", 6, also_at=("C",)),
        expert("g", "E", 9, also_at=("F",)),
        expert("h", "F", 9),
    ]
    question = problem(work, staff, k=2, distinct_schools=True)
    outcome = solve(question, seed=0)
    assert isinstance(outcome, Plan)
    assert not verify(question, outcome)


def test_history_is_not_paid_for_untangling():
    question = town(5, 12, 2)
    first = solve(question, seed=0)
    assert isinstance(first, Plan)
    before = tuple(Assignment(code=row.code, experts=row.experts[:1]) for row in first.assignments)
    again = replace(question, previous=before)
    kept = solve(again, seed=9)
    assert isinstance(kept, Plan)
    assert metrics(again, kept).changes == len(before)
