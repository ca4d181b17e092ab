"""Whether an expert may score an exam now: qualified, where the exam asks it, and not stopped."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.controls import IN_LIST, find_rule
from app.errors import Refusal
from app.models import Assignment, ControlRule, Exam, Qualification, ScoringStop


class NotAdmitted(Refusal):
    """The expert's works wait: for his qualification, or for the chair's word."""


def find_stop(session: Session, *, exam_id: UUID, expert_id: UUID) -> ScoringStop | None:
    """The chair's stop that stands."""
    return session.scalar(
        select(ScoringStop).where(ScoringStop.exam_id == exam_id, *_standing(expert_id))
    )


def _standing(expert_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return ScoringStop.expert_id == expert_id, ScoringStop.lifted_at.is_(None)


def is_qualified(session: Session, *, exam_id: UUID, expert_id: UUID) -> bool:
    """Whether the exam asks no qualification of the expert, or he has it."""
    return _meets(session, find_rule(session, exam_id), exam_id=exam_id, expert_id=expert_id)


def _meets(session: Session, rule: ControlRule | None, *, exam_id: UUID, expert_id: UUID) -> bool:
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
    return find_bar_of(session, exam_id=assignment.script.exam_id, expert_id=assignment.expert_id)


def find_bar_of(session: Session, *, exam_id: UUID, expert_id: UUID) -> NotAdmitted | None:
    """Why the expert may not score the exam now; None where he may."""
    stop, rule = _stop_and_rule(session, exam_id=exam_id, expert_id=expert_id)
    if stop is not None:
        return NotAdmitted(
            "Председатель приостановил вашу проверку: %(why)s. Работы ждут вас, сохранённые баллы"
            " целы.",
            why=stop.why,
        )
    if not _meets(session, rule, exam_id=exam_id, expert_id=expert_id):
        return NotAdmitted(
            "Сначала пройдите отбор: проверьте несколько работ с согласованными баллами."
        )
    return None


def _stop_and_rule(
    session: Session, *, exam_id: UUID, expert_id: UUID
) -> tuple[ScoringStop | None, ControlRule | None]:
    """Both in one statement: every save asks for them."""
    query = (
        select(ScoringStop, ControlRule)
        .select_from(Exam)
        .outerjoin(ScoringStop, and_(ScoringStop.exam_id == Exam.id, *_standing(expert_id)))
        .outerjoin(ControlRule, ControlRule.exam_id == Exam.id)
        .where(Exam.id == exam_id)
    )
    stop, rule = session.execute(query).one()
    return stop, rule
