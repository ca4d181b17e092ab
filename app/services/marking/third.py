"""Calling a third expert: one who never had the script, by the rules of its plan."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.experts import has_left
from app.bridge.independence import has_conflict
from app.bridge.readers import pick_reader
from app.bridge.readings import last_position
from app.errors import NotYours
from app.models import Assignment, Divergence, Expert, Round, Script
from assignment import Nobody, Picked


def call_third(session: Session, *, divergence_id: UUID, by: Actor, at: datetime) -> UUID | None:
    """Try again to find a third expert, at the coordinator's word; his assignment, or None.

    Raises:
        NotYours: the divergence does not exist, or lies in another municipality.
    """
    found = session.get(Divergence, divergence_id, with_for_update=True)
    if found is None:
        raise NotYours
    by.require(Permission.CHOOSE_SCHEME, municipality_id=found.script.exam.campaign.municipality_id)
    if found.assignment_id is not None and not _take_from_leaver(session, found, at=at):
        return found.assignment_id
    return name_third(session, found, by=by, at=at)


def _take_from_leaver(session: Session, divergence: Divergence, *, at: datetime) -> bool:
    """Take the work from a third expert who left before his ruling, or may not; whether it was."""
    given = session.get_one(Assignment, divergence.assignment_id)
    if divergence.settled_at is not None:
        return False
    tied = session.scalar(select(has_conflict(given.script_id, given.expert.person_id)))
    if not (tied or has_left(given.expert)):
        return False
    given.withdrawn_at, divergence.assignment_id = at, None
    session.flush()
    return True


def name_third(session: Session, divergence: Divergence, *, by: Actor, at: datetime) -> UUID | None:
    """Give the script to a third expert; when nobody fits, keep everybody's reason."""
    match pick_reader(session, divergence.script):
        case Picked(expert=expert):
            made = give_reading(session, divergence.script, UUID(expert), Round.THIRD, at=at)
            divergence.assignment_id, divergence.refusals = made.id, []
        case Nobody(reasons=reasons):
            divergence.refusals = [
                {"expert": expert, "text": reason.text} for expert, reason in reasons.items()
            ]
    _trace(session, divergence, by=by, at=at)
    session.flush()
    return divergence.assignment_id


def give_reading(
    session: Session, script: Script, expert_id: UUID, place: Round, *, at: datetime
) -> Assignment:
    """One more reading of a script, at the end of its expert's list."""
    last = last_position(session, exam_id=script.exam_id, expert_id=expert_id)
    made = Assignment(
        script_id=script.id,
        expert=session.get_one(Expert, expert_id),
        round=place,
        queue_position=last + 1,
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _trace(session: Session, divergence: Divergence, *, by: Actor, at: datetime) -> None:
    audit.record_about(
        session,
        divergence.script,
        "third.called" if divergence.assignment_id else "third.missing",
        by=by,
        at=at,
        new={"assignment": str(divergence.assignment_id), "gap": divergence.total_gap},
    )
