"""Rows of the clock -> the calendar that terms are counted by, and how a term stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.models import CalendarOverride, Campaign, CampaignClock, ConfirmedYear
from assignment import Sentence
from scoring import DayKind, DecreeDays, Due, WorkCalendar, WorkWeek, due_after, working_days_left

TERM_WORKING_DAYS = 7  # P 9.4
AMBER_DAYS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How a campaign counts terms, and what a member of its commission does a day.

    Attributes:
        week: working days in a plain week.
        decree_days: whether days off by a decree of the President stop a term.
        minutes_per_work: what one work takes a member.
        minutes_a_day: what a member gives a day.
        number: the version of the setting; 0 for what holds until somebody sets it.
    """

    week: WorkWeek = WorkWeek.FIVE
    decree_days: DecreeDays = DecreeDays.RUN
    minutes_per_work: int = 30
    minutes_a_day: int = 120
    number: int = 0

    @property
    def works_a_day(self) -> int:
        """Whole works that a member does a day."""
        return self.minutes_a_day // self.minutes_per_work


class Standing(StrEnum):
    """How a term stands."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    RUNNING = "running"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """The last day of a term and what is left of it.

    Attributes:
        due_on: the last day.
        left: working days after today up to it; how many have passed since, when it is late.
        standing: how it stands.
        confirmed: False when it touches a year whose moved days are not confirmed.
    """

    due_on: date
    left: int
    standing: Standing
    confirmed: bool


def pace_of(session: Session, campaign_id: UUID) -> Pace:
    """The campaign's newest setting, or what holds until there is one."""
    query = (
        select(CampaignClock)
        .where(CampaignClock.campaign_id == campaign_id)
        .order_by(CampaignClock.number.desc())
        .limit(1)
    )
    found = session.scalar(query)
    if found is None:
        return Pace()
    return Pace(
        week=WorkWeek(found.week),
        decree_days=found.decree_days,
        minutes_per_work=found.minutes_per_work,
        minutes_a_day=found.minutes_a_day,
        number=found.number,
    )


def calendar_of(session: Session, campaign: Campaign) -> WorkCalendar:
    """The calendar by which the campaign counts its terms."""
    return calendar_in(session, campaign.municipality_id, pace=pace_of(session, campaign.id))


def calendar_in(session: Session, municipality_id: UUID | None, *, pace: Pace) -> WorkCalendar:
    """The calendar of a municipality, or of the installation, under a campaign's setting."""
    years = select(ConfirmedYear.year).where(
        _held_in(ConfirmedYear, municipality_id), ConfirmedYear.withdrawn_at.is_(None)
    )
    return WorkCalendar(
        overrides=_overrides(session, municipality_id),
        week=pace.week,
        decree_days=pace.decree_days,
        confirmed_years=frozenset(session.scalars(years)),
    )


def _overrides(session: Session, municipality_id: UUID | None) -> dict[date, DayKind]:
    """Days of the installation, and over them the municipality's own."""
    query = (
        select(CalendarOverride.day, CalendarOverride.kind)
        .where(_held_in(CalendarOverride, municipality_id), CalendarOverride.withdrawn_at.is_(None))
        .order_by(CalendarOverride.municipality_id.is_not(None))
    )
    return dict(session.execute(query).all())


def _held_in(
    table: type[CalendarOverride | ConfirmedYear], municipality_id: UUID | None
) -> ColumnElement[bool]:
    return or_(table.municipality_id.is_(None), table.municipality_id == municipality_id)


def due_of(received_on: date, *, calendar: WorkCalendar) -> Due:
    """The last day of a recheck: seven working days from the day after receipt (P 9.4)."""
    return due_after(received_on, working_days=TERM_WORKING_DAYS, calendar=calendar)


def term_of(
    received_on: date, due_on: date, *, today: date, calendar: WorkCalendar, closed: bool = False
) -> Term:
    """How a term stands on a day."""
    left = working_days_left(today, due_on, calendar=calendar)
    return Term(
        due_on=due_on,
        left=abs(left),
        standing=Standing.CLOSED if closed else _standing(today, due_on, left),
        confirmed=all(map(calendar.is_confirmed, (received_on, due_on))),
    )


def _standing(today: date, due_on: date, left: int) -> Standing:
    # A term that ended on Friday is late on Saturday, although no working day has passed.
    if today > due_on:
        return Standing.LATE
    if today == due_on:
        return Standing.TODAY
    return Standing.SOON if left <= AMBER_DAYS else Standing.RUNNING


_TOLD = {
    Standing.LATE: "%(due)s, просрочено, рабочих дней: %(left)s",
    Standing.TODAY: "%(due)s, сегодня последний день",
    Standing.SOON: "%(due)s, осталось рабочих дней: %(left)s",
    Standing.RUNNING: "%(due)s, осталось рабочих дней: %(left)s",
    Standing.CLOSED: "%(due)s",
}
_PROVISIONAL = "%(term)s (предварительно: переносы года не подтверждены)"


def told_term(term: Term) -> Sentence:
    """A term in words: its day, what is left, and whether the day is provisional."""
    params = {"due": f"{term.due_on:%d.%m.%Y}", "left": term.left}
    told = Sentence(text=_TOLD[term.standing], params=params)
    return told if term.confirmed else Sentence(text=_PROVISIONAL, params={"term": told})


def amber_from(today: date, *, calendar: WorkCalendar) -> date:
    """The last due day that already is close today: a register filters by it."""
    left, day = AMBER_DAYS, today
    for ahead in _days_after(today):
        if calendar.is_working(ahead):
            if left == 0:
                return day
            left -= 1
        day = ahead
    return day


def _days_after(day: date) -> Iterable[date]:
    return (date.fromordinal(day.toordinal() + step) for step in range(1, 60))
