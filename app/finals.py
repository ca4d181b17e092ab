"""Final points are versions: adding one in the transaction that settles them, and the newest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access import Actor
from app.audit import record_about
from app.models import FinalPoint, FinalResult, RecheckCase, ResultSource, Script
from scoring import NotAttempted, Points


def find_final(session: Session, script_id: UUID) -> FinalResult | None:
    """The newest final result of a script."""
    return session.scalar(
        select(FinalResult)
        .where(FinalResult.script_id == script_id)
        .order_by(FinalResult.number.desc())
        .limit(1)
    )


def newest_finals(exam_id: UUID) -> Select[UUID]:
    """The ids of the newest final results of an exam's scripts."""
    newest = (
        select(FinalResult.script_id, func.max(FinalResult.number).label("number"))
        .join(Script, Script.id == FinalResult.script_id)
        .where(Script.exam_id == exam_id)
        .group_by(FinalResult.script_id)
        .subquery()
    )
    return select(FinalResult.id).join(
        newest,
        (newest.c.script_id == FinalResult.script_id) & (newest.c.number == FinalResult.number),
    )


def newest_totals(exam_id: UUID) -> Subquery:
    """By `script_id` of an exam the `total` of its newest final points."""
    return (
        select(FinalResult.script_id, func.coalesce(func.sum(FinalPoint.points), 0).label("total"))
        .join(FinalPoint, FinalPoint.result_id == FinalResult.id)
        .where(FinalResult.id.in_(newest_finals(exam_id)))
        .group_by(FinalResult.script_id)
        .subquery()
    )


def is_before_commission(
    script_id: InstrumentedAttribute[UUID] | UUID,
) -> ColumnElement[bool]:
    """Whether a script was handed over to the commission: from then on its points are theirs.

    What the commission left as it was counts too: two persons looked at it.
    """
    return select(RecheckCase.id).where(RecheckCase.script_id == script_id).exists()


def commission_has(session: Session, script_id: UUID) -> bool:
    """Whether nobody but the commission may change the script's points."""
    return session.scalar(select(is_before_commission(script_id))) or False


def hold_script(session: Session, script_id: UUID) -> Script:
    """The script, held until the transaction ends: what becomes of its points is decided in turn.

    Two last sheets are compared once, and a work that is going to the commission keeps its points.
    """
    return session.get_one(Script, script_id, with_for_update=True)


def add_final(
    session: Session,
    *,
    script: Script,
    points: Mapping[str, Points],
    source: ResultSource,
    by: Actor,
    at: datetime,
) -> FinalResult:
    """A new version of the final points, with its trace; the versions before stay as they are."""
    last = session.scalar(
        select(func.max(FinalResult.number)).where(FinalResult.script_id == script.id)
    )
    made = FinalResult(
        script_id=script.id,
        number=(last or 0) + 1,
        source=source,
        decided_at=at,
        decided_by_id=by.person_id,
    )
    made.points = [
        FinalPoint(criterion_id=row.id, points=_number(points[row.label]))
        for row in script.exam.criteria
    ]
    session.add(made)
    session.flush()
    record_about(
        session,
        script,
        "result.settled",
        by=by,
        at=at,
        new={
            "source": source.value,
            "number": made.number,
            "points": {row.label: str(points[row.label]) for row in script.exam.criteria},
        },
    )
    return made


def _number(points: Points) -> int | None:
    return None if isinstance(points, NotAttempted) else points
