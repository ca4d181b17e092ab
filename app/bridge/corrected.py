"""Scripts whose points a recheck changed after the school released its form."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import FinalResult, FormVersion, Participant, ResultSource, Script


def count_corrected(session: Session, *, exam_id: UUID, school_id: UUID) -> int:
    """How many scripts of a school have a result of the commission newer than its form."""
    released_at = session.scalar(
        select(func.max(FormVersion.released_at)).where(
            FormVersion.exam_id == exam_id, FormVersion.school_id == school_id
        )
    )
    if released_at is None:
        return 0
    query = (
        select(func.count(Script.id.distinct()))
        .join(FinalResult, FinalResult.script_id == Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Script.exam_id == exam_id,
            Participant.school_id == school_id,
            FinalResult.source == ResultSource.RECHECK,
            FinalResult.decided_at > released_at,
        )
    )
    return session.scalar(query) or 0
