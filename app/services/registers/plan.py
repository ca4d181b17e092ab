"""Lines of the order: dates of exams, typed or counted by the campaign's terms."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_campaign_of
from app.bridge.schedule import schedules_of
from app.bridge.subjects import same_subject
from app.errors import Refusal
from app.exchange.registers import PlanRecord
from app.models import Campaign, Exam
from app.services.registers.changes import Facts, Saved, Subject, saved
from scoring import DeadlineError, ExamDates, Milestone, exam_deadlines

_OPENING = time(14, 0)  # P 6.6.2


def save_plan(
    session: Session, *, campaign_id: UUID, record: PlanRecord, by: Actor, at: datetime
) -> Saved:
    """The dates of one exam by the order; a new exam is added to the campaign.

    Raises:
        NotYours: the campaign is not his.
        Refusal: a date is missing and no term gives it, or dates are out of order.
    """
    campaign = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=by
    )
    dates = _dates(session, campaign, record)
    exam = _find(session, campaign_id, record)
    old = _facts(exam) if exam else None
    exam = exam or Exam(
        campaign_id=campaign_id,
        subject=record.subject,
        grade=record.grade,
        criteria_open_at_local=_OPENING,
        created_at=at,
    )
    for name, day in dates.items():
        setattr(exam, name, day)
    session.add(exam)
    session.flush()
    subject = Subject(kind="exam_dates", id=exam.id, municipality_id=campaign.municipality_id)
    return saved(session, subject, old=old, new=_facts(exam), by=by, at=at)


def _dates(session: Session, campaign: Campaign, record: PlanRecord) -> dict[str, date | None]:
    schedules = schedules_of(session, [campaign])
    given = {name: getattr(record, name) for name in ExamDates.__dataclass_fields__}
    try:
        found = {
            one.milestone: one.on
            for one in exam_deadlines(
                ExamDates(**given),
                terms=schedules.orders[campaign.id].terms,
                calendar=schedules.calendars[campaign.id],
            )
        }
    except DeadlineError as error:
        raise Refusal(error.text, **error.params) from error
    days = [record.held_on, found[Milestone.SCORING], found[Milestone.FORM], record.results_on]
    known = [one for one in days if one is not None]
    if known != sorted(known):
        raise Refusal("Даты идут не по порядку: работа, проверка, форма, результаты.")
    return {
        **asdict(ExamDates(**given)),
        "scoring_ends_on": found[Milestone.SCORING],
        "form_due_on": found[Milestone.FORM],
    }


def _find(session: Session, campaign_id: UUID, record: PlanRecord) -> Exam | None:
    query = select(Exam).where(Exam.campaign_id == campaign_id, Exam.grade == record.grade)
    found = session.scalars(query)
    return next((one for one in found if same_subject(one.subject, record.subject)), None)


def _facts(exam: Exam) -> Facts:
    names = ("held_on", "scoring_ends_on", "form_due_on", "results_on")
    days = {name: str(getattr(exam, name) or "") for name in names}
    return {"subject": exam.subject, "grade": exam.grade, **days}
