"""What is asked of the board, whose rows it shows, and what is overdue today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    Uuid,
    case,
    column,
    func,
    select,
    values,
)
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.chain import Link, kept_counts, live_counts
from app.bridge.schedule import Schedules, schedules_of
from app.bridge.titles import ExamTitle
from app.models import Campaign, DeskCount, Exam, Municipality, School
from app.queries.scope import municipality_ids
from scoring import Milestone, Terms, WorkCalendar, latest_day_overdue, working_day_from

LIVE_PAIRS = 2_000
"""Schools times exams up to which a board is counted while it is opened."""
_OF_CAMPAIGN = {
    Milestone.APPLICATIONS: Link.APPLICATION,
    Milestone.QUESTIONNAIRES: Link.QUESTIONNAIRE,
    Milestone.TIMETABLE: Link.TIMETABLE,
}
_BITS = {link: 1 << place for place, link in enumerate(_OF_CAMPAIGN.values())}


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardFilter:
    """What is asked of the board; None asks nothing.

    Attributes:
        year: the year of campaigns; None for the newest.
        subject, grade: of the exam.
        link: only rows where this link is not done yet.
        late: only rows with something late.
        page: which page of rows, from 1.
    """

    year: int | None = None
    subject: str | None = None
    grade: int | None = None
    link: Link | None = None
    late: bool = False
    page: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Rows to show: a pair of a school and an exam each.

    Attributes:
        pairs: counts of every pair.
        exams: keys, days and campaigns of the exams that the filter leaves.
        campaigns: the campaigns they stand in.
        counted_at: when they were counted; None for now.
    """

    pairs: Subquery
    exams: Select[*tuple[Any, ...]]
    campaigns: Sequence[Campaign]
    counted_at: datetime | None


def source_of(
    session: Session, *, places: Sequence[UUID], wanted: BoardFilter, live: bool = False
) -> Source:
    """The pairs of municipalities, live where they are few, and as counted last where not."""
    campaigns = _campaigns(session, places, wanted)
    exams = _exams(campaigns, wanted)
    counted_at = None
    pairs = live_counts(places)
    if not live and _size(session, places, exams) > LIVE_PAIRS:
        pairs = kept_counts(places)
        counted_at = _counted_at(session, places)
    return Source(pairs=pairs.subquery(), exams=exams, campaigns=campaigns, counted_at=counted_at)


def _counted_at(session: Session, places: Sequence[UUID]) -> datetime | None:
    """When the municipality that was counted longest ago was counted."""
    first = select(func.min(DeskCount.counted_at)).where(
        DeskCount.municipality_id == Municipality.id
    )
    each = select(first.scalar_subquery()).where(Municipality.id.in_(places))
    return min((one for one in session.scalars(each) if one is not None), default=None)


def _size(session: Session, places: Sequence[UUID], exams: Select[*tuple[Any, ...]]) -> float:
    """Schools times the exams of a municipality, as they are on the average."""
    schools = select(func.count(School.id)).where(School.municipality_id.in_(places))
    all_exams = session.scalar(select(func.count()).select_from(exams.subquery())) or 0
    return (session.scalar(schools) or 0) * all_exams / max(len(places), 1)


def watched(session: Session, *, actor: Actor) -> tuple[UUID, ...]:
    """Municipalities that the person watches."""
    return tuple(sorted(municipality_ids(session, actor=actor, permission=Permission.WATCH)))


def list_subjects(session: Session, *, actor: Actor) -> tuple[ExamTitle, ...]:
    """Subjects and grades to choose from."""
    query = (
        select(Exam.subject, Exam.grade)
        .join(Campaign)
        .where(Campaign.municipality_id.in_(watched(session, actor=actor)))
        .distinct()
        .order_by(Exam.grade, Exam.subject)
    )
    return tuple(
        ExamTitle(subject=subject, grade=grade) for subject, grade in session.execute(query)
    )


