"""How long each kind of trouble may wait for its answer, and who gives a second opinion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.bridge.desk import find_sheet
from app.bridge.hours import local_time, scoring_ends_at
from app.bridge.independence import has_conflict
from app.bridge.sheets import score_sheet_of
from app.bridge.terms import calendar_of
from app.models import Assignment, Exam, Expert, Person, Round, Sheet, Trouble, TroubleKind
from scoring import NotAttempted, ScoreSheet, WorkCalendar, after_working_hours

EMPTY = "Работа предположительно пустая: нужна вторая проверка."

# Working hours. A mark is painted over at the school's desk at once; paper has to be found and
# scanned again, which takes a working day of nine; another expert is asked within two.
TERMS = {
    TroubleKind.PERSONAL_MARK: 4,
    TroubleKind.UNREADABLE: 9,
    TroubleKind.WRONG_PAGE: 9,
    TroubleKind.PAGE_MISSING: 9,
    TroubleKind.SECOND_OPINION: 18,
}


def due_times(session: Session) -> Callable[[Trouble, Exam], datetime]:
    """When the answer to a trouble must be there; a campaign's calendar is read once."""
    known: dict[UUID, WorkCalendar] = {}

    def due_at(trouble: Trouble, exam: Exam) -> datetime:
        if exam.campaign_id not in known:
            known[exam.campaign_id] = calendar_of(session, exam.campaign)
        return answer_due_at(trouble, exam, calendar=known[exam.campaign_id])

    return due_at


def answer_due_at(trouble: Trouble, exam: Exam, *, calendar: WorkCalendar) -> datetime:
    """The kind's own term in working hours, and never after scoring ends."""
    began = local_time(exam, trouble.raised_at)
    due_at = after_working_hours(began, hours=TERMS[trouble.kind], calendar=calendar)
    return min(due_at.astimezone(UTC), scoring_ends_at(exam))


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
    """The reading that was called for a second opinion, while it is given or can be."""
    stays = (
        Expert.withdrawn_at.is_(None)
        & Person.disabled_at.is_(None)
        & ~has_conflict(Assignment.script_id, Expert.person_id)
    )
    query = (
        called_for(asked)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(Sheet.submitted_at.is_not(None) | stays)
    )
    return session.scalar(query.with_only_columns(Assignment.id).limit(1))


def called_for(asked: Trouble) -> Select[Assignment]:
    """Standing readings that were called since a second opinion was asked for."""
    return select(Assignment).where(
        Assignment.script_id == asked.assignment.script_id,
        Assignment.id != asked.assignment_id,
        Assignment.round == Round.OPINION,
        Assignment.withdrawn_at.is_(None),
        Assignment.created_at >= asked.raised_at,
    )
