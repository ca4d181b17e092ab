"""The register of cases as coordinators and the chair see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.titles import ExamTitle, title_of
from app.models import (
    CaseState,
    Exam,
    Ground,
    Outcome,
    RecheckCase,
    RecheckHandover,
    School,
    SchoolClass,
)
from app.queries.rechecks.sight import case_rows
from scoring import WorkCalendar, working_days_left

AMBER_DAYS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseLine:
    """One case in the register."""

    id: UUID
    handover_id: UUID
    number: str
    exam: ExamTitle
    school: str
    class_name: str
    code: str
    ground: Ground
    received_on: date
    due_on: date
    days_left: int
    state: CaseState
    outcome: Outcome | None

    @property
    def colour(self) -> str:
        """Red when late, amber from two working days, none when decided."""
        if self.state is CaseState.CLOSED:
            return ""
        if self.days_left < 0:
            return "late"
        return "soon" if self.days_left <= AMBER_DAYS else ""


def list_cases(
    session: Session, *, actor: Actor, today: date, state: str = "", ground: str = ""
) -> tuple[CaseLine, ...]:
    """The register, open cases first by due day, with a filter by state and ground."""
    query = case_rows(actor).order_by(
        RecheckCase.closed_at.is_not(None),
        RecheckHandover.due_on,
        RecheckHandover.number,
        RecheckCase.position,
        RecheckCase.id,
    )
    if ground in set(Ground):
        query = query.where(RecheckHandover.ground == Ground(ground))
    if state in set(CaseState):
        query = query.where(RecheckCase.state == CaseState(state))
    return tuple(case_line(*row, today=today) for row in session.execute(query))


def list_handover_cases(
    session: Session, *, handover_id: UUID, actor: Actor, today: date
) -> tuple[CaseLine, ...]:
    """The cases of one hand-over that are in the person's sight, in the order of its act."""
    query = (
        case_rows(actor)
        .where(RecheckCase.handover_id == handover_id)
        .order_by(RecheckCase.position)
    )
    return tuple(case_line(*row, today=today) for row in session.execute(query))


def case_line(
    case: RecheckCase,
    handover: RecheckHandover,
    exam: Exam,
    school: School,
    school_class: SchoolClass,
    code: str,
    *,
    today: date,
) -> CaseLine:
    """A row as the register shows it."""
    return CaseLine(
        id=case.id,
        handover_id=handover.id,
        number=f"{handover.number}-{case.position}",
        exam=title_of(exam),
        school=school.name,
        class_name=school_class.name,
        code=code,
        ground=handover.ground,
        received_on=handover.received_on,
        due_on=handover.due_on,
        days_left=working_days_left(today, handover.due_on, calendar=WorkCalendar()),
        state=case.state,
        outcome=case.outcome,
    )
