"""The exam, or the exam in a school, of which a request speaks; loaded with the acting person."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import NotYours
from app.models import Exam, School


def get_exam_of(session: Session, *, exam_id: UUID, permission: Permission, by: Actor) -> Exam:
    """The exam, for somebody who holds the permission over its municipality.

    Raises:
        NotYours: there is no such exam, or the permission is not held there.
    """
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise NotYours
    by.require(permission, municipality_id=exam.campaign.municipality_id)
    return exam


def get_place(
    session: Session, *, exam_id: UUID, school_id: UUID, permission: Permission, by: Actor
) -> tuple[Exam, School]:
    """The exam and the school, for somebody who holds the permission over the school.

    Raises:
        NotYours: the permission is not held over the school, or the exam is not of its
            municipality.
    """
    by.require(permission, school_id=school_id)
    exam, school = session.get(Exam, exam_id), session.get(School, school_id)
    if exam is None or school is None:
        raise NotYours
    if exam.campaign.municipality_id != school.municipality_id:
        raise NotYours
    return exam, school
