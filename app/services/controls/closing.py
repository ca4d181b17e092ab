"""The chair closes the scoring of an exam before its last day, and opens it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.readings import exam_readings
from app.errors import Refusal
from app.models import (
    BLIND,
    Assignment,
    Divergence,
    FinalResult,
    Plan,
    PlanRow,
    PlanState,
    Round,
    Script,
)
from app.services.controls.exam import led_exam


def close_scoring(session: Session, *, exam_id: UUID, by: Actor, at: datetime) -> None:
    """End scoring now: points can only be looked at.

    Raises:
        NotYours: the exam is not his to lead.
        Refusal: readings are not handed in, or differ and are not settled, or works that are
            planned have no final points yet.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    if exam.closed_at is not None:
        return
    left = sum(
        row.active and not row.submitted and row.round in (*BLIND, Round.THIRD)
        for row in exam_readings(session, exam_id=exam_id)
    )
    if left:
        raise Refusal("Закрыть проверку нельзя: не сдано работ %(left)s.", left=left)
    apart = session.scalar(
        select(func.count(Divergence.id))
        .join(Script, Script.id == Divergence.script_id)
        .where(Script.exam_id == exam_id, Divergence.settled_at.is_(None))
    )
    if apart:
        raise Refusal(
            "Закрыть проверку нельзя: расхождений без третьего эксперта %(apart)s.", apart=apart
        )
    without = _count_without_points(session, exam_id)
    if without:
        raise Refusal(
            "Закрыть проверку нельзя: без итоговых баллов работ %(without)s. Они ждут эксперта"
            " или решения координатора.",
            without=without,
        )
    exam.closed_at = at
    record_about(session, exam, "scoring.closed", by=by, at=at)


def _count_without_points(session: Session, exam_id: UUID) -> int:
    """Scripts that a plan or a reading holds and that nobody has settled."""
    given = select(Assignment.script_id).where(
        Assignment.withdrawn_at.is_(None), Assignment.round.in_(BLIND)
    )
    planned = (
        select(PlanRow.script_id)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .where(Plan.exam_id == exam_id, Plan.state == PlanState.PUBLISHED)
    )
    query = select(func.count(Script.id)).where(
        Script.exam_id == exam_id,
        Script.id.in_(given) | Script.id.in_(planned),
        Script.id.not_in(select(FinalResult.script_id)),
    )
    return session.scalar(query) or 0


def open_scoring(session: Session, *, exam_id: UUID, by: Actor, at: datetime) -> None:
    """Let scoring go on until its last day.

    Raises:
        NotYours: the exam is not his to lead.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    if exam.closed_at is None:
        return
    exam.closed_at = None
    record_about(session, exam, "scoring.opened", by=by, at=at)
