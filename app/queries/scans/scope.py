"""Whose exam and school a page about scans speaks of, checked first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import NotYours
from app.models import Exam, School


def get_place(
    session: Session, *, exam_id: UUID, school_id: UUID, permission: Permission, by: Actor
) -> tuple[Exam, School]:
    """The exam and the school.

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
