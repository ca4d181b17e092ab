"""The register of cases as coordinators and the chair see it: by page, whole, or of one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.recheck_clock import Clocks
from app.bridge.terms import Standing, Term
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
from app.queries.rechecks.filters import ORDER, CaseFilter, Place, after
from app.queries.rechecks.keys import case_keys
from app.queries.rechecks.sight import case_rows

PAGE_SIZE = 50
COLOURS = {Standing.LATE: "late", Standing.TODAY: "soon", Standing.SOON: "soon"}


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
    term: Term
    state: CaseState
    outcome: Outcome | None

    @property
    def due_on(self) -> date:
        """The last day."""
        return self.term.due_on

    @property
    def days_left(self) -> int:
        """Working days left; negative: so many have passed."""
        return -self.term.left if self.term.standing is Standing.LATE else self.term.left

    @property
    def colour(self) -> str:
        """Red when late, amber from two working days, none when decided."""
        return COLOURS.get(self.term.standing, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class CasePage:
    """One page of the register.

    Attributes:
        lines: its cases.
        total: how many the filter finds.
        following: where the next page begins; None on the last.
    """

    lines: tuple[CaseLine, ...]
    total: int
    following: Place | None


def list_cases(
    session: Session, *, actor: Actor, today: date, wanted: CaseFilter | None = None
) -> tuple[CaseLine, ...]:
    """The register by due day, all that the filter finds."""
    clocks = Clocks(session=session, today=today)
    keys = case_keys(session, actor=actor, wanted=wanted or CaseFilter(), clocks=clocks)
    query = case_rows(actor).where(RecheckCase.id.in_(keys)).order_by(*ORDER)
    return tuple(case_line(*row, clocks=clocks) for row in session.execute(query))


def page_of_cases(
    session: Session,
    *,
    actor: Actor,
    today: date,
    wanted: CaseFilter,
    place: Place | None = None,
    size: int = PAGE_SIZE,
) -> CasePage:
    """A page of the register by due day, from behind a place."""
    clocks = Clocks(session=session, today=today)
    keys = case_keys(session, actor=actor, wanted=wanted, clocks=clocks)
    found = session.scalars(page_of_keys(keys, place=place, size=size)).all()
    query = case_rows(actor).where(RecheckCase.id.in_(found[:size])).order_by(*ORDER)
    rows = session.execute(query).all()
    return CasePage(
        lines=tuple(case_line(*row, clocks=clocks) for row in rows),
        total=session.scalar(select(func.count()).select_from(keys.subquery())) or 0,
        following=_place(rows[-1][0], rows[-1][1]) if len(found) > size else None,
    )


def page_of_keys(keys: Select[UUID], *, place: Place | None, size: int) -> Select[UUID]:
    """One key more than a page holds, in the register's order."""
    query = keys.order_by(*ORDER).limit(size + 1)
    return query if place is None else query.where(after(place))


def _place(case: RecheckCase, handover: RecheckHandover) -> Place:
    return Place(
        due_on=handover.due_on,
        number=handover.number,
        handover_id=handover.id,
        position=case.position,
    )


def list_handover_cases(
    session: Session, *, handover_id: UUID, actor: Actor, today: date
) -> tuple[CaseLine, ...]:
    """The cases of one hand-over that are in the person's sight, in the order of its act."""
    clocks = Clocks(session=session, today=today)
    query = (
        case_rows(actor)
        .where(RecheckCase.handover_id == handover_id)
        .order_by(RecheckCase.position)
    )
    return tuple(case_line(*row, clocks=clocks) for row in session.execute(query))


def case_line(
    case: RecheckCase,
    handover: RecheckHandover,
    exam: Exam,
    school: School,
    school_class: SchoolClass,
    code: str,
    *,
    clocks: Clocks,
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
        term=clocks.term(handover, closed=case.state is CaseState.CLOSED),
        state=case.state,
        outcome=case.outcome,
    )
