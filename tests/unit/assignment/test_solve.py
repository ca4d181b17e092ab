"""Plans against everything tried: placed works, the order of the objective, no rule broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

import assignment.strategy
from assignment import (
    Assignment,
    Conflict,
    ConflictLevel,
    Infeasible,
    OwnClass,
    Partial,
    Plan,
    Reciprocity,
    RoutingMode,
    Scheme,
    metrics,
    proved_shortage,
    solve,
    verify,
)
from tests.unit.assignment.oracle import best_score, random_problem, score
from tests.unit.assignment.small import expert, plan_in, problem, scripts


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (0, {}),
        (10_000, {"tangled": True}),
        (20_000, {"routed": True}),
        (30_000, {"routed": True, "tangled": True}),
    ],
    ids=["plain", "second workplaces", "routes", "both"],
)
def test_random_problem_gets_the_best_plan_there_is(first, kind):
    for seed in range(first, first + 700):
        question = random_problem(seed, **kind)
        best = best_score(question)
        outcome = solve(question, seed=seed)
        if best is None:
            assert isinstance(outcome, Infeasible), seed
            continue
        plan = plan_in(outcome)
        assert not verify(question, plan), seed
        assert score(question, plan) == best, seed
        wanted = sum(row.k or question.rules.k for row in question.scripts)
        assert isinstance(outcome, Partial) == (best[0] < wanted), seed


def test_every_certificate_proves_the_true_shortage():
    partial = 0
    for seed in range(50_000, 50_600):
        question = random_problem(seed)
        outcome = solve(question, seed=seed)
        if not isinstance(outcome, Partial):
            continue
        partial += 1
        assert outcome.certificate is not None
        assert proved_shortage(question, outcome.certificate) == outcome.missing, seed
        parts = [row.certificate for row in outcome.shortages]
        assert sum(proved_shortage(question, part) for part in parts if part) == outcome.missing
    assert partial > 100


def test_order_of_lists_changes_nothing():
    for seed in range(200):
        question = random_problem(seed)
        turned = replace(
            question,
            exams=question.exams[::-1],
            schools=question.schools[::-1],
            classes=question.classes[::-1],
            scripts=question.scripts[::-1],
            experts=question.experts[::-1],
            previous=question.previous[::-1],
        )
        one, other = solve(question, seed=3), solve(turned, seed=3)
        assert one.__class__ is other.__class__
        if isinstance(one, Plan) and isinstance(other, Plan):
            assert one.digest == other.digest
            assert set(one.assignments) == set(other.assignments)


def test_same_seed_gives_the_same_plan_and_another_seed_another_order():
    question = problem(scripts("A1", 40), [expert("e", "B", 20), expert("f", "C", 20)])
    first = solve(question, seed=1)
    assert first == solve(question, seed=1)
    assert first != solve(question, seed=2)
    assert metrics(question, plan_in(first)) == metrics(question, plan_in(solve(question, seed=2)))


def test_order_of_codes_does_not_tell_the_expert():
    question = problem(scripts("A1", 40), [expert("e", "B", 20), expert("f", "C", 20)])
    rows = [row.experts for row in plan_in(solve(question, seed=1)).assignments]
    assert rows != sorted(rows)


def test_hall_tight_instance_is_placed_where_greed_fails():
    narrow = expert("narrow", "B", 1, conflicts=(Conflict(level=ConflictLevel.CLASS, ref="A2"),))
    wide = expert("wide", "B", 1)
    outcome = solve(problem([*scripts("A1", 1), *scripts("A2", 1)], [wide, narrow]), seed=0)
    assert isinstance(outcome, Plan)
    assert {row.code: row.experts for row in outcome.assignments}["A1-1"] == ("narrow",)


def test_loads_are_fair_in_proportion_to_capacity():
    question = problem(scripts("A1", 12), [expert("e", "B", 10), expert("f", "C", 30)])
    assert plan_in(solve(question, seed=0)).loads() == {"e": 3, "f": 9}


def test_loads_are_exact_for_capacities_without_a_small_common_multiple():
    staff = [expert(f"e{n}", "B", n) for n in (97, 101, 103, 107, 109, 113, 127, 131, 137, 139)]
    plan = solve(problem(scripts("A1", 500), staff), seed=0)
    assert isinstance(plan, Plan)
    assert plan.gap == 0
    loads = plan.loads()
    for one in staff:
        for other in staff:
            gives = (2 * loads[one.id] - 1) / one.capacity
            assert gives <= (2 * loads[other.id] + 1) / other.capacity


def test_minimum_load_is_kept_at_the_price_of_fairness():
    staff = [expert("e", "B", 10), expert("f", "C", 10, min_load=5)]
    assert plan_in(solve(problem(scripts("A1", 6), staff), seed=0)).loads()["f"] == 5


def test_minimum_load_that_cannot_be_reached_is_infeasible():
    outcome = solve(problem(scripts("A1", 3), [expert("e", "B", 10, min_load=4)]), seed=0)
    assert isinstance(outcome, Infeasible)
    assert outcome.missing == 1
    assert "не хватает работ: 1" in str(outcome.shortages[0].sentence)


def test_min_load_of_somebody_dropped_does_not_bind():
    question = problem(scripts("A1", 3), [expert("e", "B"), expert("f", "B", min_load=2)])
    outcome = solve(replace(question, dropped=frozenset({"f"})), seed=0)
    assert plan_in(outcome).loads() == {"e": 3}


def test_external_expert_only_fills_what_is_short():
    staff = [expert("own", "B", 4), expert("guest", "C", 50)]
    question = problem(scripts("A1", 6), staff, outside=["C"])
    assert plan_in(solve(question, seed=0)).loads() == {"own": 4, "guest": 2}


def test_own_class_is_avoided_before_anything_else():
    staff = [expert("teacher", "A", 10, teaches=("A1",)), expert("other", "A", 2)]
    question = problem(scripts("A1", 4), staff, scheme=Scheme.IN_SCHOOL, own_class=OwnClass.AVOID)
    assert plan_in(solve(question, seed=0)).loads() == {"teacher": 2, "other": 2}


def test_two_experts_of_different_schools_just_feasible():
    staff = [expert("e", "B", 3), expert("f", "B", 3), expert("g", "C", 6)]
    question = problem(scripts("A1", 6), staff, k=2, distinct_schools=True)
    outcome = solve(question, seed=0)
    assert isinstance(outcome, Plan)
    assert not verify(question, outcome)


def test_two_schools_alone_cannot_help_scoring_each_other():
    work = [*scripts("A1", 4), *scripts("B1", 4)]
    staff = [expert("a", "A"), expert("b", "B")]
    avoid = problem(work, staff, scheme=Scheme.CROSS_SCHOOL, reciprocity=Reciprocity.AVOID)
    assert metrics(avoid, plan_in(solve(avoid, seed=0))).mutual_pairs == 1
    forbid = problem(work, staff, scheme=Scheme.CROSS_SCHOOL, reciprocity=Reciprocity.FORBID)
    outcome = solve(forbid, seed=0)
    assert isinstance(outcome, Partial)
    assert outcome.missing == 4
    assert outcome.certificate is None
    assert not verify(forbid, outcome.plan)
    assert outcome.shortages[-1].reasons == {"mutual": 4}
    assert "не проверяют друг друга: 4" in str(outcome.shortages[-1].sentence)


@pytest.mark.parametrize("count", [3, 5, 7])
def test_ring_of_schools_is_found_whole_and_without_mutual_pairs(count):
    names = "ABCDEFG"[:count]
    work = [row for name in names for row in scripts(f"{name}1", 5)]
    staff = [expert(name.lower(), name, 5) for name in names]
    question = problem(
        work,
        staff,
        scheme=Scheme.CROSS_SCHOOL,
        reciprocity=Reciprocity.FORBID,
        routing=RoutingMode.WHOLE,
    )
    outcome = solve(question, seed=0)
    assert isinstance(outcome, Plan)
    assert not verify(question, outcome)


def test_mixed_k_shares_one_capacity():
    work = [*scripts("A1", 3, k=2), *scripts("A2", 2)]
    outcome = solve(problem(work, [expert("e", "B", 4), expert("f", "C", 4)]), seed=0)
    assert isinstance(outcome, Plan)
    assert {row.code: len(row.experts) for row in outcome.assignments}["A1-1"] == 2


def test_earlier_plan_is_kept_before_loads_are_fair():
    question = problem(scripts("A1", 6), [expert("e", "B"), expert("f", "C")])
    before = tuple(Assignment(code=row.code, experts=("e",)) for row in question.scripts)
    again = replace(question, previous=before)
    assert plan_in(solve(again, seed=5)).loads() == {"e": 6}


def test_nothing_to_score_is_a_whole_plan():
    assert solve(problem([], [expert("e", "B")]), seed=0) == solve(
        problem([], [expert("e", "B")]), seed=0
    )


def test_scripts_without_any_expert_are_all_short():
    outcome = solve(problem(scripts("A1", 2), []), seed=0)
    assert isinstance(outcome, Partial)
    assert outcome.missing == 2


def test_instance_too_large_for_cp_sat_keeps_the_best_flow_and_tells_its_gap(monkeypatch):
    monkeypatch.setattr(assignment.strategy, "_LARGEST_EXACT", 0)
    monkeypatch.setattr(assignment.strategy, "_LARGEST_FAIR", 0)
    rules = {"scheme": Scheme.CROSS_SCHOOL, "reciprocity": Reciprocity.FORBID}
    work = [*scripts("A1", 4), *scripts("B1", 4), *scripts("C1", 4)]
    staff = [expert("a", "A", 4), expert("b", "B", 6), expert("c", "C", 9)]
    question = problem(work, staff, **rules)
    plan = plan_in(solve(question, seed=0))
    assert not verify(question, plan)
    assert plan.gap is None or plan.gap > 0
    two = problem([*scripts("A1", 4), *scripts("B1", 4)], staff[:2], **rules)
    short = solve(two, seed=0)
    assert isinstance(short, Partial)
    assert short.plan.gap is not None
    assert metrics(two, short.plan).fairness - short.plan.gap <= 4 * 4 / 6
