"""One expert's controls for the chair: what was given, what was agreed, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.experts import appointed_experts
from app.bridge.names import script_numbers
from app.bridge.places import get_exam_of
from app.bridge.since_control import last_good, list_movable
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Exam, Expert, Person, ScoringStop
from app.queries.controls.chair import ExpertLine, list_experts
from app.queries.controls.told import Told, list_told


@dataclass(frozen=True, kw_only=True, slots=True)
class StopLine:
    """A stop, standing or lifted."""

    why: str
    stopped_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MovableWork:
    """A work that may go to another expert.

    Attributes:
        assignment_id: its key in this expert's list.
        number: of the script among the exam's works.
    """

    assignment_id: UUID
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertView:
    """An expert and his controls of one exam.

    Attributes:
        exam_id: the exam.
        title: its title.
        line: where he stands.
        told: his controls in the order of handing in.
        stops: the chair's stops, the latest first.
        good_at: when his last control within the tolerance was handed in.
        movable: works by plan that he has not begun, in his order.
        others: experts who may be asked to take them: key and name, by name.
    """

    exam_id: UUID
    title: ExamTitle
    line: ExpertLine
    told: tuple[Told, ...]
    stops: tuple[StopLine, ...]
    good_at: datetime | None
    movable: tuple[MovableWork, ...]
    others: tuple[tuple[UUID, str], ...]


def get_expert(session: Session, *, exam_id: UUID, expert_id: UUID, actor: Actor) -> ExpertView:
    """An expert's controls.

    Raises:
        NotYours: the exam is not his to lead, or the expert has no part in it.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.LEAD_SCORING, by=actor)
    lines = list_experts(session, exam_id=exam_id)
    line = next((one for one in lines if one.expert_id == expert_id), None)
    if line is None:
        raise NotYours
    stops = session.scalars(
        select(ScoringStop)
        .where(ScoringStop.exam_id == exam_id, ScoringStop.expert_id == expert_id)
        .order_by(ScoringStop.stopped_at.desc(), ScoringStop.id)
    )
    return ExpertView(
        exam_id=exam.id,
        title=title_of(exam),
        line=line,
        told=list_told(session, exam_id=exam_id, expert_id=expert_id),
        stops=tuple(
            StopLine(why=row.why, stopped_at=row.stopped_at, lifted_at=row.lifted_at)
            for row in stops
        ),
        good_at=last_good(session, exam_id=exam_id, expert_id=expert_id),
        movable=_movable(session, exam_id=exam_id, expert_id=expert_id),
        others=_others(session, exam, expert_id),
    )


def _movable(session: Session, *, exam_id: UUID, expert_id: UUID) -> tuple[MovableWork, ...]:
    numbers = script_numbers(session, exam_id=exam_id)
    found = list_movable(session, exam_id=exam_id, expert_id=expert_id)
    return tuple(
        MovableWork(assignment_id=key, number=numbers[script_id])
        for key, script_id in found.items()
    )


def _others(session: Session, exam: Exam, expert_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Experts of the subject in the municipality, but him; who may have which is asked later."""
    found = appointed_experts(session, exam=exam, readings=())
    query = (
        select(Expert.id, Person.display_name)
        .join(Person, Person.id == Expert.person_id)
        .where(Expert.id.in_({one.id for one in found} - {expert_id}))
        .order_by(Person.display_name, Expert.id)
    )
    return tuple((row.id, row.display_name) for row in session.execute(query))
