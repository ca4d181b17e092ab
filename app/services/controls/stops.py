"""The chair stops an expert, and lets him go on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.admission import find_stop
from app.errors import Refusal
from app.models import ScoringStop
from app.services.controls.exam import expert_of, led_exam

LONGEST_WHY = 500


def stop_expert(
    session: Session, *, exam_id: UUID, expert_id: UUID, why: str, by: Actor, at: datetime
) -> ScoringStop:
    """Let the expert's works of the exam wait; he reads the chair's words.

    Raises:
        NotYours: the exam or the expert is not his.
        Refusal: no words were given, or too many.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    expert = expert_of(session, exam, expert_id)
    if not why.strip():
        raise Refusal("Напишите эксперту, почему проверка приостановлена и что дальше.")
    if len(why) > LONGEST_WHY:
        raise Refusal("Объяснение длиннее %(limit)s знаков.", limit=LONGEST_WHY)
    standing = find_stop(session, exam_id=exam_id, expert_id=expert.id)
    if standing is not None:
        return standing
    made = ScoringStop(
        exam_id=exam.id,
        expert_id=expert.id,
        why=why.strip().rstrip("."),
        stopped_at=at,
        stopped_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    record_about(session, exam, "scoring.stopped", by=by, at=at)
    return made


def lift_stop(session: Session, *, exam_id: UUID, expert_id: UUID, by: Actor, at: datetime) -> None:
    """Let the expert go on.

    Raises:
        NotYours: the exam or the expert is not his.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    expert = expert_of(session, exam, expert_id)
    standing = find_stop(session, exam_id=exam_id, expert_id=expert.id)
    if standing is None:
        return
    standing.lifted_at, standing.lifted_by_id = at, by.person_id
    record_about(session, exam, "scoring.resumed", by=by, at=at)
