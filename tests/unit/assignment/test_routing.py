"""School to school, then over the receiving school's experts."""

from __future__ import annotations

import numpy as np
import pytest

import assignment.school_graph
from assignment import (
    AssignmentError,
    Conflict,
    ConflictLevel,
    Plan,
    Reciprocity,
    RoutingMode,
    Scheme,
    received,
    route_schools,
    solve,
    verify,
)
from assignment.rotation import rotate
from tests.unit.assignment.oracle import plan_of
from tests.unit.assignment.small import expert, problem, scripts

NAMES = "ABCDEFGH"


def cross(volumes, **rules):
    work = [r for name, n in zip(NAMES, volumes, strict=False) for r in scripts(f"{name}1", n)]
    staff = [
        expert(f"{name.lower()}{place}", name, 12)
        for name in NAMES[: len(volumes)]
        for place in range(2)
    ]
    return problem(work, staff, **{"scheme": Scheme.CROSS_SCHOOL, **rules})


@pytest.mark.parametrize("routing", list(RoutingMode))
@pytest.mark.parametrize("count", [3, 5, 8])
def test_every_school_is_routed_away_and_never_both_ways(count, routing):
    question = cross([10] * count, routing=routing, reciprocity=Reciprocity.FORBID)
    routes = route_schools(question, seed=1)
    assert routes.unrouted == ()
    assert routes.mutual_pairs == ()
    assert all(route.origin != route.receiver for route in routes.routes)
    assert sum(len(route.codes) for route in routes.routes) == 10 * count
    for name in NAMES[:count]:
        part = received(question, routes, school=name)
        assert isinstance(solve(part, seed=1), Plan)


def test_whole_school_goes_to_one_receiver():
    routes = route_schools(cross([10, 7, 9, 5], routing=RoutingMode.WHOLE), seed=1)
    assert len({route.origin for route in routes.routes}) == len(routes.routes) == 4


def test_number_of_receivers_can_be_limited():
    question = cross([20, 20, 20, 3])
    routes = route_schools(question, seed=1, max_receivers=1)
    origins = [route.origin for route in routes.routes]
    assert len(set(origins)) == len(origins)


def test_two_schools_alone_are_a_mutual_pair_where_that_is_only_avoided():
    question = cross([5, 5], reciprocity=Reciprocity.AVOID)
    assert route_schools(question, seed=1).mutual_pairs == (("A", "B"),)
    forbid = route_schools(cross([5, 5], reciprocity=Reciprocity.FORBID), seed=1)
    assert len(forbid.unrouted) == 5


def test_route_that_leaves_no_room_inside_is_found_again():
    barred = (Conflict(level=ConflictLevel.CLASS, ref="A1"),)
    staff = [
        expert("b", "B", 20, conflicts=barred),
        expert("b2", "B", 1),
        expert("c", "C", 6),
    ]
    question = problem(scripts("A1", 7), staff, scheme=Scheme.CROSS_SCHOOL)
    routes = route_schools(question, seed=1)
    assert {route.receiver: len(route.codes) for route in routes.routes} == {"B": 1, "C": 6}


def test_routes_of_several_experts_follow_the_best_plan():
    question = cross([4, 4, 4, 4], k=2, distinct_schools=True)
    routes = route_schools(question, seed=1)
    assert routes.unrouted == ()
    part = received(question, routes, school="A")
    assert isinstance(solve(part, seed=1), Plan)


def test_many_schools_are_routed_by_rotation():
    names = [f"S{place:03}" for place in range(90)]
    question = problem(scripts("A1", 1), [expert("b", "B")], more_schools=names)
    assert len(question.schools) > 80
    with pytest.raises(AssignmentError, match="перекрёстной"):
        route_schools(question, seed=0)
    again = problem(
        [*scripts("A1", 6), *scripts("B1", 6), *scripts("C1", 6), *scripts("D1", 6)],
        [expert(name, name, 8) for name in "ABCD"],
        scheme=Scheme.CROSS_SCHOOL,
        reciprocity=Reciprocity.FORBID,
        more_schools=names,
    )
    routes = route_schools(again, seed=0)
    assert (routes.unrouted, routes.mutual_pairs) == ((), ())


def test_hand_move_is_checked_against_the_receiving_school_s_own_problem():
    question = cross([6, 6, 6])
    routes = route_schools(question, seed=1)
    route = routes.routes[0]
    part = received(question, routes, school=route.receiver)
    own = route.receiver.lower()
    rows = {row.code: (f"{own}0",) for row in part.scripts}
    assert verify(part, plan_of(rows)) == ()
    moved = {**rows, part.scripts[0].code: ("z9",)}
    assert [row.kind for row in verify(part, plan_of(moved))] == ["unknown_expert"]


@pytest.mark.parametrize("quotas", [None, "other"])
def test_rotation_of_many_schools_has_no_self_and_no_mutual_pair(quotas):
    rng = np.random.default_rng(0)
    volumes = rng.integers(11, 171, 2_000)
    shares = None if quotas is None else rng.integers(50, 200, 2_000)
    turn = rotate(volumes, shares)
    assert (turn.selves, turn.mutual) == (0, 0)
    assert len(turn.count) <= 2 * len(volumes)
    sent = np.bincount(turn.origin, weights=turn.count)
    assert np.array_equal(sent, volumes)


def test_rotation_of_two_schools_tells_what_it_breaks():
    turn = rotate(np.array([5, 5]))
    assert (turn.selves, turn.mutual) == (0, 1)


def test_rotation_needs_a_receiver():
    with pytest.raises(ValueError, match="receives"):
        rotate(np.array([5, 5]), np.array([0, 0]))
    assert len(rotate(np.array([0, 0]), np.array([1, 1])).count) == 0


def test_routes_that_run_out_of_rounds_leave_out_what_has_no_room(monkeypatch):
    monkeypatch.setattr(assignment.school_graph, "_ROUNDS", 1)
    barred = (Conflict(level=ConflictLevel.CLASS, ref="A1"),)
    staff = [expert("b", "B", 20, conflicts=barred), expert("b2", "B", 1), expert("c", "C", 2)]
    question = problem(scripts("A1", 7), staff, scheme=Scheme.CROSS_SCHOOL)
    routes = route_schools(question, seed=1)
    assert len(routes.unrouted) >= 4
    for school in "BC":
        part = received(question, routes, school=school)
        assert isinstance(solve(part, seed=0), Plan)
