"""Scripts whose final points changed after the school released its form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.models import FinalPoint, FinalResult, FormVersion, Participant, Script


def count_corrected(session: Session, *, exam_id: UUID, school_id: UUID) -> int:
    """How many scripts of a school have other final points than its newest form.

    A recheck changes them, and so do a second expert's reading and a criterion that is read anew;
    a new version of the same points is no change.
    """
    query = corrected_by_place().where(
        Script.exam_id == exam_id, Participant.school_id == school_id
    )
    return sum(row.found for row in session.execute(query))


def corrected_by_place() -> Select[*tuple[Any, ...]]:
    """Such scripts counted by exam and school: `exam_id`, `school_id`, `found`."""
    told = (
        select(
            FormVersion.exam_id,
            FormVersion.school_id,
            func.max(FormVersion.released_at).label("at"),
        )
        .group_by(FormVersion.exam_id, FormVersion.school_id)
        .subquery()
    )
    new, old, between = aliased(FinalResult), aliased(FinalResult), aliased(FinalResult)
    later = select(between.id).where(
        between.script_id == new.script_id, between.number > new.number
    )
    stood = select(func.max(between.number)).where(
        between.script_id == new.script_id, between.decided_at <= told.c.at
    )
    return (
        select(Script.exam_id, Participant.school_id, func.count().label("found"))
        .select_from(new)
        .join(Script, Script.id == new.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(
            told,
            (told.c.exam_id == Script.exam_id) & (told.c.school_id == Participant.school_id),
        )
        .join(old, (old.script_id == new.script_id) & (old.number == stood.scalar_subquery()))
        .where(new.number > 1, new.decided_at > told.c.at, ~later.exists(), _differ(new, old))
        .group_by(Script.exam_id, Participant.school_id)
    )


def _differ(new: type[FinalResult], old: type[FinalResult]) -> ColumnElement[bool]:
    mine, theirs = aliased(FinalPoint), aliased(FinalPoint)
    return (
        select(mine.id)
        .join(theirs, theirs.criterion_id == mine.criterion_id)
        .where(
            mine.result_id == new.id,
            theirs.result_id == old.id,
            mine.points.is_distinct_from(theirs.points),
        )
        .exists()
    )
