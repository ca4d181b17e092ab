"""Deadlines of a campaign from typed orders, over weekends, holidays and moved days."""

from dataclasses import replace
from datetime import date

import pytest

from scoring import (
    DayKind,
    DeadlineError,
    ExamDates,
    Milestone,
    OrderDates,
    Terms,
    WorkCalendar,
    WorkWeek,
    campaign_deadlines,
    due_after,
    exam_deadlines,
    latest_day_overdue,
    working_day_before,
)

PLAIN = WorkCalendar()
TERMS = Terms(scoring_days=3, form_days=2)


def days(iso: str) -> date:
    return date.fromisoformat(iso)


def schedule(
    held: str,
    *,
    scoring: str | None = None,
    form: str | None = None,
    results: str | None = None,
    terms: Terms = TERMS,
    calendar: WorkCalendar = PLAIN,
) -> dict[str, str]:
    dates = ExamDates(
        held_on=days(held),
        scoring_ends_on=days(scoring) if scoring else None,
        form_due_on=days(form) if form else None,
        results_on=days(results) if results else None,
    )
    found = exam_deadlines(dates, terms=terms, calendar=calendar)
    return {one.milestone.value: one.on.isoformat() for one in found}


# held, codes by, scans by, scoring by (3 working days), form by (2 more)
PLANS = [
    ("2026-04-21", "2026-04-20", "2026-04-22", "2026-04-24", "2026-04-28"),  # a plain week
    ("2026-04-20", "2026-04-17", "2026-04-21", "2026-04-23", "2026-04-27"),  # codes on Friday
    ("2026-04-30", "2026-04-29", "2026-05-04", "2026-05-06", "2026-05-08"),  # over 1 May
    ("2026-05-06", "2026-05-05", "2026-05-07", "2026-05-12", "2026-05-14"),  # the 11th is off
    ("2024-04-26", "2024-04-25", "2024-04-27", "2024-05-03", "2024-05-07"),  # a working Saturday
    ("2025-05-07", "2025-05-06", "2025-05-12", "2025-05-14", "2025-05-16"),  # 8 and 9 May off
    ("2023-05-10", "2023-05-05", "2023-05-11", "2023-05-15", "2023-05-17"),  # after 6-9 May
]


@pytest.mark.parametrize(("held", "codes", "scans", "scoring", "form"), PLANS)
def test_terms_of_an_exam_run_in_working_days(
    held: str, codes: str, scans: str, scoring: str, form: str
) -> None:
    assert schedule(held) == {
        "codes": codes,
        "held": held,
        "scans": scans,
        "scoring": scoring,
        "form": form,
    }


# official results, families told by (2 working days), analysis by (10)
RESULTS = [
    ("2026-05-20", "2026-05-22", "2026-06-03"),
    ("2026-06-05", "2026-06-09", "2026-06-22"),  # 12 June is a holiday
    ("2026-05-08", "2026-05-13", "2026-05-25"),  # 9 May on a Saturday: the 11th is off
    ("2025-06-11", "2025-06-17", "2025-06-27"),  # 12 and 13 June off
    ("2024-05-30", "2024-06-03", "2024-06-14"),
]


@pytest.mark.parametrize(("results", "families", "analysis"), RESULTS)
def test_families_and_analysis_follow_the_official_results(
    results: str, families: str, analysis: str
) -> None:
    found = schedule("2024-04-01", results=results)
    assert (found["families"], found["analysis"]) == (families, analysis)


def test_dates_of_the_order_stand_over_terms() -> None:
    found = schedule("2026-04-21", scoring="2026-04-25", form="2026-05-02")
    assert (found["scoring"], found["form"]) == ("2026-04-25", "2026-05-02")


def test_the_form_is_counted_from_the_day_that_the_order_gives_scoring() -> None:
    assert schedule("2026-04-21", scoring="2026-04-29")["form"] == "2026-05-04"


