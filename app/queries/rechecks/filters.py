"""What a person asks of the register of cases, and where a page of it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.bridge.recheck_clock import Clocks
from app.bridge.terms import Standing
from app.models import (
    Assignment,
    Campaign,
    CaseState,
    Ground,
    Outcome,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
)


class Shown(StrEnum):
    """Which cases by their state."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFilter:
    """What is asked of the register; None asks nothing."""

    shown: Shown = Shown.ALL
    state: CaseState | None = None
    ground: Ground | None = None
    outcome: Outcome | None = None
    due: Standing | None = None
    exam_id: UUID | None = None
    school_id: UUID | None = None
    member_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place in the register: that of the last case of a page."""

    due_on: date
    number: int
    handover_id: UUID
    position: int

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}~{self.number}~{self.handover_id}~{self.position}"


def place_of(text: str) -> Place | None:
    """The place that an address names; None for none, or for what is no place."""
    parts = text.split("~")
    try:
        due_on, number, handover_id, position = parts
        return Place(
            due_on=date.fromisoformat(due_on),
            number=int(number),
            handover_id=UUID(handover_id),
            position=int(position),
        )
    except ValueError:
        return None


ORDER = (
    RecheckHandover.due_on,
    RecheckHandover.number,
    RecheckHandover.id,
    RecheckCase.position,
)


def after(place: Place) -> ColumnElement[bool]:
    """Cases behind a place, in the register's order."""
    found: ColumnElement[bool] = RecheckCase.position > place.position
    keys = ((ORDER[2], place.handover_id), (ORDER[1], place.number), (ORDER[0], place.due_on))
    for column, value in keys:
        found = or_(column > value, and_(column == value, found))
    # Told twice, so that the index on the due day serves.
    return and_(RecheckHandover.due_on >= place.due_on, found)


def conditions(wanted: CaseFilter, clocks: Clocks) -> tuple[ColumnElement[bool], ...]:
    """What the filter asks of cases and hand-overs; a school is told elsewhere."""
    equal = (
        (RecheckCase.state, wanted.state),
        (RecheckCase.outcome, wanted.outcome),
        (RecheckHandover.ground, wanted.ground),
        (RecheckCase.exam_id, wanted.exam_id),
    )
    found = [column == value for column, value in equal if value is not None]
    if wanted.shown is Shown.OPEN or wanted.due is not None:
        found.append(RecheckCase.state != CaseState.CLOSED)
    elif wanted.shown is Shown.CLOSED:
        found.append(RecheckCase.state == CaseState.CLOSED)
    if wanted.member_id is not None:
        found.append(RecheckCase.id.in_(_read_by(wanted.member_id)))
    if wanted.due is not None:
        found.append(clocks.stands(wanted.due, _campaign_ids(clocks.session)))
    return tuple(found)


def _read_by(expert_id: UUID) -> Select[UUID]:
    return (
        select(RecheckReading.case_id)
        .join(Assignment, Assignment.id == RecheckReading.assignment_id)
        .where(Assignment.expert_id == expert_id, Assignment.withdrawn_at.is_(None))
    )


def _campaign_ids(session: Session) -> list[UUID]:
    return list(session.scalars(select(Campaign.id).order_by(Campaign.id)))
