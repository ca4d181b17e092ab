"""Terms in working days by Russia's production calendar."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scoring import (
    DayKind,
    DeadlineError,
    DecreeDays,
    Due,
    WorkCalendar,
    WorkWeek,
    after_working_hours,
    due_after,
    working_days_left,
)

PLAIN = WorkCalendar()
SIX = WorkCalendar(week=WorkWeek.SIX)
STOPPING = WorkCalendar(decree_days=DecreeDays.STOP)


def due(received: str, calendar: WorkCalendar = PLAIN, working_days: int = 7) -> str:
    found = due_after(date.fromisoformat(received), working_days=working_days, calendar=calendar)
    return found.on.isoformat()


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-04-13", "2026-04-22"),  # a plain week
        ("2026-04-18", "2026-04-28"),  # received on a Saturday
        ("2026-04-28", "2026-05-08"),  # over 1 May
        ("2026-05-05", "2026-05-15"),  # 9 May on a Saturday: Monday the 11th is off
        ("2024-04-26", "2024-05-13"),  # working Saturday 27 April; off 29, 30, 1, 9 and 10
        ("2024-12-27", "2025-01-16"),  # working Saturday 28 December, then New Year
        ("2025-12-30", "2026-01-20"),  # 31 December and 9 January are moved days off
        ("2023-02-20", "2023-03-03"),  # 24 February is a moved day off
        ("2022-04-28", "2022-05-13"),  # 2, 3, 9 and 10 May
        ("2025-10-30", "2025-11-11"),  # working Saturday 1 November, 3 and 4 off
    ],
)
def test_seven_working_days_from_the_day_after_receipt(received: str, last: str) -> None:
    assert due(received) == last


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2021, 247), (2022, 247), (2023, 247), (2024, 248), (2025, 247), (2026, 247)],
)
def test_year_has_as_many_working_days_as_its_production_calendar(
    year: int, working_days: int
) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert sum(PLAIN.is_working(day) for day in days if day.year == year) == working_days


@pytest.mark.parametrize(
    ("received", "running", "stopping"),
    [("2021-04-29", "2021-05-12", "2021-05-18"), ("2021-10-28", "2021-11-10", "2021-11-15")],
)
def test_decree_days_of_2021_run_or_stop_by_policy(
    received: str, running: str, stopping: str
) -> None:
    assert due(received) == running
    assert due(received, STOPPING) == stopping


def test_saturday_works_in_a_six_day_week() -> None:
    assert due("2026-04-13", SIX) == "2026-04-21"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-09", True),  # moved from Saturday 3 January
        ("2026-12-31", False),  # moved from Sunday 4 January
        ("2026-05-09", False),  # the holiday itself, a Saturday
        ("2026-05-11", True),  # stands for a Saturday
        ("2026-03-09", False),  # stands for Sunday 8 March
        ("2021-02-20", True),
        ("2021-02-22", True),  # moved from Saturday 20 February
        ("2026-05-10", False),
    ],
)
def test_six_day_week_gains_nothing_from_moved_saturdays(day: str, works: bool) -> None:
    assert SIX.is_working(date.fromisoformat(day)) is works


def test_regional_holiday_pushes_the_term_out() -> None:
    regional = WorkCalendar(overrides={date(2026, 4, 21): DayKind.DAY_OFF})
    assert due("2026-04-13", regional) == "2026-04-23"


def test_working_override_beats_weekend_and_holiday() -> None:
    moved = WorkCalendar(
        overrides={date(2026, 4, 18): DayKind.WORKING, date(2026, 5, 1): DayKind.WORKING}
    )
    assert due("2026-04-13", moved) == "2026-04-21"
    assert moved.is_working(date(2026, 5, 1))


def test_decree_override_follows_the_policy() -> None:
    overrides = {date(2026, 4, 14): DayKind.DECREE}
    assert due("2026-04-13", WorkCalendar(overrides=overrides)) == "2026-04-22"
    stopping = WorkCalendar(overrides=overrides, decree_days=DecreeDays.STOP)
    assert due("2026-04-13", stopping) == "2026-04-23"


def test_unconfirmed_year_is_marked_until_overrides_confirm_it() -> None:
    received = date(2028, 3, 1)
    assert not due_after(received, working_days=7, calendar=PLAIN).confirmed
    known = WorkCalendar(confirmed_years=frozenset({2028}))
    assert due_after(received, working_days=7, calendar=known) == Due(
        on=date(2028, 3, 13), confirmed=True
    )


def test_term_that_runs_into_an_unconfirmed_year_is_marked() -> None:
    assert not due_after(date(2027, 12, 29), working_days=7, calendar=PLAIN).confirmed


@pytest.mark.parametrize("working_days", [0, -1, 251])
def test_term_outside_its_range_is_refused(working_days: int) -> None:
    with pytest.raises(DeadlineError, match="от 1 до 250"):
        due("2026-04-13", working_days=working_days)


def test_term_past_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(DeadlineError, match="не удаётся отсчитать"):
        due("9999-12-30")


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("2026-04-20", 2),
        ("2026-04-21", 1),
        ("2026-04-22", 0),
        ("2026-04-18", 3),
        ("2026-04-25", -2),
    ],
)
def test_working_days_left_count_down_to_zero_and_below(today: str, left: int) -> None:
    found = working_days_left(date.fromisoformat(today), date(2026, 4, 22), calendar=PLAIN)
    assert found == left


@pytest.mark.parametrize(
    ("began", "hours", "due"),
    [
        ("2026-04-21 09:30", 4, "2026-04-21 13:30"),
        ("2026-04-21 16:00", 4, "2026-04-22 11:00"),
        ("2026-04-21 20:00", 9, "2026-04-22 18:00"),
        ("2026-04-24 17:30", 4, "2026-04-27 12:30"),
        ("2026-04-25 12:00", 9, "2026-04-27 18:00"),
        ("2026-04-30 17:00", 2, "2026-05-04 10:00"),
    ],
)
def test_working_hours_pass_over_nights_weekends_and_holidays(
    began: str, hours: int, due: str
) -> None:
    moment = datetime.fromisoformat(began).replace(tzinfo=ZoneInfo("Europe/Moscow"))
    found = after_working_hours(moment, hours=hours, calendar=WorkCalendar())
    assert f"{found:%Y-%m-%d %H:%M}" == due


def test_working_hours_are_not_counted_where_there_is_no_working_day() -> None:
    began = datetime(2026, 4, 21, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    days = (began.date() + timedelta(days=step) for step in range(3000))
    closed = WorkCalendar(overrides=dict.fromkeys(days, DayKind.DAY_OFF))
    with pytest.raises(DeadlineError):
        after_working_hours(began, hours=1, calendar=closed)
