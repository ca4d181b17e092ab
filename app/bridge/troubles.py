"""How long each kind of trouble may wait for its answer, and who gives a second opinion."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.desk import find_sheet
from app.bridge.hours import scoring_ends_at
from app.bridge.sheets import score_sheet_of
from app.models import BLIND, Assignment, Exam, Trouble, TroubleKind
from scoring import NotAttempted, ScoreSheet

EMPTY = "Работа предположительно пустая: нужна вторая проверка."

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


def looks_empty(sheet: ScoreSheet) -> bool:
    """Whether its expert says that nothing was attempted."""
    return all(isinstance(value, NotAttempted) for value in sheet.points.values())


def asks_whether_empty(session: Session, asked: Trouble) -> bool:
    """Whether the question is if a handed-in work is empty, as its one expert says."""
    sheet = find_sheet(session, asked.assignment_id)
    return (
        asked.kind is TroubleKind.SECOND_OPINION
        and sheet is not None
        and sheet.submitted_at is not None
        and looks_empty(score_sheet_of(sheet))
    )


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
