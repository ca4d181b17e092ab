"""Variant, absence and previous mark of every participant."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.scans import list_participants
from app.models import ExamEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryLine:
    """One participant's line of the table."""

    participant_id: UUID
    code: str
    class_name: str
    variant: int | None
    absent: bool
    previous_mark: int | None


def list_entries(
    session: Session, *, exam_id: UUID, school_id: UUID, class_id: UUID | None, by: Actor
) -> tuple[EntryLine, ...]:
    """The lines of a class, or of the whole school, by code.

    Raises:
        NotYours: the school is not his.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.DECIDE_PAGES,
        by=by,
    )
    people = list_participants(session, exam=exam, school_id=school_id, class_id=class_id)
    rows = session.scalars(select(ExamEntry).where(ExamEntry.exam_id == exam_id))
    kept = {row.participant_id: row for row in rows}
    empty = ExamEntry(variant=None, absent=False, previous_mark=None)
    return tuple(
        EntryLine(
            participant_id=person.id,
            code=person.code,
            class_name=person.school_class.name,
            variant=kept.get(person.id, empty).variant,
            absent=kept.get(person.id, empty).absent,
            previous_mark=kept.get(person.id, empty).previous_mark,
        )
        for person in people
    )
