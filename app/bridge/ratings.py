"""Handed-in sheets of an exam -> readings for the library of fairness."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import BLIND, Assignment, Criterion, PointKind, PointVersion, Script, Sheet
from scoring.fairness.ratings import Ratings, ratings_of


def exam_ratings(session: Session, *, exam_id: UUID) -> Ratings | None:
    """Points of all independent readings that were handed in; X counts as nought.

    Scripts, raters and tasks are named by the keys of scripts and experts and by the labels of
    criteria. None where nothing has been handed in.
    """
    query = (
        select(
            Assignment.script_id,
            Assignment.expert_id,
            Criterion.label,
            PointVersion.kind,
            PointVersion.points,
        )
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .join(PointVersion, PointVersion.sheet_id == Sheet.id)
        .join(Criterion, Criterion.id == PointVersion.criterion_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.round.in_(BLIND),
            Sheet.submitted_at.is_not(None),
        )
        .order_by(Criterion.position, Assignment.script_id, Sheet.id, PointVersion.number)
    )
    newest: dict[tuple[UUID, UUID, str], int | None] = {}
    for script, expert, label, kind, points in session.execute(query):
        cleared = kind is PointKind.CLEARED
        newest[script, expert, label] = None if cleared else points or 0
    given = {key: points for key, points in newest.items() if points is not None}
    if not given:
        return None
    return ratings_of(
        scripts=[str(script) for script, _, _ in given],
        raters=[str(expert) for _, expert, _ in given],
        tasks=[label for _, _, label in given],
        points=list(given.values()),
        maxima=_maxima(session, exam_id),
    )


def _maxima(session: Session, exam_id: UUID) -> dict[str, int]:
    query = select(Criterion.label, Criterion.max_points).where(Criterion.exam_id == exam_id)
    return dict(session.execute(query).all())
