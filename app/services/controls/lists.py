"""Controls laid into the lists of experts, at the chair's word."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.controls import control_pool, list_controls, list_readers, scoring_days_left
from app.controls import find_rule, plant_controls
from app.errors import Refusal
from app.models import ControlUse
from app.services.controls.exam import led_exam


def lay_controls(session: Session, *, exam_id: UUID, by: Actor, at: datetime) -> int:
    """Lay controls into every list of the exam that lacks them; how many were laid.

    Raises:
        NotYours: the exam is not his to lead.
        Refusal: there is no rule, or no control work.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    if find_rule(session, exam_id) is None:
        raise Refusal("Сначала сохраните правила: как часто ставить контрольные.")
    if not list_controls(session, exam_id=exam_id, use=ControlUse.CONTROL):
        raise Refusal("Сначала выберите работы для контроля и согласуйте их баллы.")
    pool = control_pool(
        session,
        exam=exam,
        use=ControlUse.CONTROL,
        experts=list_readers(session, exam_id=exam_id),
    )
    days = scoring_days_left(session, exam, at)
    laid = plant_controls(session, exam, pool=pool, days_left=days, at=at)
    record_about(session, exam, "control.laid", by=by, at=at, new={"works": laid})
    return laid
