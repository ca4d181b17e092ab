"""Few receiving schools: for any k, when solved again, at scale; and what the limit takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assignment import (
    AssignmentError,
    Partial,
    Plan,
    Problem,
    Reciprocity,
    Scheme,
    metrics,
    resolve,
    route_schools,
    solve,
    verify,
)
from assignment.rotation import rotate
from tests.unit.assignment.small import expert, plan_in, problem, scripts

LETTERS = "ABCDEFG"


def ring(size: int, *, each: int = 6, capacity: int = 6, **rules: object) -> Problem:
    """Schools alike, two experts in each."""
    names = LETTERS[:size]
    work = [row for name in names for row in scripts(f"{name}1", each)]
    staff = [expert(f"{name}{place}", name, capacity) for name in names for place in range(2)]
    return problem(work, staff, scheme=Scheme.CROSS_SCHOOL, **rules)


def receivers(question: Problem, plan: Plan) -> dict[str, set[str]]:
    home = {one.id: one.school for one in question.experts}
    school = {row.id: row.school for row in question.classes}
    origin = {script.code: school[script.class_id] for script in question.scripts}
    found: dict[str, set[str]] = {}
    for row in plan.assignments:
        found.setdefault(origin[row.code], set()).update(home[name] for name in row.experts)
    return found


@pytest.mark.parametrize(("k", "apart", "most"), [(1, False, 1), (2, False, 1), (2, True, 2)])
@pytest.mark.parametrize("size", [5, 7])
def test_ring_keeps_the_limit_without_mutual_pairs(size, k, apart, most):
    question = ring(
        size,
        capacity=9,
        k=k,
        distinct_schools=apart,
        max_receivers=most,
        reciprocity=Reciprocity.FORBID,
    )
    outcome = solve(question, seed=1)
    assert isinstance(outcome, Plan)
    assert not verify(question, outcome)
    assert max(map(len, receivers(question, outcome).values())) <= most
    assert metrics(question, outcome).mutual_pairs == 0


def test_limit_is_kept_when_experts_drop_out_one_after_another():
    question = ring(5, capacity=20, max_receivers=1)
    plan = plan_in(solve(question, seed=1))
    gone: list[str] = []
    for name in ("A0", "C1", "E0"):
        gone.append(name)
        change = resolve(question, plan, dropped=gone, begun=(), seed=1)
        plan = plan_in(change.outcome)
        assert isinstance(change.outcome, Plan)
        assert not verify(replace(question, dropped=frozenset(gone)), plan)
        assert max(map(len, receivers(question, plan).values())) == 1


def test_check_names_a_school_whose_scripts_went_to_too_many():
    free = ring(5, max_receivers=None)
    plan = plan_in(solve(free, seed=1))
    limited = replace(free, rules=replace(free.rules, max_receivers=1))
    assert {found.kind for found in verify(limited, plan)} == {"receivers"}


def test_shortage_names_the_limit_and_what_it_takes():
    work = scripts("A1", 6)
    staff = [expert("b", "B", 3), expert("c", "C", 3), expert("a", "A", 9)]
    question = problem(work, staff, scheme=Scheme.CROSS_SCHOOL, max_receivers=1)
    outcome = solve(question, seed=0)
    assert isinstance(outcome, Partial)
    assert outcome.missing == 3
    assert outcome.shortages[-1].reasons == {"receivers": 3}


def test_limit_below_one_is_refused():
    with pytest.raises(AssignmentError, match="max_receivers"):
        ring(5, max_receivers=0)


def test_routes_of_several_readings_keep_the_limit():
    question = ring(5, capacity=9, k=2, distinct_schools=True)
    routing = route_schools(question, seed=1, max_receivers=2)
    assert not routing.unrouted
    partners: dict[str, set[str]] = {}
    for route in routing.routes:
        partners.setdefault(route.origin, set()).add(route.receiver)
    assert max(map(len, partners.values())) <= 2


def test_schools_of_like_size_stand_together_where_receivers_are_few():
    volumes = np.random.default_rng(1).integers(11, 171, 5_000)
    turn = rotate(volumes, most=3)
    assert turn.faults == (0, 0, 0)
    assert rotate(volumes).crowded == 0
    pairs = np.unique(np.stack([turn.origin, turn.receiver], axis=1), axis=0)
    assert np.bincount(pairs[:, 0]).max() <= 3


@pytest.mark.parametrize("most", [1, 2, 3])
def test_hundred_schools_keep_the_limit(most):
    names = [f"{place:03}" for place in range(100)]
    sizes = np.random.default_rng(2).integers(5, 40, 100).tolist()
    made = ring(5)
    exam = made.exams[0]
    school, row, one, script = made.schools[0], made.classes[0], made.experts[0], made.scripts[0]
    question = replace(
        made,
        rules=replace(made.rules, max_receivers=most, reciprocity=Reciprocity.FORBID),
        schools=tuple(replace(school, id=name) for name in names),
        classes=tuple(replace(row, id=f"c{name}", school=name) for name in names),
        experts=tuple(
            replace(one, id=f"e{name}-{place}", school=name, capacity=size)
            for name, size in zip(names, sizes, strict=True)
            for place in range(2)
        ),
        scripts=tuple(
            replace(script, code=f"{name}-{place}", class_id=f"c{name}", exam=exam.id)
            for name, size in zip(names, sizes, strict=True)
            for place in range(size)
        ),
    )
    plan = plan_in(solve(question, seed=1))
    assert not verify(question, plan)
    assert metrics(question, plan).placed == len(question.scripts)
