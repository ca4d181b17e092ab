"""The order of the objective where reciprocity is avoided."""

from __future__ import annotations

from dataclasses import replace

import pytest

import assignment.strategy
from assignment import (
    Assignment,
    Conflict,
    ConflictLevel,
    Plan,
    Reciprocity,
    Scheme,
    metrics,
    resolve,
    solve,
)
from tests.unit.assignment.small import expert, plan_in, problem, scripts

AVOID = {"scheme": Scheme.CROSS_SCHOOL, "reciprocity": Reciprocity.AVOID}


@pytest.fixture(params=["exact", "wide"])
def size(request, monkeypatch):
    """Small enough for CP-SAT, or too large for it."""
    if request.param == "wide":
        monkeypatch.setattr(assignment.strategy, "_LARGEST_EXACT", 0)
        monkeypatch.setattr(assignment.strategy, "_LARGEST_FAIR", 0)


@pytest.mark.usefixtures("size")
def test_no_external_expert_is_drawn_in_to_avoid_a_mutual_pair():
    work = [*scripts("A1", 4), *scripts("B1", 4)]
    staff = [expert("a", "A"), expert("b", "B"), expert("z", "Z", 8)]
    question = problem(work, staff, outside=["Z"], **AVOID)
    measured = metrics(question, plan_in(solve(question, seed=1)))
    assert (measured.placed, measured.external, measured.mutual_pairs) == (8, 0, 1)


@pytest.mark.usefixtures("size")
def test_no_published_work_moves_to_avoid_a_mutual_pair():
    work = [*scripts("A1", 2), *scripts("B1", 2)]
    staff = [expert("a", "A"), expert("b", "B"), expert("c", "C")]
    question = problem(work, staff, **AVOID)
    rows = [
        Assignment(code=row.code, experts=("b" if row.code[0] == "A" else "a",)) for row in work
    ]
    plan = Plan(assignments=tuple(rows), seed=0, digest="")
    change = resolve(question, plan, dropped=(), begun=(), seed=1)
    assert change.moves == ()


@pytest.mark.usefixtures("size")
def test_loads_become_less_even_to_avoid_a_mutual_pair():
    work = [*scripts("A1", 3), *scripts("B1", 3)]
    staff = [expert("a", "A", 9), expert("b", "B", 9), expert("c", "C", 3)]
    question = problem(work, staff, **AVOID)
    measured = metrics(question, plan_in(solve(question, seed=1)))
    assert (measured.placed, measured.mutual_pairs) == (6, 0)


def test_only_the_pair_that_is_needed_stays_at_scale(monkeypatch):
    monkeypatch.setattr(assignment.strategy, "_LARGEST_EXACT", 0)
    monkeypatch.setattr(assignment.strategy, "_LARGEST_FAIR", 0)
    names = "ABCDEFG"
    work = [row for name in names for row in scripts(f"{name}1", 6)]
    away = tuple(Conflict(level=ConflictLevel.SCHOOL, ref=name) for name in names)
    staff = [expert(name.lower(), name, 7) for name in names]
    # Nobody else may score Y and Z, and they score nobody else: their pair cannot be avoided.
    closed = tuple(Conflict(level=ConflictLevel.SCHOOL, ref=name) for name in "YZ")
    staff = [replace(one, conflicts=closed) for one in staff]
    staff += [expert("y", "Y", 3, conflicts=away), expert("z", "Z", 3, conflicts=away)]
    question = problem([*work, *scripts("Y1", 3), *scripts("Z1", 3)], staff, **AVOID)
    measured = metrics(question, plan_in(solve(question, seed=1)))
    assert measured.placed == measured.places
    assert measured.mutual_pairs == 1
