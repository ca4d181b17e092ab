"""Controls and doubles of an exam as they became known -> the library's live charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    BLIND,
    CONTROLS,
    Assignment,
    ControlPoint,
    ControlReading,
    PointVersion,
    Round,
    Script,
    Sheet,
)
from scoring.fairness.control import Control, Kind
from scoring.fairness.control_charts import ExpertChart, control_charts
from scoring.fairness.sentence import Few


@dataclass(frozen=True, kw_only=True, slots=True)
class _HandedIn:
    """A sheet that was handed in.

    Attributes:
        place: which of the expert's works of the exam it was; qualifying ones stand before 0.
    """

    assignment_id: UUID
    script_id: UUID
    expert: str
    round: Round
    total: int
    at: datetime
    place: int


def exam_controls(session: Session, *, exam_id: UUID) -> tuple[Control, ...]:
    """Everything that moves the experts' charts, in the order in which it became known.

    A double is known when its second reading is handed in, and moves both readers' charts.
    """
    sheets = _sheets(session, exam_id)
    known = [*_doubles(sheets), *_agreed(session, exam_id, sheets)]
    return tuple(control for _, control in sorted(known, key=lambda one: _order(*one)))


def live_charts(session: Session, *, exam_id: UUID) -> dict[str, ExpertChart | Few]:
    """Every expert's chart by his key."""
    return dict(control_charts(exam_controls(session, exam_id=exam_id)))


def _order(at: datetime, control: Control) -> tuple[datetime, bool, str, int]:
    return at, control.kind is not Kind.QUALIFICATION, control.expert, control.place


def _sheets(session: Session, exam_id: UUID) -> list[_HandedIn]:
    totals = _totals(session, exam_id)
    query = (
        select(Assignment, Sheet.id, Sheet.submitted_at)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .join(Script, Script.id == Assignment.script_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.round.in_((*BLIND, *CONTROLS)),
            Sheet.submitted_at.is_not(None),
        )
        .order_by(Sheet.submitted_at, Sheet.id)
    )
    live: defaultdict[UUID, int] = defaultdict(int)
    qualifying: defaultdict[UUID, int] = defaultdict(int)
    found = []
    for row, sheet_id, at in session.execute(query):
        if at is None:
            continue
        counter = qualifying if row.round is Round.QUALIFICATION else live
        place = counter[row.expert_id]
        counter[row.expert_id] += 1
        found.append(
            _HandedIn(
                assignment_id=row.id,
                script_id=row.script_id,
                expert=str(row.expert_id),
                round=row.round,
                total=totals.get(sheet_id, 0),
                at=at,
                place=-1 - place if row.round is Round.QUALIFICATION else place,
            )
        )
    return found


def _totals(session: Session, exam_id: UUID) -> dict[UUID, int]:
    """Sum of the newest points of every sheet of the exam."""
    query = (
        select(PointVersion.sheet_id, PointVersion.criterion_id, PointVersion.points)
        .join(Sheet, Sheet.id == PointVersion.sheet_id)
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam_id)
        .order_by(PointVersion.sheet_id, PointVersion.number)
    )
    newest = {
        (sheet, criterion): points or 0 for sheet, criterion, points in session.execute(query)
    }
    totals: defaultdict[UUID, int] = defaultdict(int)
    for (sheet, _), points in newest.items():
        totals[sheet] += points
    return dict(totals)


def _doubles(sheets: Iterable[_HandedIn]) -> list[tuple[datetime, Control]]:
    readings: defaultdict[UUID, list[_HandedIn]] = defaultdict(list)
    for one in sheets:
        if one.round in BLIND:
            readings[one.script_id].append(one)
    pairs = [(pair[0], pair[1]) for pair in readings.values() if len(pair) > 1]
    return [
        (
            max(own.at, other.at),
            Control(
                expert=own.expert,
                place=own.place,
                kind=Kind.DOUBLE,
                points=own.total,
                reference=other.total,
                other=other.expert,
            ),
        )
        for first, second in pairs
        for own, other in ((first, second), (second, first))
    ]


def _agreed(
    session: Session, exam_id: UUID, sheets: Sequence[_HandedIn]
) -> list[tuple[datetime, Control]]:
    worth = _worth(session, exam_id)
    return [
        (
            one.at,
            Control(
                expert=one.expert,
                place=one.place,
                kind=Kind.CONTROL if one.round is Round.CONTROL else Kind.QUALIFICATION,
                points=one.total,
                reference=worth[one.assignment_id],
            ),
        )
        for one in sheets
        if one.assignment_id in worth
    ]


def _worth(session: Session, exam_id: UUID) -> dict[UUID, int]:
    """The agreed total behind every control that was given out; X counts as nought."""
    query = (
        select(ControlReading.assignment_id, func.coalesce(func.sum(ControlPoint.points), 0))
        .join(ControlPoint, ControlPoint.work_id == ControlReading.work_id)
        .join(Assignment, Assignment.id == ControlReading.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam_id)
        .group_by(ControlReading.assignment_id)
    )
    return {assignment: int(total or 0) for assignment, total in session.execute(query)}