def _campaigns(session: Session, places: Sequence[UUID], wanted: BoardFilter) -> Sequence[Campaign]:
    of_places = Campaign.municipality_id.in_(places)
    newest = select(func.max(Campaign.year)).join(Exam).where(of_places).scalar_subquery()
    year = newest if wanted.year is None else wanted.year
    query = select(Campaign).where(of_places, Campaign.year == year).order_by(Campaign.id)
    return session.scalars(query).all()


def _exams(campaigns: Sequence[Campaign], wanted: BoardFilter) -> Select[*tuple[Any, ...]]:
    query = select(
        Exam.id.label("exam_id"),
        Exam.campaign_id,
        Exam.scoring_ends_on,
        Exam.form_due_on,
        Exam.results_on,
    ).where(Exam.campaign_id.in_([one.id for one in campaigns]))
    if wanted.subject is not None:
        query = query.where(Exam.subject == wanted.subject)
    if wanted.grade is not None:
        query = query.where(Exam.grade == wanted.grade)
    return query


def overdue(session: Session, source: Source, *, today: date) -> FromClause:
    """What is overdue today for every exam, as rows to join.

    A link whose own date has passed has `passed_…` of 1; codes, scans and what follows them are
    late for schools that wrote on `codes_by`, `scans_by`, `plan_by` or before. Only campaigns are
    reckoned here: a region has forty, and its exams are a thousand.
    """
    exams, orders = source.exams.subquery(), _orders(session, source.campaigns, today=today)
    official = func.coalesce(exams.c.results_on, orders.c.results_on)
    own = {link: orders.c.mask.op("&")(bit) > 0 for link, bit in _BITS.items()}
    of_exam = {
        Link.SCORED: exams.c.scoring_ends_on < today,
        Link.FORM: exams.c.form_due_on < today,
        Link.ACTS: exams.c.scoring_ends_on < today,
        Link.FAMILIES: official <= orders.c.families_by,
        Link.ANALYSIS: official <= orders.c.analysis_by,
    }
    return (
        select(
            exams.c.exam_id,
            *(
                case((passed, 1), else_=0).label(f"passed_{link}")
                for link, passed in {**own, **of_exam}.items()
            ),
            *(orders.c[name] for name in ("codes_by", "scans_by", "plan_by")),
        )
        .join_from(exams, orders, orders.c.campaign_id == exams.c.campaign_id)
        .cte("overdue")
    )


def _orders(session: Session, campaigns: Sequence[Campaign], *, today: date) -> FromClause:
    schedules = schedules_of(session, campaigns)
    return (
        values(
            column("campaign_id", Uuid()),
            column("mask", Integer()),
            column("codes_by", Date()),
            column("scans_by", Date()),
            column("plan_by", Date()),
            column("families_by", Date()),
            column("analysis_by", Date()),
            column("results_on", Date()),
            name="order_rows",
        )
        .data(
            [
                (one.id, _mask(schedules, one.id, today), *_cuts(schedules, one.id, today))
                for one in campaigns
            ]
        )
        .cte("orders")
    )


def _cuts(schedules: Schedules, campaign_id: UUID, today: date) -> tuple[date, ...]:
    """Days up to which each step is overdue, and the day of results (the last one: not known)."""
    calendar: WorkCalendar = schedules.calendars[campaign_id]
    order = schedules.orders[campaign_id]
    terms: Terms = order.terms
    days = (terms.scans_days, terms.scans_days + 1, terms.families_days, terms.analysis_days)
    return (
        working_day_from(today, calendar=calendar),
        *(latest_day_overdue(today, working_days=term, calendar=calendar) for term in days),
        order.results_on or date.max,
    )


def _mask(schedules: Schedules, campaign_id: UUID, today: date) -> int:
    dues: Mapping[Milestone, date] = {
        one.milestone: one.on for one in schedules.of_campaign(campaign_id)
    }
    return sum(
        _BITS[link]
        for milestone, link in _OF_CAMPAIGN.items()
        if milestone in dues and dues[milestone] < today
    )
