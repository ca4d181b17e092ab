"""What is asked of the board, whose rows it shows, and what is overdue today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Subquery,
    Uuid,
    column,
    func,
    select,
    values,
)
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.chain import Link, kept_counts, live_counts
from app.bridge.schedule import Schedules, schedules_of
from app.bridge.titles import ExamTitle
from app.models import Campaign, DeskCount, Exam, School
from app.queries.scope import municipality_ids
from scoring import Milestone, Terms, WorkCalendar, latest_day_overdue, working_day_from

LIVE_PAIRS = 2_000
"""Schools times exams up to which a board is counted while it is opened."""
_OF_CAMPAIGN = {
    Milestone.APPLICATIONS: Link.APPLICATION,
    Milestone.QUESTIONNAIRES: Link.QUESTIONNAIRE,
    Milestone.TIMETABLE: Link.TIMETABLE,
}
BITS = {link: 1 << place for place, link in enumerate(Link)}


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
        exams: the exams that the filter leaves.
        counted_at: when they were counted; None for now.
    """

    pairs: Subquery
    exams: Sequence[Exam]
    counted_at: datetime | None


def source_of(
    session: Session, *, places: Sequence[UUID], wanted: BoardFilter, live: bool = False
) -> Source:
    """The pairs of municipalities, live where they are few, and as counted last where not."""
    exams = _exams(session, places, wanted)
    schools = select(func.count(School.id)).where(School.municipality_id.in_(places))
    exams_of_place = len(exams) / max(len(places), 1)
    if live or (session.scalar(schools) or 0) * exams_of_place <= LIVE_PAIRS:
        return Source(pairs=live_counts(places).subquery(), exams=exams, counted_at=None)
    counted = select(func.min(DeskCount.counted_at)).where(DeskCount.municipality_id.in_(places))
    return Source(
        pairs=kept_counts(places).subquery(), exams=exams, counted_at=session.scalar(counted)
    )


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


def _exams(session: Session, places: Sequence[UUID], wanted: BoardFilter) -> Sequence[Exam]:
    of_places = Campaign.municipality_id.in_(places)
    newest = select(func.max(Campaign.year)).where(of_places).scalar_subquery()
    query = (
        select(Exam)
        .join(Campaign)
        .where(of_places, Campaign.year == (wanted.year or newest))
        .options(joinedload(Exam.campaign))
        .order_by(Exam.held_on, Exam.grade, Exam.subject, Exam.id)
    )
    if wanted.subject is not None:
        query = query.where(Exam.subject == wanted.subject)
    if wanted.grade is not None:
        query = query.where(Exam.grade == wanted.grade)
    return session.scalars(query).all()


def overdue(session: Session, exams: Sequence[Exam], *, today: date) -> FromClause:
    """What is overdue today for every exam, as rows to join.

    `mask` has a bit for every link whose date has passed; codes, scans and what follows them are
    late for schools that wrote on `codes_by`, `scans_by`, `plan_by` or before.
    """
    campaigns = list({exam.campaign_id: exam.campaign for exam in exams}.values())
    schedules = schedules_of(session, campaigns)
    cuts = {one.id: _cuts(schedules, one.id, today) for one in campaigns}
    own = {one.id: _mask_of_campaign(schedules, one.id, today) for one in campaigns}
    rows = [
        (exam.id, own[exam.campaign_id] | _mask_of_exam(exam, today), *cuts[exam.campaign_id])
        for exam in exams
    ]
    found = values(
        column("exam_id", Uuid()),
        column("mask", Integer()),
        column("codes_by", Date()),
        column("scans_by", Date()),
        column("plan_by", Date()),
        name="overdue_rows",
    ).data(rows)
    return found.cte("overdue")


def _cuts(schedules: Schedules, campaign_id: UUID, today: date) -> tuple[date, date, date]:
    calendar: WorkCalendar = schedules.calendars[campaign_id]
    terms: Terms = schedules.orders[campaign_id].terms
    scans, plan = (
        latest_day_overdue(today, working_days=term, calendar=calendar)
        for term in (terms.scans_days, terms.scans_days + 1)
    )
    return working_day_from(today, calendar=calendar), scans, plan


def _mask_of_campaign(schedules: Schedules, campaign_id: UUID, today: date) -> int:
    dues: Mapping[Milestone, date] = {
        one.milestone: one.on for one in schedules.of_campaign(campaign_id)
    }
    return sum(
        BITS[link]
        for milestone, link in _OF_CAMPAIGN.items()
        if milestone in dues and dues[milestone] < today
    )


def _mask_of_exam(exam: Exam, today: date) -> int:
    scored = BITS[Link.SCORED] | BITS[Link.ACTS] if exam.scoring_ends_on < today else 0
    return scored | (BITS[Link.FORM] if exam.form_due_on < today else 0)