def test_a_region_s_own_holiday_moves_what_is_counted_over_it() -> None:
    radonitsa = WorkCalendar(overrides={days("2026-04-22"): DayKind.DAY_OFF})
    found = schedule("2026-04-21", calendar=radonitsa)
    assert (found["scans"], found["scoring"]) == ("2026-04-23", "2026-04-27")


def test_a_week_of_six_days_counts_saturdays() -> None:
    six = WorkCalendar(week=WorkWeek.SIX)
    assert schedule("2026-04-23", calendar=six)["scoring"] == "2026-04-27"
    assert schedule("2026-04-23")["scoring"] == "2026-04-28"


def test_a_date_that_nobody_gives_is_refused() -> None:
    with pytest.raises(DeadlineError, match="срока в рабочих днях"):
        schedule("2026-04-21", terms=Terms())


# accounts came, handed out by: two days, and a day off gives way to the next working day
ACCOUNTS = [
    ("2026-03-02", "2026-03-04"),
    ("2026-03-05", "2026-03-10"),  # Saturday the 7th, then 8 March and its Monday
    ("2026-03-06", "2026-03-10"),
    ("2026-03-12", "2026-03-16"),
    ("2026-02-21", "2026-02-24"),  # 23 February is a holiday
]


@pytest.mark.parametrize(("received", "last"), ACCOUNTS)
def test_accounts_are_handed_out_in_two_days(received: str, last: str) -> None:
    dates = OrderDates(accounts_received_on=days(received))
    (found,) = campaign_deadlines(dates, terms=TERMS, calendar=PLAIN)
    assert (found.milestone, found.on.isoformat()) == (Milestone.ACCOUNTS, last)


def test_dates_of_the_campaign_stand_in_the_order_of_days() -> None:
    dates = OrderDates(
        list_due_on=days("2026-02-10"),
        applications_due_on=days("2026-02-20"),
        questionnaires_due_on=days("2026-02-20"),
        timetable_due_on=days("2026-03-20"),
        accounts_received_on=days("2026-03-02"),
    )
    found = campaign_deadlines(dates, terms=TERMS, calendar=PLAIN)
    assert [one.milestone.value for one in found] == [
        *("list", "applications", "questionnaires", "accounts", "timetable")
    ]
    assert [one.derived for one in found] == [False, False, False, True, False]


def test_a_date_counted_over_an_unconfirmed_year_says_so() -> None:
    dates = ExamDates(held_on=days("2031-04-15"))
    found = {one.milestone: one for one in exam_deadlines(dates, terms=TERMS, calendar=PLAIN)}
    assert not found[Milestone.SCORING].confirmed
    assert not found[Milestone.CODES].confirmed
    assert found[Milestone.HELD].confirmed


def test_a_calendar_without_working_days_is_refused() -> None:
    closed = {
        date.fromordinal(days("2026-01-01").toordinal() + n): DayKind.DAY_OFF for n in range(99)
    }
    with pytest.raises(DeadlineError, match="нет рабочих дней"):
        working_day_before(days("2026-04-01"), calendar=WorkCalendar(overrides=closed))


def test_terms_of_another_order_are_kept_to() -> None:
    found = schedule(
        "2026-04-21", results="2026-05-20", terms=replace(TERMS, scans_days=3, families_days=1)
    )
    assert (found["scans"], found["families"]) == ("2026-04-24", "2026-05-21")


@pytest.mark.parametrize("today", ["2026-04-22", "2026-05-04", "2026-05-12", "2026-01-12"])
@pytest.mark.parametrize("term", [1, 2, 5])
def test_what_is_overdue_is_told_by_one_day(today: str, term: int) -> None:
    last = latest_day_overdue(days(today), working_days=term, calendar=PLAIN)
    for step in range(-20, 10):
        event = date.fromordinal(last.toordinal() + step)
        overdue = due_after(event, working_days=term, calendar=PLAIN).on < days(today)
        assert overdue is (event <= last)
