"""What the steps of setting an exam up share: the exam, whether it has begun, its trace."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_exam_of
from app.models import (
    Assignment,
    ControlWork,
    Exam,
    Round,
    Script,
    Sheet,
)


def get_own_exam(session: Session, *, exam_id: UUID, by: Actor) -> Exam:
    """An exam that the person may set up.

    Raises:
        NotYours: there is none, or it is somebody else's.
    """
    return get_exam_of(session, exam_id=exam_id, permission=Permission.EDIT_EXAM, by=by)


def has_begun(session: Session, exam_id: UUID) -> bool:
    """Whether anybody has begun to score the exam; works of a qualification come before that."""
    query = (
        select(func.count())
        .select_from(Sheet)
        .join(Assignment)
        .join(Script)
        .where(Script.exam_id == exam_id, Assignment.round != Round.QUALIFICATION)
    )
    return bool(session.scalar(query))


def has_controls(session: Session, exam_id: UUID) -> bool:
    """Whether points of a control work stand on the exam's criteria, withdrawn or not."""
    query = (
        select(ControlWork.id)
        .join(Script, Script.id == ControlWork.script_id)
        .where(Script.exam_id == exam_id)
    )
    return session.scalar(query.limit(1)) is not None
