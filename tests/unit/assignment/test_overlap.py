"""Overlap by design: experts linked at a stated price, within every rule of the plan."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from assignment import AssignmentError, Plan, Problem, RoutingMode, Scheme, solve, verify
from assignment.overlap import overlap_prices, plan_overlap, severity_errors, with_overlap
from tests.unit.assignment.small import expert, problem, scripts


def municipality(experts: int = 12, classes: int = 26, size: int = 50, **rules: object) -> Problem:
    names = [f"{chr(65 + place)}1" for place in range(classes)]
    work = [script for name in names for script in scripts(name, size)]
    able = [
        expert(f"e{place:02}", chr(65 + place % classes), 3 * classes * size // experts)
        for place in range(experts)
    ]
    return problem(work, able, **rules)


def solved(given: Problem) -> Plan:
    found = solve(given, seed=1)
    assert isinstance(found, Plan)
    return found


def test_five_per_cent_more_work_links_twelve_experts_with_a_stated_error():
    given = municipality()
    plan = solved(given)
    overlap = plan_overlap(given, plan, share=0.05, seed=1)
    (price,) = overlap.prices
    assert (price.doubles, price.linked, price.short) == (65, True, 0)
    assert price.share <= 0.05
    assert price.minutes == 65 * 25
    assert price.error_worst is not None
    assert price.error_worst < 0.7


def test_the_plan_with_its_overlap_breaks_no_rule():
    given = municipality(distinct_schools=True)
    plan = solved(given)
    overlap = plan_overlap(given, plan, share=0.05, seed=1)
    assert overlap.second
    assert verify(*with_overlap(given, plan, overlap)) == ()


def test_first_readings_stay_as_they_are():
    given = municipality(experts=4, classes=4, size=10)
    plan = solved(given)
    _, after = with_overlap(given, plan, plan_overlap(given, plan, share=0.2, seed=1))
    for before, row in zip(plan.assignments, after.assignments, strict=True):
        assert row.experts[:1] == before.experts


def test_doubles_are_spread_evenly_over_experts():
    given = municipality()
    overlap = plan_overlap(given, solved(given), share=0.05, seed=3)
    first = {row.code: row.experts[0] for row in solved(given).assignments}
    ends = [*(name for _, name in overlap.second), *(first[code] for code, _ in overlap.second)]
    counts = [ends.count(f"e{place:02}") for place in range(12)]
    assert max(counts) - min(counts) <= 2


def test_stated_error_is_what_comes_out():
    given = municipality()
    plan = solved(given)
    overlap = plan_overlap(given, plan, share=0.05, seed=1, reading_variance=2.0)
    first = {row.code: int(row.experts[0][1:]) for row in plan.assignments}
    pairs = np.array([(first[code], int(name[1:])) for code, name in overlap.second])
    design = np.zeros((len(pairs), 12))
    design[np.arange(len(pairs)), pairs[:, 0]] = 1
    design[np.arange(len(pairs)), pairs[:, 1]] = -1
    rng = np.random.default_rng(4)
    noise = rng.normal(0, np.sqrt(2 * 2.0), (len(pairs), 2000))
    found = np.linalg.lstsq(design, noise, rcond=None)[0].std(axis=1)
    assert np.median(found) == pytest.approx(overlap.prices[0].error_median, rel=0.05)
    assert found.max() == pytest.approx(overlap.prices[0].error_worst, rel=0.05)


def test_more_doubles_cost_more_and_leave_less_error():
    given = municipality()
    prices = [row[0] for row in overlap_prices(given, solved(given), seed=1)]
    assert [price.doubles for price in prices] == [13, 26, 39, 65]
    errors = [price.error_worst for price in prices]
    assert errors == sorted(errors, reverse=True)


def test_experts_who_may_not_read_each_others_scripts_are_named():
    given = municipality(experts=4, classes=2, size=10, scheme=Scheme.IN_SCHOOL)
    (price,) = plan_overlap(given, solved(given), share=0.5, seed=1).prices
    assert not price.linked
    assert price.groups == (("e00", "e02"), ("e01", "e03"))
    assert price.error_worst is None


def test_full_experts_take_no_second_reading():
    given = problem(scripts("A1", 4), [expert("x", "B", 2), expert("y", "C", 2)])
    (price,) = plan_overlap(given, solved(given), share=0.5, seed=1).prices
    assert (price.doubles, price.short, price.linked) == (0, 2, False)


def test_one_expert_is_linked_with_nobody_and_needs_nobody():
    given = problem(scripts("A1", 4), [expert("x", "B")])
    (price,) = plan_overlap(given, solved(given), share=0.5, seed=1).prices
    assert (price.doubles, price.linked, price.error_worst) == (0, True, 0.0)


def test_the_same_seed_gives_the_same_overlap():
    given = municipality(experts=6, classes=6, size=10)
    plan = solved(given)
    once, again = (plan_overlap(given, plan, share=0.1, seed=7) for _ in range(2))
    assert once == again


def test_whole_routing_and_impossible_shares_are_refused():
    given = municipality(experts=4, classes=4, size=5, routing=RoutingMode.WHOLE)
    plan = solved(municipality(experts=4, classes=4, size=5))
    with pytest.raises(AssignmentError, match="целиком"):
        plan_overlap(given, plan, share=0.1, seed=1)
    with pytest.raises(AssignmentError, match="Доля"):
        plan_overlap(given, plan, share=0, seed=1)


def test_a_ring_has_the_error_of_its_formula():
    ring = nx.cycle_graph(4)
    nx.set_edge_attributes(ring, 1, "weight")
    # Resistance of a ring of four: the diagonal of the pseudo-inverse is 5/16.
    assert list(severity_errors(ring, reading_variance=2)) == pytest.approx(
        [np.sqrt(4 * 5 / 16)] * 4
    )
