"""Which handed-in sheets stand on an earlier reading of a criterion."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.finals import is_before_commission
from app.models import (
    BLIND,
    Assignment,
    Criterion,
    CriterionReading,
    FinalResult,
    PointVersion,
    Reopening,
    ResultSource,
    Round,
    Sheet,
)

_READ_BEFORE = (ResultSource.SINGLE, ResultSource.AGREED, ResultSource.THIRD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """A handed-in sheet whose points on a criterion are older than its present reading."""

    sheet_id: UUID
    script_id: UUID
    expert_id: UUID


def ids_read_anew(session: Session, criteria: Collection[UUID]) -> frozenset[UUID]:
    """Which of some criteria the chair has read anew: their texts are his."""
    query = select(CriterionReading.criterion_id).where(
        CriterionReading.criterion_id.in_(criteria), CriterionReading.number > 1
    )
    return frozenset(session.scalars(query))


def earlier_sheets(session: Session, criterion: Criterion) -> list[Earlier]:
    """Sheets that settle their scripts, or will, and stand on an earlier reading.

    Where a third expert has settled, his sheet; what the commission has, or decided, and controls
    stay.
    """
    since = session.scalar(
        select(func.max(CriterionReading.since)).where(
            CriterionReading.criterion_id == criterion.id, CriterionReading.number > 1
        )
    )
    if since is None:
        return []
    saved = (
        select(PointVersion.sheet_id, func.max(PointVersion.saved_at).label("last"))
        .where(PointVersion.criterion_id == criterion.id)
        .group_by(PointVersion.sheet_id)
        .subquery()
    )
    query = (
        select(Sheet, Assignment)
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .join(saved, saved.c.sheet_id == Sheet.id)
        .where(
            saved.c.last < since,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_((*BLIND, Round.THIRD)),
            Sheet.submitted_at.is_not(None),
            ~is_before_commission(Assignment.script_id),
            ~select(Reopening.id)
            .where(
                Reopening.sheet_id == Sheet.id,
                Reopening.criterion_id == criterion.id,
                Reopening.ordered_at >= since,
            )
            .exists(),
        )
        .order_by(Assignment.script_id, Assignment.id)
    )
    return _settling(session, [(sheet, one) for sheet, one in session.execute(query)])


def _settling(session: Session, rows: Sequence[tuple[Sheet, Assignment]]) -> list[Earlier]:
    sources = _sources(session, [one.script_id for _, one in rows])
    return [
        Earlier(sheet_id=sheet.id, script_id=one.script_id, expert_id=one.expert_id)
        for sheet, one in rows
        if _counts(one.round, sources.get(one.script_id))
    ]


def _counts(of: Round, source: ResultSource | None) -> bool:
    if source is None:
        return of is not Round.THIRD
    if source not in _READ_BEFORE:
        return False
    return (of is Round.THIRD) == (source is ResultSource.THIRD)


def _sources(session: Session, scripts: Sequence[UUID]) -> dict[UUID, ResultSource]:
    query = (
        select(FinalResult.script_id, FinalResult.source)
        .where(FinalResult.script_id.in_(scripts))
        .order_by(FinalResult.script_id, FinalResult.number)
    )
    return dict(session.execute(query).all())
