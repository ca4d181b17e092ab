"""Works to hand over, as a person names them: an exam, a school, a class, single codes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models import FinalResult, Participant, RecheckCase, School, SchoolClass, Script
from app.queries.rechecks.sight import in_places


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """The works found, codes behind which there is none, and codes of several schools."""

    script_ids: tuple[UUID, ...]
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]


def pick_works(
    session: Session,
    *,
    actor: Actor,
    exam_id: UUID,
    school_id: UUID | None = None,
    class_id: UUID | None = None,
    codes: str = "",
) -> Picked:
    """Works of an exam that the person may hand over.

    Named codes are all taken, so that a refusal can say what is wrong with them; without codes
    the works with final points that the commission does not have are taken.
    """
    named = tuple(dict.fromkeys(re.findall(r"\w+", codes)))
    query = (
        select(Script.id, Participant.code)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .where(Script.exam_id == exam_id, in_places(actor, Permission.LODGE_RECHECK))
        .order_by(School.name, Participant.code, Script.id)
    )
    if school_id is not None:
        query = query.where(School.id == school_id)
    if class_id is not None:
        query = query.where(Participant.class_id == class_id)
    if named:
        query = query.where(Participant.code.in_(named))
    else:
        opened = select(RecheckCase.script_id).where(RecheckCase.closed_at.is_(None))
        query = query.where(Script.id.in_(select(FinalResult.script_id)), Script.id.not_in(opened))
    rows = session.execute(query).all()
    found = Counter(row[1] for row in rows)
    return Picked(
        script_ids=tuple(row[0] for row in rows),
        unknown=tuple(code for code in named if code not in found),
        ambiguous=tuple(code for code in named if found[code] > 1),
    )


def list_class_choices(session: Session, *, actor: Actor) -> tuple[tuple[UUID, UUID, str], ...]:
    """Classes of the person's schools: key, school, «школа, класс»."""
    query = (
        select(SchoolClass, School)
        .join(School, School.id == SchoolClass.school_id)
        .where(in_places(actor, Permission.LODGE_RECHECK))
        .order_by(School.name, SchoolClass.grade, SchoolClass.letter)
    )
    return tuple(
        (one.id, school.id, f"{school.name}, {one.name}") for one, school in session.execute(query)
    )
