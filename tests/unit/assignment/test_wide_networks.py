"""Networks too wide to lay whole: priced arcs and coarse break points lose nothing."""

from __future__ import annotations

import pytest

import assignment.flow
import assignment.loads
import assignment.network
from assignment import AssignmentError, Infeasible, Partial, metrics, proved_shortage, solve, verify
from tests.unit.assignment.oracle import best_score, random_problem, score
from tests.unit.assignment.small import expert, plan_in, problem, scripts


@pytest.mark.parametrize("kind", [{}, {"routed": True}])
def test_few_arcs_at_first_end_in_the_same_best_plan(monkeypatch, kind):
    monkeypatch.setattr(assignment.network, "_MANY", 1)
    monkeypatch.setattr(assignment.network, "_FEW", 2)
    monkeypatch.setattr(assignment.loads, "_ALL_POINTS", 0)
    for seed in range(70_000, 70_400):
        question = random_problem(seed, **kind)
        outcome = solve(question, seed=seed)
        best = best_score(question)
        if isinstance(outcome, Infeasible):
            assert best is None
            continue
        assert score(question, plan_in(outcome)) == best, seed
        if not kind and isinstance(outcome, Partial):
            assert proved_shortage(question, outcome.certificate) == outcome.missing


def test_coarse_break_points_find_islands_of_very_different_loads():
    names = [f"{letter}{digit}" for letter in "ABCDEFGHIJ" for digit in range(4)]
    staff = [expert(f"e{name}", name[0], 400) for name in names]
    question = problem(scripts("K1", 4_000), staff)
    plan = plan_in(solve(question, seed=0))
    assert not verify(question, plan)
    found = metrics(question, plan)
    assert (found.load_min, found.load_max) == (100, 100)


def test_problem_whose_weights_do_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(assignment.flow, "_LARGEST", 10)
    with pytest.raises(AssignmentError, match="слишком велика"):
        solve(problem(scripts("A1", 9), [expert("e", "B")]), seed=0)
