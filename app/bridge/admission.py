"""Whether an expert may score an exam now: qualified, where the exam asks it, and not stopped."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.controls import IN_LIST, find_rule
from app.errors import Refusal
from app.models import Assignment, Qualification, ScoringStop


class NotAdmitted(Refusal):
    """The expert's works wait: for his qualification, or for the chair's word."""


def find_stop(session: Session, *, exam_id: UUID, expert_id: UUID) -> ScoringStop | None:
    """The chair's stop that stands."""
    return session.scalar(
        select(ScoringStop).where(
            ScoringStop.exam_id == exam_id,
            ScoringStop.expert_id == expert_id,
            ScoringStop.lifted_at.is_(None),
        )
    )


def is_qualified(session: Session, *, exam_id: UUID, expert_id: UUID) -> bool:
    """Whether the exam asks no qualification of the expert, or he has it."""
    rule = find_rule(session, exam_id)
    if rule is None or not rule.qualifying_works:
        return True
    passed = select(Qualification.id).where(
        Qualification.exam_id == exam_id,
        Qualification.expert_id == expert_id,
        Qualification.passed.is_(True),
    )
    return session.scalar(passed.limit(1)) is not None


def find_bar(session: Session, assignment: Assignment) -> NotAdmitted | None:
    """Why points may not be given to the work now; None where they may."""
    if assignment.round not in IN_LIST:
        return None
    exam_id, expert_id = assignment.script.exam_id, assignment.expert_id
    stop = find_stop(session, exam_id=exam_id, expert_id=expert_id)
    if stop is not None:
        return NotAdmitted(
            "Председатель приостановил вашу проверку: %(why)s. Работы ждут вас, сохранённые баллы"
            " целы.",
            why=stop.why,
        )
    if not is_qualified(session, exam_id=exam_id, expert_id=expert_id):
        return NotAdmitted(
            "Сначала пройдите отбор: проверьте несколько работ с согласованными баллами."
        )
    return None
