"""How the commission's points differ from those that stood, by the scheme that gave them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models import (
    Campaign,
    Exam,
    FinalPoint,
    FinalResult,
    Plan,
    PlanLevel,
    PlanState,
    ResultSource,
    Scheme,
    Script,
)
from scoring.fairness.sentence import Few
from scoring.fairness.shift import Shift, mean_shift


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeRow:
    """One scheme, and by how much the commission's totals exceed its own."""

    scheme: Scheme
    found: Shift | Few


def list_schemes(session: Session, *, actor: Actor) -> tuple[SchemeRow, ...]:
    """All three schemes over the rechecked works of the person's municipalities."""
    places = actor.municipality_ids(Permission.RUN_RECHECK)
    exams = _schemes(session, places)
    changes: dict[Scheme, list[float]] = defaultdict(list)
    for exam_id, difference in _differences(session, places):
        if exam_id in exams:
            changes[exams[exam_id]].append(difference)
    return tuple(SchemeRow(scheme=one, found=mean_shift(changes[one])) for one in Scheme)


def _schemes(session: Session, places: frozenset[UUID]) -> dict[UUID, Scheme]:
    query = (
        select(Plan.exam_id, Plan.scheme)
        .join(Exam, Exam.id == Plan.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .where(
            Campaign.municipality_id.in_(places),
            Plan.level == PlanLevel.MUNICIPAL,
            Plan.state == PlanState.PUBLISHED,
        )
    )
    return dict(session.execute(query).all())


def _differences(session: Session, places: frozenset[UUID]) -> list[tuple[UUID, float]]:
    """Exam and the commission's total less the one before it, of every rechecked script."""
    query = (
        select(
            Script.exam_id,
            FinalResult.script_id,
            FinalResult.source,
            func.coalesce(func.sum(FinalPoint.points), 0),
        )
        .join(FinalPoint, FinalPoint.result_id == FinalResult.id)
        .join(Script, Script.id == FinalResult.script_id)
        .join(Exam, Exam.id == Script.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .where(Campaign.municipality_id.in_(places))
        .group_by(
            Script.exam_id,
            FinalResult.script_id,
            FinalResult.id,
            FinalResult.number,
            FinalResult.source,
        )
        .order_by(FinalResult.script_id, FinalResult.number)
    )
    found: list[tuple[UUID, float]] = []
    before: tuple[UUID, int] | None = None
    for exam_id, script_id, source, total in session.execute(query):
        points = int(total or 0)
        if source is ResultSource.RECHECK and before is not None and before[0] == script_id:
            found.append((exam_id, float(points - before[1])))
        before = (script_id, points)
    return found
