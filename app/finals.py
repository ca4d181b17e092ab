"""Adding a version of a script's final points, in the transaction that settles them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import FinalPoint, FinalResult, ResultSource, Script
from scoring import NotAttempted, Points


def find_final(session: Session, script_id: UUID) -> FinalResult | None:
    """The newest final result of a script."""
    return session.scalar(
        select(FinalResult)
        .where(FinalResult.script_id == script_id)
        .order_by(FinalResult.number.desc())
        .limit(1)
    )


def add_final(
    session: Session,
    *,
    script: Script,
    points: Mapping[str, Points],
    source: ResultSource,
    person_id: UUID,
    at: datetime,
) -> FinalResult:
    """A new version of the final points; the versions before stay as they are."""
    last = session.scalar(
        select(func.max(FinalResult.number)).where(FinalResult.script_id == script.id)
    )
    made = FinalResult(
        script_id=script.id,
        number=(last or 0) + 1,
        source=source,
        decided_at=at,
        decided_by_id=person_id,
    )
    made.points = [
        FinalPoint(criterion_id=row.id, points=_number(points[row.label]))
        for row in script.exam.criteria
    ]
    session.add(made)
    session.flush()
    return made


def _number(points: Points) -> int | None:
    return None if isinstance(points, NotAttempted) else points
