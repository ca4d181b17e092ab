"""Every day of 2021-2026 against the decrees and the Labour Code, without the holidays package."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from scoring import DecreeDays, WorkCalendar, WorkWeek, due_after, working_days_left

TRANSFERS = Path(__file__).parents[2] / "data" / "calendar" / "transfers.csv"
YEARS = range(2021, 2027)
DAY = timedelta(days=1)
# Decrees of the President № 242 of 23.04.2021 and № 595 of 20.10.2021.
DECREE_DAYS = (
    (date(2021, 5, 4), date(2021, 5, 7)),
    (date(2021, 10, 30), date(2021, 11, 7)),
)
RESTS = {WorkWeek.FIVE: {5, 6}, WorkWeek.SIX: {6}}


def test_every_day_of_six_years_is_as_the_decrees_and_the_labour_code_say() -> None:
    for week in WorkWeek:
        calendar = WorkCalendar(week=week)
        wrong = [day for day in _days() if calendar.is_working(day) != _works(day, week)]
        assert wrong == []


@pytest.mark.parametrize("week", WorkWeek)
@pytest.mark.parametrize("policy", DecreeDays)
def test_seven_working_days_end_on_the_right_day_for_every_day_of_receipt(
    week: WorkWeek, policy: DecreeDays
) -> None:
    calendar = WorkCalendar(week=week, decree_days=policy)
    wrong = []
    for received in _days():
        if received > date(2026, 12, 14):  # the last terms end in 2027, whose decree is not typed
            break
        due = due_after(received, working_days=7, calendar=calendar)
        if due.on != _seventh_after(received, week, policy) or not due.confirmed:
            wrong.append(received)
    assert wrong == []


def test_what_is_left_of_a_term_counts_down_by_its_own_calendar() -> None:
    calendar = WorkCalendar()
    for received in _days():
        due = due_after(received, working_days=7, calendar=calendar)
        assert working_days_left(received, due.on, calendar=calendar) == 7
        assert working_days_left(due.on, due.on, calendar=calendar) == 0


def test_the_decrees_move_as_many_days_as_the_file_says() -> None:
    moved = _transfers()
    assert len(moved) == 20
    assert {day.year for day in moved} == set(YEARS)


def _days() -> Iterator[date]:
    day = date(YEARS[0], 1, 1)
    while day.year <= YEARS[-1]:
        yield day
        day += DAY


def _seventh_after(received: date, week: WorkWeek, policy: DecreeDays) -> date:
    left, day = 7, received
    while left:
        day += DAY
        stopped = policy is DecreeDays.STOP and any(a <= day <= b for a, b in DECREE_DAYS)
        left -= _works(day, week) and not stopped
    return day


def _works(day: date, week: WorkWeek) -> bool:
    return day not in _days_off(week)


@cache
def _days_off(week: WorkWeek) -> frozenset[date]:
    """Weekly days of rest and holidays, with the days of rest that were moved."""
    rests = {day for day in _days() if day.weekday() in RESTS[week]}
    holidays = {day for day in _days() if _is_holiday(day)}
    moved = {origin: to for origin, to in _transfers().items() if origin in rests}
    off = (rests - moved.keys()) | holidays | set(moved.values())
    # A day of rest on a holiday goes to the next working day (article 112, part 2), but those of
    # January and those that a decree moves elsewhere do not.
    for day in sorted(rests & holidays):
        if day.month != 1 and day not in moved:
            off.add(_next_not_in(off, day))
    return frozenset(off)


def _next_not_in(off: set[date], day: date) -> date:
    while day in off:
        day += DAY
    return day


def _is_holiday(day: date) -> bool:
    january = day.month == 1 and day.day <= 8
    return january or (day.month, day.day) in {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}


@cache
def _transfers() -> dict[date, date]:
    with TRANSFERS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {date.fromisoformat(row["from"]): date.fromisoformat(row["to"]) for row in rows}
