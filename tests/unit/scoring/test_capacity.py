"""What a commission finishes by its days, against counting every way of doing it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.capacity import Demand, LoadError, plan_load, short_of, works_in_time

MONDAY = date(2026, 4, 20)
DAYS = [MONDAY + timedelta(days=step) for step in range(3)]


def demand(due: int, works: int, *members: str) -> Demand:
    return Demand(due_on=DAYS[due], works=works, members=frozenset(members))


def shown(*demands: Demand, **works_a_day: int) -> list[tuple[int, int]]:
    found = plan_load(demands, works_a_day=works_a_day, days=DAYS)
    return [(day.due, day.short) for day in found]


def test_works_within_what_members_manage_are_all_in_time() -> None:
    assert shown(demand(0, 2, "a"), demand(2, 4, "a"), a=2) == [(2, 0), (4, 0)]


def test_what_nobody_manages_by_its_day_is_short_on_that_day() -> None:
    assert shown(demand(0, 3, "a"), demand(1, 2, "a"), a=2) == [(3, 1), (2, 0)]
    assert shown(demand(0, 2, "a"), demand(1, 3, "a"), a=2) == [(2, 0), (3, 1)]


def test_a_member_who_may_not_read_a_work_does_not_help() -> None:
    assert shown(demand(0, 4, "a"), a=2, b=50) == [(4, 2)]
    assert shown(demand(0, 1), a=2) == [(1, 1)]


def test_a_member_of_two_subjects_goes_where_he_is_needed() -> None:
    assert shown(demand(0, 2, "a", "b"), demand(0, 2, "b"), a=2, b=2) == [(4, 0)]


def test_works_whose_day_has_passed_are_short() -> None:
    late = Demand(due_on=MONDAY - timedelta(days=1), works=2, members=frozenset("a"))
    (day,) = plan_load([late], works_a_day={"a": 9}, days=DAYS)
    assert (day.due, day.short) == (2, 2)


def test_added_works_get_what_the_others_leave() -> None:
    others = [demand(1, 3, "a")]
    assert short_of([demand(1, 2, "a")], others, works_a_day={"a": 2}, days=DAYS) == 1
    assert short_of([demand(2, 2, "a")], others, works_a_day={"a": 2}, days=DAYS) == 0


def test_nothing_due_is_nothing_done() -> None:
    assert plan_load([], works_a_day={"a": 1}, days=DAYS) == ()
    assert works_in_time([demand(0, 0, "a")], works_a_day={}, days=DAYS) == 0


def test_less_than_no_works_cannot_be() -> None:
    with pytest.raises(LoadError, match="-1"):
        demand(0, -1, "a")


demands = st.lists(
    st.builds(
        demand,
        st.integers(0, 2),
        st.just(1),
        *([st.sampled_from("ab")] * 2),
    ),
    max_size=4,
)


@given(demands)
def test_the_largest_number_in_time_is_found(found: list[Demand]) -> None:
    assert works_in_time(found, works_a_day={"a": 1, "b": 1}, days=DAYS) == _by_trying(found)


@given(demands)
def test_days_in_order_together_make_the_largest_number(found: list[Demand]) -> None:
    days = plan_load(found, works_a_day={"a": 1, "b": 1}, days=DAYS)
    assert sum(day.in_time for day in days) == _by_trying(found)
    assert all(0 <= day.in_time <= day.due for day in days)


def _by_trying(found: list[Demand]) -> int:
    """Every way to give each work a member and a day, or nothing."""
    slots = [None, *product("ab", DAYS)]
    best = 0
    for way in product(slots, repeat=len(found)):
        used = [slot for slot in way if slot]
        fits = all(
            slot is None or (slot[0] in one.members and slot[1] <= one.due_on)
            for slot, one in zip(way, found, strict=True)
        )
        if fits and len(set(used)) == len(used):
            best = max(best, len(used))
    return best
