"""Random instances through the headless door against everything tried, all options mixed."""

from __future__ import annotations

import json

from app.exchange.assign_formats import read_problem, write_plan
from assignment import solve, verify
from tests.plan_brute import Book, best, broken, proved, random_instance, worth

COUNT = 600


def check(seed: int) -> str:
    """The status of the answer, after comparing it with everything tried."""
    given = random_instance(seed)
    problem = read_problem(json.dumps(given).encode())
    outcome = solve(problem, seed=seed)
    answer = json.loads(write_plan(outcome, None))
    expected = best(given)
    if expected is None:
        assert answer["status"] == "infeasible", seed
        return "infeasible"
    plan = {row["code"]: tuple(row["experts"]) for row in answer["assignments"]}
    assert set(plan) == {row["code"] for row in given["scripts"]}, seed
    assert broken(given, plan) == [], seed
    assert worth(given, plan) == expected, seed
    found = getattr(outcome, "plan", outcome)
    assert not verify(problem, found), seed
    book = Book(given)
    missing = sum(map(book.wanted, given["scripts"])) - expected[0]
    assert answer["status"] == ("partial" if missing else "ok"), seed
    if missing:
        _check_shortage(given, answer, missing, seed)
    return answer["status"]


def _check_shortage(given, answer, missing, seed):
    parts = answer["shortages"]
    assert sum(part["missing"] for part in parts) == missing, seed
    assert all(part["sentence"] and part["repair"] for part in parts), seed
    for part in parts:
        if "certificate" in part:
            assert proved(given, part["certificate"]) == part["missing"], seed
    if "certificate" in answer:
        assert proved(given, answer["certificate"]) == missing, seed
    else:
        assert _has_rules_beyond_a_cut(given), seed


def _has_rules_beyond_a_cut(given) -> bool:
    between = given["reciprocity"] == "forbid" or given["routing"] == "whole"
    shared = given["distinct_schools"] and any(row.get("also_at") for row in given["experts"])
    return shared or (between and given["scheme"] != "in_school")


def test_no_plan_is_better_than_ours_and_every_certificate_proves_the_shortage():
    met = [check(seed) for seed in range(COUNT)]
    assert {"ok", "partial", "infeasible"} == set(met)
