"""An expert steps back from a work: a conflict is recorded, the work goes to somebody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor
from app.bridge.desk import check_open, get_own_assignment
from app.cases import lose_reading
from app.errors import Refusal
from app.models import Assignment, Conflict, ConflictCategory, ConflictLevel, Divergence, Sheet


def recuse(session: Session, *, assignment_id: UUID, by: Actor, at: datetime) -> Conflict:
    """Record the conflict with this participant's code and withdraw the work from the expert.

    Raises:
        NotYours: the assignment is not his.
        CriteriaClosed: the hour has not come.
        Refusal: the work is handed in already.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    check_open(assignment, at=at)
    handed_in = session.scalar(
        select(Sheet.submitted_at).where(Sheet.assignment_id == assignment.id)
    )
    if handed_in is not None:
        raise Refusal("Работа уже сдана: сначала верните её в работу.")
    made = Conflict(
        expert_id=assignment.expert_id,
        level=ConflictLevel.CODE,
        participant_id=assignment.script.participant_id,
        category=ConflictCategory.RECUSAL,
        declared_at=at,
        declared_by_id=by.person_id,
    )
    session.add(made)
    assignment.withdrawn_at = at
    _free_third_place(session, assignment)
    lose_reading(session, assignment)
    audit.record_about(session, assignment, "expert.recused", by=by, at=at)
    session.flush()
    return made


def _free_third_place(session: Session, assignment: Assignment) -> None:
    """A divergence whose third expert stepped back waits for another one."""
    divergence = session.scalar(select(Divergence).where(Divergence.assignment_id == assignment.id))
    if divergence is not None:
        divergence.assignment_id = None
