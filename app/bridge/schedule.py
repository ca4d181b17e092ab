"""Rows of orders, exams and calendars -> every deadline of a campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.bridge.terms import Pace
from app.models import CalendarOverride, Campaign, CampaignClock, CampaignOrder, ConfirmedYear, Exam
from scoring import (
    DayKind,
    Deadline,
    ExamDates,
    OrderDates,
    Terms,
    WorkCalendar,
    WorkWeek,
    campaign_deadlines,
    exam_deadlines,
)

Versioned = TypeVar("Versioned", CampaignOrder, CampaignClock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a campaign's order says; version 0 is what holds until there is one.

    Attributes:
        number: the version.
        document: by which act.
        dates: the campaign's own dates.
        terms: how long each derived step may take.
        results_on: the day of the official results, for exams without a day of their own.
    """

    number: int = 0
    document: str = ""
    dates: OrderDates = field(default_factory=OrderDates)
    terms: Terms = field(default_factory=Terms)
    results_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedules:
    """Orders and calendars of some campaigns, read in a few queries.

    Attributes:
        orders: by campaign.
        calendars: by campaign.
    """

    orders: Mapping[UUID, Order]
    calendars: Mapping[UUID, WorkCalendar]

    def of_campaign(self, campaign_id: UUID) -> tuple[Deadline, ...]:
        """The campaign's own deadlines."""
        order = self.orders[campaign_id]
        return campaign_deadlines(
            order.dates, terms=order.terms, calendar=self.calendars[campaign_id]
        )

    def of_exam(self, exam: Exam, *, held_on: date | None = None) -> tuple[Deadline, ...]:
        """The deadlines of one exam; of a school that has a day of its own, by that day."""
        order = self.orders[exam.campaign_id]
        dates = ExamDates(
            held_on=held_on or exam.held_on,
            scoring_ends_on=exam.scoring_ends_on,
            form_due_on=exam.form_due_on,
            results_on=exam.results_on or order.results_on,
        )
        return exam_deadlines(dates, terms=order.terms, calendar=self.calendars[exam.campaign_id])


def schedules_of(session: Session, campaigns: Sequence[Campaign]) -> Schedules:
    """What the deadlines of campaigns are counted by."""
    keys = [one.id for one in campaigns]
    orders = _newest(session, CampaignOrder, keys)
    return Schedules(
        orders={key: order_of(orders.get(key)) for key in keys},
        calendars=_calendars(session, campaigns),
    )


def results_day(session: Session, exam: Exam) -> date | None:
    """The day of an exam's official results: its own, or the campaign's; None: not known."""
    orders = _newest(session, CampaignOrder, [exam.campaign_id])
    return exam.results_on or order_of(orders.get(exam.campaign_id)).results_on


def order_of(row: CampaignOrder | None) -> Order:
    """A version of the order as a value."""
    if row is None:
        return Order()
    return Order(
        number=row.number,
        document=row.document,
        dates=OrderDates(
            list_due_on=row.list_due_on,
            accounts_received_on=row.accounts_received_on,
            applications_due_on=row.applications_due_on,
            questionnaires_due_on=row.questionnaires_due_on,
            timetable_due_on=row.timetable_due_on,
        ),
        terms=Terms(
            accounts_days=row.accounts_days,
            scans_days=row.scans_days,
            scoring_days=row.scoring_days,
            form_days=row.form_days,
            families_days=row.families_days,
            analysis_days=row.analysis_days,
        ),
        results_on=row.results_on,
    )


def _newest(
    session: Session, table: type[Versioned], campaign_ids: Sequence[UUID]
) -> dict[UUID, Versioned]:
    last = (
        select(table.campaign_id, func.max(table.number).label("number"))
        .where(table.campaign_id.in_(campaign_ids))
        .group_by(table.campaign_id)
        .subquery()
    )
    query = select(table).join(
        last, (last.c.campaign_id == table.campaign_id) & (last.c.number == table.number)
    )
    return {row.campaign_id: row for row in session.scalars(query)}


def _calendars(session: Session, campaigns: Sequence[Campaign]) -> dict[UUID, WorkCalendar]:
    places = {one.municipality_id for one in campaigns}
    days, years = _days(session, places), _years(session, places)
    clocks = _newest(session, CampaignClock, [one.id for one in campaigns])
    return {
        one.id: WorkCalendar(
            overrides={**days[None], **days[one.municipality_id]},
            week=_pace(clocks.get(one.id)).week,
            decree_days=_pace(clocks.get(one.id)).decree_days,
            confirmed_years=frozenset(years[None] | years[one.municipality_id]),
        )
        for one in campaigns
    }


def _pace(row: CampaignClock | None) -> Pace:
    if row is None:
        return Pace()
    return Pace(week=WorkWeek(row.week), decree_days=row.decree_days)


def _days(
    session: Session, places: Iterable[UUID]
) -> defaultdict[UUID | None, dict[date, DayKind]]:
    found: defaultdict[UUID | None, dict[date, DayKind]] = defaultdict(dict)
    place = CalendarOverride.municipality_id
    query = select(place, CalendarOverride.day, CalendarOverride.kind).where(
        or_(place.is_(None), place.in_(places)), CalendarOverride.withdrawn_at.is_(None)
    )
    for key, day, kind in session.execute(query):
        found[key][day] = kind
    return found


def _years(session: Session, places: Iterable[UUID]) -> defaultdict[UUID | None, set[int]]:
    found: defaultdict[UUID | None, set[int]] = defaultdict(set)
    place = ConfirmedYear.municipality_id
    query = select(place, ConfirmedYear.year).where(
        or_(place.is_(None), place.in_(places)), ConfirmedYear.withdrawn_at.is_(None)
    )
    for key, year in session.execute(query):
        found[key].add(year)
    return found
