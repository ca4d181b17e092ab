"""One expert's controls for the chair: what was given, what was agreed, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.controls import last_good
from app.bridge.places import get_exam_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import ScoringStop
from app.queries.controls.chair import ExpertLine, list_experts
from app.queries.controls.told import Told, list_told


@dataclass(frozen=True, kw_only=True, slots=True)
class StopLine:
    """A stop, standing or lifted."""

    why: str
    stopped_at: datetime
    lifted_at: datetime | None


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
    """

    exam_id: UUID
    title: ExamTitle
    line: ExpertLine
    told: tuple[Told, ...]
    stops: tuple[StopLine, ...]
    good_at: datetime | None


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
    )
