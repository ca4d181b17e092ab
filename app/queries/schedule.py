"""The schedule of a campaign: its own dates, and those of every exam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.bridge.schedule import Order, schedules_of
from app.bridge.terms import Term, term_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Campaign
from app.queries.campaigns import CampaignChoice, campaigns_of
from app.queries.scope import municipality_ids
from scoring import Deadline, Milestone, WorkCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Date:
    """One date of the schedule and how far off it is."""

    deadline: Deadline
    term: Term

    @property
    def on(self) -> date:
        """The last day."""
        return self.deadline.on


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamSchedule:
    """The dates of one exam by what is due."""

    id: UUID
    title: ExamTitle
    dates: Mapping[Milestone, Date]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleView:
    """The schedule of one campaign.

    Attributes:
        order: what the order says.
        dates: the campaign's own dates, by day.
        exams: its exams by day.
        editable: whether the person keeps it.
    """

    id: UUID
    name: str
    municipality: str
    order: Order
    dates: tuple[Date, ...]
    exams: tuple[ExamSchedule, ...]
    editable: bool


def list_campaigns(session: Session, *, actor: Actor) -> tuple[CampaignChoice, ...]:
    """Campaigns that the person sees, the newest first."""
    seen = municipality_ids(session, actor=actor, permission=Permission.VIEW_EXAM)
    return campaigns_of(session, seen)


def get_schedule(session: Session, *, campaign_id: UUID, actor: Actor, today: date) -> ScheduleView:
    """The schedule of one campaign.

    Raises:
        NotYours: there is none, or it is of another municipality.
    """
    seen = municipality_ids(session, actor=actor, permission=Permission.VIEW_EXAM)
    query = select(Campaign).where(Campaign.id == campaign_id, Campaign.municipality_id.in_(seen))
    campaign = session.scalar(query.options(selectinload(Campaign.exams)))
    if campaign is None:
        raise NotYours
    schedules = schedules_of(session, [campaign])
    calendar = schedules.calendars[campaign_id]
    return ScheduleView(
        id=campaign.id,
        name=campaign.name,
        municipality=campaign.municipality.name,
        order=schedules.orders[campaign_id],
        dates=tuple(_date(one, today, calendar) for one in schedules.of_campaign(campaign_id)),
        exams=tuple(
            ExamSchedule(
                id=exam.id,
                title=title_of(exam),
                dates={
                    one.milestone: _date(one, today, calendar) for one in schedules.of_exam(exam)
                },
            )
            for exam in campaign.exams
        ),
        editable=actor.may(Permission.EDIT_EXAM, municipality_id=campaign.municipality_id),
    )


def _date(deadline: Deadline, today: date, calendar: WorkCalendar) -> Date:
    term = term_of(deadline.on, deadline.on, today=today, calendar=calendar)
    return Date(deadline=deadline, term=term)
