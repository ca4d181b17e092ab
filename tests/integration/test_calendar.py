"""The calendar of terms in the database: whose word counts, versions, the command's answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.access import Actor, Role
from app.bridge.terms import (
    Pace,
    Standing,
    amber_from,
    calendar_in,
    calendar_of,
    due_of,
    pace_of,
    term_of,
)
from app.cli import main
from app.db import Database
from app.errors import NotYours, Refusal
from app.exchange.calendar_csv import write_overrides
from app.models import AuditEvent, CalendarOverride, Campaign
from app.queries.calendar import get_place, rows_in_force, show_year
from app.services import calendar as services
from scoring import DayKind, DecreeDays, WorkCalendar, WorkWeek
from tests.builders import make_exam, make_municipality, make_person

ACT = "Указ главы республики № 5"
SABANTUY = date(2026, 4, 21)


@dataclass(frozen=True, kw_only=True)
class World:
    here: UUID
    there: UUID
    campaign_id: UUID
    admin: Actor
    coordinator: Actor
    chair: Actor


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.transaction() as session:
        here, there = make_municipality(session), make_municipality(session, name="Соседний район")
        return World(
            here=here.id,
            there=there.id,
            campaign_id=make_exam(session, here, at=now).campaign_id,
            admin=make_person(session, "admin", Role.ADMINISTRATOR, at=now),
            coordinator=make_person(
                session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=here
            ),
            chair=make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=here),
        )


def _set(
    database: Database,
    by: Actor,
    at: datetime,
    place: UUID | None,
    day: date,
    kind: DayKind,
    source: str = ACT,
) -> bool:
    with database.transaction() as session:
        entry = services.DayEntry(day=day, kind=kind, source=source)
        return services.set_day(session, municipality_id=place, entry=entry, by=by, at=at)


def _works(database: Database, place: UUID | None, day: date, pace: Pace | None = None) -> bool:
    with database.reading() as session:
        return calendar_in(session, place, pace=pace or Pace()).is_working(day)


def test_a_day_of_the_installation_counts_everywhere_and_a_municipality_beats_it(
    database: Database, world: World, now: datetime
) -> None:
    _set(database, world.admin, now, None, SABANTUY, DayKind.DAY_OFF)
    assert [_works(database, place, SABANTUY) for place in (None, world.here, world.there)] == [
        False,
        False,
        False,
    ]
    _set(database, world.coordinator, now, world.here, SABANTUY, DayKind.WORKING)
    assert [_works(database, place, SABANTUY) for place in (world.here, world.there)] == [
        True,
        False,
    ]


def test_a_changed_day_is_a_new_version_and_the_old_one_stays(
    database: Database, world: World, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    assert _set(database, world.coordinator, now, world.here, SABANTUY, DayKind.DAY_OFF)
    assert not _set(database, world.coordinator, later, world.here, SABANTUY, DayKind.DAY_OFF)
    assert _set(database, world.coordinator, later, world.here, SABANTUY, DayKind.WORKING, "№ 6")
    with database.transaction() as session:
        standing = session.scalars(
            select(CalendarOverride).where(CalendarOverride.withdrawn_at.is_(None))
        ).one()
        services.withdraw_day(
            session, override_id=standing.id, by=world.coordinator, at=later + timedelta(hours=1)
        )
    with database.reading() as session:
        rows = session.scalars(select(CalendarOverride).order_by(CalendarOverride.added_at)).all()
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.at)).all()
    assert [(row.kind, row.source, row.withdrawn_at is None) for row in rows] == [
        (DayKind.DAY_OFF, ACT, False),
        (DayKind.WORKING, "№ 6", False),
    ]
    assert actions == ["calendar.day_set", "calendar.day_set", "calendar.day_withdrawn"]


def test_only_who_keeps_a_calendar_changes_it(
    database: Database, world: World, now: datetime
) -> None:
    for by, place in (
        (world.chair, world.here),
        (world.coordinator, world.there),
        (world.coordinator, None),
    ):
        with pytest.raises(NotYours):
            _set(database, by, now, place, SABANTUY, DayKind.DAY_OFF)
    with database.reading() as session, pytest.raises(NotYours):
        get_place(session, municipality_id=world.there, actor=world.coordinator)


def test_a_day_without_an_act_is_refused(database: Database, world: World, now: datetime) -> None:
    with pytest.raises(Refusal, match="акт"):
        _set(database, world.coordinator, now, world.here, SABANTUY, DayKind.DAY_OFF, "  ")


def test_a_year_is_provisional_until_an_act_confirms_it(
    database: Database, world: World, now: datetime
) -> None:
    received = date(2029, 4, 2)
    with database.transaction() as session:
        before = due_of(received, calendar=calendar_in(session, world.here, pace=Pace()))
        services.confirm_year(
            session, municipality_id=world.here, year=2029, source=ACT, by=world.coordinator, at=now
        )
        after = due_of(received, calendar=calendar_in(session, world.here, pace=Pace()))
        elsewhere = due_of(received, calendar=calendar_in(session, world.there, pace=Pace()))
    assert (before.confirmed, after.confirmed, elsewhere.confirmed) == (False, True, False)
    with pytest.raises(Refusal, match="2029"), database.transaction() as session:
        services.confirm_year(
            session, municipality_id=world.here, year=2029, source=ACT, by=world.coordinator, at=now
        )


def test_a_campaign_counts_by_its_own_week_and_policy(
    database: Database, world: World, now: datetime
) -> None:
    pace = Pace(week=WorkWeek.SIX, decree_days=DecreeDays.STOP, minutes_per_work=20)
    with database.transaction() as session:
        campaign = session.get_one(Campaign, world.campaign_id)
        plain = due_of(date(2026, 4, 13), calendar=calendar_of(session, campaign)).on
        services.set_pace(session, campaign_id=campaign.id, pace=pace, by=world.coordinator, at=now)
        six = due_of(date(2026, 4, 13), calendar=calendar_of(session, campaign)).on
        stopped = due_of(date(2021, 4, 29), calendar=calendar_of(session, campaign)).on
        kept = pace_of(session, campaign.id)
    assert (plain, six) == (date(2026, 4, 22), date(2026, 4, 21))
    assert stopped == date(2021, 5, 14)
    assert (kept.works_a_day, kept.number) == (6, 1)


@pytest.mark.parametrize(
    ("pace", "sentence"),
    [(Pace(minutes_per_work=60, minutes_a_day=30), "хотя бы одну"), (Pace(), "менять нечего")],
)
def test_a_setting_that_says_nothing_or_lets_nobody_work_is_refused(
    database: Database, world: World, now: datetime, pace: Pace, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence), database.transaction() as session:
        services.set_pace(
            session, campaign_id=world.campaign_id, pace=pace, by=world.coordinator, at=now
        )


@pytest.mark.parametrize(
    ("today", "standing", "left"),
    [
        ("2026-04-17", Standing.RUNNING, 3),
        ("2026-04-20", Standing.SOON, 2),
        ("2026-04-21", Standing.SOON, 1),
        ("2026-04-22", Standing.TODAY, 0),
        ("2026-04-23", Standing.LATE, 1),
    ],
)
def test_a_term_is_close_at_two_working_days_and_late_after_its_day(
    today: str, standing: Standing, left: int
) -> None:
    term = term_of(
        date(2026, 4, 13),
        date(2026, 4, 22),
        today=date.fromisoformat(today),
        calendar=WorkCalendar(),
    )
    assert (term.standing, term.left, term.confirmed) == (standing, left, True)


def test_a_term_that_ended_on_friday_is_late_on_saturday() -> None:
    friday, saturday = date(2026, 4, 24), date(2026, 4, 25)
    term = term_of(date(2026, 4, 15), friday, today=saturday, calendar=WorkCalendar())
    assert (term.standing, term.left) == (Standing.LATE, 0)


def test_the_register_s_bound_of_close_terms_agrees_with_every_term() -> None:
    calendar = WorkCalendar()
    for today in _days(2024):
        bound = amber_from(today, calendar=calendar)
        for ahead in range(1, 20):
            due_on = today + timedelta(days=ahead)
            term = term_of(today, due_on, today=today, calendar=calendar)
            assert (term.standing is Standing.SOON) == (due_on <= bound), (today, due_on)


@pytest.mark.parametrize("year", [2021, 2026])
def test_the_service_and_the_command_answer_alike_for_every_day(
    database: Database, world: World, now: datetime, tmp_path: Path, year: int
) -> None:
    for place, day, kind in (
        (None, date(2021, 7, 20), DayKind.DAY_OFF),
        (None, date(2021, 11, 3), DayKind.WORKING),
        (world.here, date(2021, 6, 21), DayKind.DECREE),
        (None, date(2026, 5, 27), DayKind.DAY_OFF),
        (world.here, date(2026, 5, 27), DayKind.WORKING),
        (world.here, date(2026, 4, 25), DayKind.WORKING),
        (world.here, date(2026, 6, 15), DayKind.DECREE),
    ):
        _set(database, world.admin, now, place, day, kind)
    path = tmp_path / "calendar.csv"
    with database.reading() as session:
        place = get_place(session, municipality_id=world.here, actor=world.coordinator)
        path.write_bytes(write_overrides(rows_in_force(session, place=place)))
        for pace in (Pace(), Pace(week=WorkWeek.SIX, decree_days=DecreeDays.STOP)):
            counted = calendar_in(session, world.here, pace=pace)
            told = {day: due_of(day, calendar=counted).on.isoformat() for day in _days(year)}
            options = ["--week", str(int(pace.week)), "--decree-days", pace.decree_days.value]
            assert {day: _command(day, path, *options) for day in _days(year)} == told


def _command(day: date, path: Path, *options: str) -> str:
    found = CliRunner().invoke(main, ["due", day.isoformat(), "--calendar", str(path), *options])
    assert found.exit_code == 0, found.output
    return found.stdout.strip()


def _days(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + timedelta(days=step) for step in range(365))


def test_the_command_confirms_a_year_that_the_file_brings() -> None:
    runner = CliRunner()
    assert "не подтверждены" in runner.invoke(main, ["due", "2029-04-02"]).stderr
    confirmed = runner.invoke(main, ["due", "2029-04-02", "--confirmed-year", "2029"])
    assert confirmed.stderr == ""


def test_a_year_shows_what_differs_and_why(database: Database, world: World, now: datetime) -> None:
    _set(database, world.coordinator, now, world.here, SABANTUY, DayKind.DAY_OFF)
    _set(database, world.coordinator, now, world.here, date(2026, 6, 15), DayKind.DECREE)
    with database.reading() as session:
        place = get_place(session, municipality_id=world.here, actor=world.chair)
        year = show_year(session, place=place, year=2026, pace=Pace())
    cells = {
        cell.day: cell for month in year.months for week in month.weeks for cell in week if cell
    }
    assert len(cells) == 365
    assert year.working_days == 246
    marks = {day: (cell.works, cell.mark) for day, cell in cells.items() if cell.mark}
    assert marks[SABANTUY] == (False, "changed")
    assert marks[date(2026, 6, 15)] == (True, "decree")
    assert marks[date(2026, 1, 9)] == (False, "moved")
    assert date(2026, 4, 25) not in marks
    assert (year.confirmed, place.may_keep) == (True, False)
