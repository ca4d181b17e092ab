"""Works of an expert that nobody has begun go to others, by the rules of the plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.readers import pick_reader
from app.bridge.readings import hold_assignments, last_position
from app.bridge.since_control import list_movable
from app.errors import Refusal
from app.models import Assignment
from app.services.controls.exam import expert_of, led_exam
from assignment import Nobody, Picked


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """How many works went to others, and how many stay since nobody fits."""

    given: int
    nobody: int


def hand_on(
    session: Session,
    *,
    exam_id: UUID,
    expert_id: UUID,
    works: Collection[UUID] | None = None,
    to: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Moved:
    """Give works that the expert has not begun to others who may have them.

    Work begun stays, also where he begins it at this moment; so does a work for which nobody fits.

    Args:
        session: the database.
        exam_id: the exam.
        expert_id: whose works they are.
        works: assignments chosen among them; None for all.
        to: who is to have them where he may; None for the least loaded.
        by: who leads the scoring.
        at: the moment.

    Raises:
        NotYours: the exam or an expert is not his.
        Refusal: none of the works chosen is one that can go.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    expert = expert_of(session, exam, expert_id)
    among = None if to is None else (expert_of(session, exam, to).id,)
    hold_assignments(session, list_movable(session, exam_id=exam.id, expert_id=expert.id))
    chosen = [
        key
        for key in list_movable(session, exam_id=exam.id, expert_id=expert.id)
        if works is None or key in works
    ]
    if not chosen:
        raise Refusal("Отметьте работы, которые нужно передать: начатые остаются у эксперта.")
    moved = [_move(session, session.get_one(Assignment, key), among=among, at=at) for key in chosen]
    done = Moved(given=sum(moved), nobody=len(moved) - sum(moved))
    new = {"works": done.given, "nobody": done.nobody}
    record_about(session, exam, "scoring.handed_on", by=by, at=at, new=new)
    return done


def _move(
    session: Session, given: Assignment, *, among: Collection[UUID] | None, at: datetime
) -> bool:
    match pick_reader(session, given.script, among=among):
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
