"""A control that was handed in, criterion by criterion, with the agreed points and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.controls import verdict_of
from app.models import Assignment, ControlReading, Round, Script
from scoring import Points


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldCriterion:
    """What was given, what is agreed, and why."""

    label: str
    given: Points
    agreed: Points
    differs: bool
    outside: bool
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One control.

    Attributes:
        reading_id: its key.
        assignment_id: the work on the scoring screen.
        qualifying: it belongs to a qualification.
        judged_at: when it was handed in.
        outside: it is outside the tolerance.
        total_gap: given minus agreed.
        criteria: every criterion in the order of the form.
        is_new: the expert has not taken the word about it yet.
    """

    reading_id: UUID
    assignment_id: UUID
    qualifying: bool
    judged_at: datetime
    outside: bool
    total_gap: int
    criteria: tuple[ToldCriterion, ...]
    is_new: bool


def list_told(session: Session, *, exam_id: UUID, expert_id: UUID) -> tuple[Told, ...]:
    """An expert's controls of an exam in the order of handing in."""
    query = (
        select(ControlReading)
        .join(Assignment, Assignment.id == ControlReading.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.expert_id == expert_id,
            ControlReading.judged_at.is_not(None),
        )
        .order_by(ControlReading.judged_at, ControlReading.id)
    )
    found = [told(session, row) for row in session.scalars(query)]
    return tuple(one for one in found if one is not None)


def told(session: Session, reading: ControlReading) -> Told | None:
    """A control as it is told; None while it is not handed in."""
    verdict = verdict_of(session, reading)
    if verdict is None or reading.judged_at is None:
        return None
    why = {row.criterion.label: row.why for row in reading.work.points}
    return Told(
        reading_id=reading.id,
        assignment_id=reading.assignment_id,
        qualifying=reading.assignment.round is Round.QUALIFICATION,
        judged_at=reading.judged_at,
        outside=bool(reading.outside),
        total_gap=verdict.total_gap,
        criteria=tuple(
            ToldCriterion(
                label=one.label,
                given=one.given,
                agreed=one.agreed,
                differs=one.differs,
                outside=one.outside,
                why=why[one.label],
            )
            for one in verdict.criteria
        ),
        is_new=bool(reading.outside) and reading.told_at is None,
    )
