"""A member's own readings: nothing in these records tells whose the works are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.desk import find_sheet, get_own_assignment
from app.bridge.recheck_clock import Clocks
from app.bridge.recheck_result import old_points, sheet_of
from app.bridge.terms import Term
from app.bridge.titles import ExamTitle, title_of
from app.cases import WITH_FINDINGS
from app.errors import NotYours
from app.models import (
    Assignment,
    Expert,
    Method,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
    ScriptImage,
    Sheet,
)
from app.queries.rechecks.case import PageView
from app.queries.rechecks.register import COLOURS


class ReadingState(StrEnum):
    """Where a reading stands for its member."""

    NEW = "new"
    BEGUN = "begun"
    EXPLAIN = "explain"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnReading:
    """One line of a member's list."""

    reading_id: UUID
    assignment_id: UUID
    number: str
    exam: ExamTitle
    method: Method
    term: Term
    state: ReadingState

    @property
    def colour(self) -> str:
        """Red when late, amber from two working days, none when done."""
        return COLOURS.get(self.term.standing, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingRow:
    """One criterion: the old points and the member's own."""

    label: str
    maximum: int
    guide: str
    old: str
    mine: str

    @property
    def differs(self) -> bool:
        """Whether he reads it otherwise."""
        return self.old != self.mine


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingView:
    """What a member confirms or explains with the old points in sight."""

    reading_id: UUID
    assignment_id: UUID
    number: str
    exam: ExamTitle
    method: Method
    due_on: date
    rows: tuple[FindingRow, ...]
    old_total: int
    own_total: int
    pages: tuple[PageView, ...]


def list_own_readings(session: Session, *, actor: Actor, today: date) -> tuple[OwnReading, ...]:
    """What the commission gave the person, unfinished first, by due day."""
    clocks = Clocks(session=session, today=today)
    query = (
        select(RecheckReading, RecheckCase, RecheckHandover, Sheet)
        .join(RecheckCase, RecheckCase.id == RecheckReading.case_id)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .join(Assignment, Assignment.id == RecheckReading.assignment_id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Expert.person_id == actor.person_id,
            Expert.withdrawn_at.is_(None),
            Assignment.withdrawn_at.is_(None),
        )
        .order_by(
            RecheckReading.done_at.is_not(None),
            RecheckHandover.due_on,
            RecheckHandover.number,
            RecheckCase.position,
        )
    )
    return tuple(
        OwnReading(
            reading_id=reading.id,
            assignment_id=reading.assignment_id,
            number=f"{handover.number}-{case.position}",
            exam=title_of(case.exam),
            method=handover.method,
            term=clocks.term(handover, closed=reading.done_at is not None),
            state=_state(reading, sheet),
        )
        for reading, case, handover, sheet in session.execute(query)
    )


def find_unexplained(session: Session, *, assignment_id: UUID, by: Actor) -> UUID | None:
    """The person's reading that is handed in and wants its findings, if this assignment is one.

    Raises:
        NotYours: the assignment is not his.
    """
    get_own_assignment(session, assignment_id=assignment_id, by=by)
    reading = session.scalar(
        select(RecheckReading).where(RecheckReading.assignment_id == assignment_id)
    )
    sheet = find_sheet(session, assignment_id)
    if reading is None or _state(reading, sheet) is not ReadingState.EXPLAIN:
        return None
    return reading.id


def get_reading(session: Session, *, reading_id: UUID, actor: Actor) -> ReadingView:
    """The person's own reading, handed in, with the old points beside his own.

    Raises:
        NotYours: it is not his, is not handed in, or asks for no findings.
        NotIndependent: he has become tied to the script.
    """
    reading = session.get(RecheckReading, reading_id)
    if reading is None:
        raise NotYours
    get_own_assignment(session, assignment_id=reading.assignment_id, by=actor)
    case = reading.case
    sheet = sheet_of(session, reading)
    if sheet is None or reading.done_at or case.handover.method not in WITH_FINDINGS:
        raise NotYours
    old = old_points(session, case)
    rows = tuple(
        FindingRow(
            label=one.label,
            maximum=one.max_points,
            guide=one.guide,
            old=str(old[one.label]),
            mine=str(sheet.points[one.label]),
        )
        for one in case.exam.criteria
    )
    return ReadingView(
        reading_id=reading.id,
        assignment_id=reading.assignment_id,
        number=f"{case.handover.number}-{case.position}",
        exam=title_of(case.exam),
        method=case.handover.method,
        due_on=case.handover.due_on,
        rows=rows,
        old_total=sum(int(row.old) for row in rows if row.old != "X"),
        own_total=sheet.total,
        pages=_pages(session, case),
    )


def _state(reading: RecheckReading, sheet: Sheet | None) -> ReadingState:
    if reading.done_at is not None:
        return ReadingState.DONE
    if sheet is not None and sheet.submitted_at is not None:
        return ReadingState.EXPLAIN
    return ReadingState.BEGUN if sheet is not None and sheet.revision else ReadingState.NEW


def _pages(session: Session, case: RecheckCase) -> tuple[PageView, ...]:
    rows = session.scalars(
        select(ScriptImage)
        .where(ScriptImage.script_id == case.script_id, ScriptImage.replaced_at.is_(None))
        .order_by(ScriptImage.position)
    )
    return tuple(PageView(image_id=row.id, position=row.position) for row in rows)
