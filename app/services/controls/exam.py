"""What the chair's steps share: the exam that he leads, and its trace.

A trace names no expert: figures about persons are for the expert himself and the chair, and the
trail has more readers. Who it was stands in the tables, where nothing is overwritten.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_exam_of
from app.errors import NotYours
from app.models import Exam, Expert


def led_exam(session: Session, *, exam_id: UUID, by: Actor) -> Exam:
    """An exam whose scoring the person leads.

    Raises:
        NotYours: there is none, or it is of another municipality.
    """
    return get_exam_of(session, exam_id=exam_id, permission=Permission.LEAD_SCORING, by=by)


def expert_of(session: Session, exam: Exam, expert_id: UUID) -> Expert:
    """An expert of the exam's municipality.

    Raises:
        NotYours: there is none.
    """
    found = session.get(Expert, expert_id)
    if found is None or found.school.municipality_id != exam.campaign.municipality_id:
        raise NotYours
    return found
