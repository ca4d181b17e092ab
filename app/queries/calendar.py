"""A year of the calendar of terms as its pages and files show it."""

from __future__ import annotations

import calendar as months_of_years
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_campaign_of
from app.bridge.terms import Pace, calendar_in, pace_of
from app.errors import NotYours
from app.models import CalendarOverride, Campaign, ConfirmedYear, Municipality, Person
from app.queries.scope import municipality_ids
from scoring import DayKind, WorkCalendar

SEEING = (Permission.KEEP_CALENDAR, Permission.RUN_RECHECK, Permission.LODGE_RECHECK)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Whose calendar: a municipality's, or (without an id) the whole installation's."""

    id: UUID | None
    name: str
    may_keep: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCell:
    """One day of a month.

    Attributes:
        day: the day.
        works: whether a term runs on it.
        mark: why it differs from a plain week: changed (here), decree, moved; or nothing.
    """

    day: date
    works: bool
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthView:
    """A month by weeks from Monday; None outside the month."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]

    @property
    def working_days(self) -> int:
        """How many days of it a term runs on."""
        return sum(cell.works for week in self.weeks for cell in week if cell)


@dataclass(frozen=True, kw_only=True, slots=True)
class OverrideView:
    """A day that differs, or a version of it that was taken back."""

    id: UUID
    day: date
    kind: DayKind
    source: str
    of_all: bool
    added_at: datetime
    added_by: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmationView:
    """A year's confirmation by an act."""

    id: UUID
    source: str
    of_all: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignPace:
    """A campaign's setting of its clock."""

    campaign_id: UUID
    campaign: str
    municipality: str
    pace: Pace


@dataclass(frozen=True, kw_only=True, slots=True)
class YearView:
    """A year of a place's calendar."""

    place: Place
    year: int
    confirmed: bool
    months: tuple[MonthView, ...]
    overrides: tuple[OverrideView, ...]
    confirmation: ConfirmationView | None

    @property
    def working_days(self) -> int:
        """How many days of it a term runs on."""
        return sum(month.working_days for month in self.months)


def list_places(session: Session, *, actor: Actor) -> tuple[Place, ...]:
    """The calendars that the person sees, the installation's first."""
    seen = frozenset[UUID]().union(
        *(municipality_ids(session, actor=actor, permission=one) for one in SEEING)
    )
    query = select(Municipality).where(Municipality.id.in_(seen)).order_by(Municipality.name)
    every = Place(id=None, name="", may_keep=actor.may(Permission.KEEP_CALENDAR))
    return (every, *(_place(row, actor) for row in session.scalars(query)))


def _place(row: Municipality, actor: Actor) -> Place:
    kept = actor.may(Permission.KEEP_CALENDAR, municipality_id=row.id)
    return Place(id=row.id, name=row.name, may_keep=kept)


def get_place(session: Session, *, municipality_id: UUID | None, actor: Actor) -> Place:
    """One of the calendars that the person sees.

    Raises:
        NotYours: he sees none of that municipality.
    """
    for place in list_places(session, actor=actor):
        if place.id == municipality_id:
            return place
    raise NotYours


def show_year(
    session: Session, *, place: Place, year: int, pace: Pace, withdrawn: bool = False
) -> YearView:
    """A year of a place, counted by a week and a policy; with versions taken back if wanted."""
    counted = calendar_in(session, place.id, pace=pace)
    return YearView(
        place=place,
        year=year,
        confirmed=counted.is_confirmed(date(year, 1, 1)),
        months=tuple(_month(year, number, counted) for number in range(1, 13)),
        overrides=_overrides(session, place, year, withdrawn=withdrawn),
        confirmation=_confirmation(session, place, year),
    )


def _month(year: int, number: int, counted: WorkCalendar) -> MonthView:
    weeks = months_of_years.Calendar().monthdatescalendar(year, number)
    return MonthView(
        number=number,
        weeks=tuple(
            tuple(_cell(day, counted) if day.month == number else None for day in week)
            for week in weeks
        ),
    )


def _cell(day: date, counted: WorkCalendar) -> DayCell:
    works = counted.is_working(day)
    return DayCell(day=day, works=works, mark=_mark(day, counted, works=works))


def _mark(day: date, counted: WorkCalendar, *, works: bool) -> str:
    if counted.is_decree(day):
        return "decree"
    if day in counted.overrides:
        return "changed"
    plain = day.weekday() < counted.week
    return "" if works is plain else "moved"


def _overrides(
    session: Session, place: Place, year: int, *, withdrawn: bool
) -> tuple[OverrideView, ...]:
    query = (
        select(CalendarOverride, Person.display_name)
        .join(Person, Person.id == CalendarOverride.added_by_id)
        .where(
            or_(
                CalendarOverride.municipality_id.is_(None),
                CalendarOverride.municipality_id == place.id,
            ),
            CalendarOverride.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(CalendarOverride.day, CalendarOverride.added_at, CalendarOverride.id)
    )
    if not withdrawn:
        query = query.where(CalendarOverride.withdrawn_at.is_(None))
    return tuple(
        OverrideView(
            id=row.id,
            day=row.day,
            kind=row.kind,
            source=row.source,
            of_all=row.municipality_id is None,
            added_at=row.added_at,
            added_by=name,
            withdrawn_at=row.withdrawn_at,
        )
        for row, name in session.execute(query)
    )


def _confirmation(session: Session, place: Place, year: int) -> ConfirmationView | None:
    query = (
        select(ConfirmedYear)
        .where(
            or_(ConfirmedYear.municipality_id.is_(None), ConfirmedYear.municipality_id == place.id),
            ConfirmedYear.year == year,
            ConfirmedYear.withdrawn_at.is_(None),
        )
        .order_by(ConfirmedYear.municipality_id.is_(None))
    )
    found = session.scalars(query).first()
    if found is None:
        return None
    return ConfirmationView(id=found.id, source=found.source, of_all=found.municipality_id is None)


def rows_in_force(session: Session, *, place: Place) -> tuple[tuple[date, DayKind, str], ...]:
    """The overrides that count in a place, by day: for a file."""
    query = (
        select(CalendarOverride)
        .where(
            or_(
                CalendarOverride.municipality_id.is_(None),
                CalendarOverride.municipality_id == place.id,
            ),
            CalendarOverride.withdrawn_at.is_(None),
        )
        .order_by(CalendarOverride.municipality_id.is_not(None))
    )
    found = {row.day: (row.day, row.kind, row.source) for row in session.scalars(query)}
    return tuple(found[day] for day in sorted(found))


def list_paces(session: Session, *, places: Iterable[Place]) -> tuple[CampaignPace, ...]:
    """How the campaigns of some places count terms, the newest year first."""
    query = (
        select(Campaign)
        .where(Campaign.municipality_id.in_({place.id for place in places if place.id}))
        .order_by(Campaign.year.desc(), Campaign.name, Campaign.id)
    )
    return tuple(_campaign_pace(session, row) for row in session.scalars(query))


def get_pace(session: Session, *, campaign_id: UUID, actor: Actor) -> CampaignPace:
    """How one campaign counts terms, for who may change it.

    Raises:
        NotYours: there is no such campaign, or it is not his.
    """
    campaign = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=actor
    )
    return _campaign_pace(session, campaign)


def _campaign_pace(session: Session, campaign: Campaign) -> CampaignPace:
    return CampaignPace(
        campaign_id=campaign.id,
        campaign=f"{campaign.name}, {campaign.year}",
        municipality=campaign.municipality.name,
        pace=pace_of(session, campaign.id),
    )
