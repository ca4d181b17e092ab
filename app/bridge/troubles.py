"""How long each kind of trouble may wait for its answer, and who gives a second opinion."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.hours import scoring_ends_at
from app.models import BLIND, Assignment, Exam, Trouble, TroubleKind

# A mark is painted over at the school's desk at once; paper has to be found and scanned again.
TERMS = {
    TroubleKind.PERSONAL_MARK: timedelta(hours=4),
    TroubleKind.UNREADABLE: timedelta(hours=24),
    TroubleKind.WRONG_PAGE: timedelta(hours=24),
    TroubleKind.PAGE_MISSING: timedelta(hours=24),
    TroubleKind.SECOND_OPINION: timedelta(hours=48),
}


def answer_due_at(trouble: Trouble, exam: Exam) -> datetime:
    """When the answer must be there: the kind's own term, and never after scoring ends."""
    return min(trouble.raised_at + TERMS[trouble.kind], scoring_ends_at(exam))


def find_second(session: Session, asked: Trouble) -> UUID | None:
    """The reading that was called for a second opinion, while it stands."""
    return session.scalar(
        select(Assignment.id).where(
            Assignment.script_id == asked.assignment.script_id,
            Assignment.id != asked.assignment_id,
            Assignment.round.in_(BLIND),
            Assignment.withdrawn_at.is_(None),
            Assignment.created_at >= asked.raised_at,
        )
    )
