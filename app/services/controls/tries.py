"""Qualification: an expert's try on works with agreed points, or the chair's word instead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.admission import is_qualified
from app.bridge.controls import control_pool, own_expert
from app.controls import find_rule, give_control
from app.errors import Refusal
from app.models import ControlUse, Exam, Qualification, Round
from app.services.controls.exam import expert_of, led_exam


def begin_try(session: Session, *, exam_id: UUID, by: Actor, at: datetime) -> Qualification:
    """Give the acting expert a try's works; a try that is open goes on.

    Raises:
        NotYours: the exam is not one that he may score.
        CriteriaClosed: the hour of the criteria has not come.
        Refusal: no qualification is asked, he has it, or no works are left for another try.
    """
    exam, expert = own_expert(session, exam_id=exam_id, by=by, at=at)
    rule = find_rule(session, exam_id)
    if rule is None or not rule.qualifying_works:
        raise Refusal("В этой работе отбора нет: проверяйте сразу.")
    if is_qualified(session, exam_id=exam_id, expert_id=expert.id):
        raise Refusal("Отбор уже пройден.")
    tried = _find_open(session, exam_id, expert.id)
    is_new = tried is None
    tried = tried or _add(session, exam, expert.id, works=rule.qualifying_works, at=at)
    _fill(session, exam, tried, at=at)
    if is_new:
        record_about(session, exam, "qualification.begun", by=by, at=at)
    return tried


def _fill(session: Session, exam: Exam, tried: Qualification, *, at: datetime) -> None:
    """Give the works that the try lacks: all of it, or those that the expert stepped back from."""
    given = [one for one in tried.readings if one.assignment.withdrawn_at is None]
    missing = tried.works - len(given)
    pool = control_pool(
        session, exam=exam, use=ControlUse.QUALIFICATION, experts=[tried.expert_id]
    )[tried.expert_id]
    if len(pool) < missing:
        raise Refusal(
            "Для новой попытки не хватает работ: председатель добавит их или допустит вас сам."
        )
    for position, work in enumerate(pool[:missing], start=len(tried.readings) + 1):
        give_control(
            session,
            work,
            tried.expert_id,
            Round.QUALIFICATION,
            at=at,
            qualification_id=tried.id,
            position=position,
        )


def admit(session: Session, *, exam_id: UUID, expert_id: UUID, by: Actor, at: datetime) -> None:
    """Let an expert begin at the chair's word, whatever his tries came to.

    Raises:
        NotYours: the exam or the expert is not his.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    expert = expert_of(session, exam, expert_id)
    if is_qualified(session, exam_id=exam_id, expert_id=expert.id):
        return
    made = _add(session, exam, expert.id, works=0, at=at)
    made.closed_at, made.passed, made.admitted_by_id = at, True, by.person_id
    record_about(session, exam, "qualification.admitted", by=by, at=at)


def _find_open(session: Session, exam_id: UUID, expert_id: UUID) -> Qualification | None:
    return session.scalar(
        select(Qualification).where(
            Qualification.exam_id == exam_id,
            Qualification.expert_id == expert_id,
            Qualification.closed_at.is_(None),
        )
    )


def _add(
    session: Session, exam: Exam, expert_id: UUID, *, works: int, at: datetime
) -> Qualification:
    last = session.scalar(
        select(func.max(Qualification.number)).where(
            Qualification.exam_id == exam.id, Qualification.expert_id == expert_id
        )
    )
    made = Qualification(
        exam_id=exam.id,
        expert_id=expert_id,
        number=(last or 0) + 1,
        works=works,
        opened_at=at,
    )
    session.add(made)
    session.flush()
    return made
