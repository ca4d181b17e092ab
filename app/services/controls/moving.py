"""Works of an expert that nobody has begun go to others, by the rules of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.readers import pick_reader
from app.bridge.readings import exam_readings, hold_assignments, last_position
from app.models import BLIND, Assignment
from app.services.controls.exam import expert_of, led_exam, tell
from assignment import Nobody, Picked


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """How many works went to others, and how many stay since nobody fits."""

    given: int
    nobody: int


def hand_on(session: Session, *, exam_id: UUID, expert_id: UUID, by: Actor, at: datetime) -> Moved:
    """Give the expert's works that he has not begun to the least loaded who may have them.

    Work begun stays, also where he begins it at this moment; so does a work for which nobody fits.

    Raises:
        NotYours: the exam or the expert is not his.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    expert = expert_of(session, exam, expert_id)
    hold_assignments(session, _not_begun(session, exam.id, expert.id))
    moved = [
        _move(session, session.get_one(Assignment, key), at=at)
        for key in _not_begun(session, exam.id, expert.id)
    ]
    done = Moved(given=sum(moved), nobody=len(moved) - sum(moved))
    new = {"works": done.given, "nobody": done.nobody}
    tell(session, exam, "scoring.handed_on", by=by, at=at, new=new)
    return done


def _not_begun(session: Session, exam_id: UUID, expert_id: UUID) -> list[UUID]:
    return [
        row.assignment_id
        for row in exam_readings(session, exam_id=exam_id)
        if row.expert_id == expert_id and row.active and not row.begun and row.round in BLIND
    ]


def _move(session: Session, given: Assignment, *, at: datetime) -> bool:
    match pick_reader(session, given.script):
        case Nobody():
            return False
        case Picked(expert=expert):
            given.withdrawn_at = at
            session.flush()
            last = last_position(session, exam_id=given.script.exam_id, expert_id=UUID(expert))
            session.add(
                Assignment(
                    script_id=given.script_id,
                    expert_id=UUID(expert),
                    round=given.round,
                    plan_id=given.plan_id,
                    queue_position=last + 1,
                    created_at=at,
                )
            )
            session.flush()
            return True
