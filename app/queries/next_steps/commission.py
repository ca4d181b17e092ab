"""What the commission's chair should do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models import Campaign, Exam, RecheckCase, Sheet
from app.queries.next_steps.step import Step, Urgency, step
from scoring import WorkCalendar, working_days_left

AMBER_DAYS = 2


def commission_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Open cases without a reader, and cases that wait for the decision."""
    places = actor.municipality_ids(Permission.DECIDE_RECHECK)
    if not places:
        return
    query = (
        select(RecheckCase, Sheet.submitted_at)
        .join(Exam, Exam.id == RecheckCase.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .outerjoin(Sheet, Sheet.assignment_id == RecheckCase.assignment_id)
        .where(Campaign.municipality_id.in_(places), RecheckCase.closed_at.is_(None))
        .order_by(RecheckCase.due_on, RecheckCase.id)
    )
    for case, scored_at in session.execute(query):
        yield _case_step(case, read=scored_at is not None, today=today)


def _case_step(case: RecheckCase, *, read: bool, today: date) -> Step:
    left = working_days_left(today, case.due_on, calendar=WorkCalendar())
    urgency = Urgency.SOON if left <= AMBER_DAYS else Urgency.NOW
    wanted = {
        True: "Перепроверка прочитана, нужно решение. Срок %(due)s, рабочих дней: %(left)s.",
        False: "Перепроверка у члена комиссии. Срок %(due)s, рабочих дней: %(left)s.",
    }[read]
    text = (
        wanted
        if case.assignment_id
        else "Перепроверка: назначьте члена комиссии. Срок %(due)s, рабочих дней: %(left)s."
    )
    return step(
        text,
        "rechecks.case",
        urgency=Urgency.LATE if left < 0 else urgency,
        values={"case_id": case.id},
        due=f"{case.due_on:%d.%m.%Y}",
        left=left,
    )
