"""What was handed over in one action: its procedure, its clock, how far its cases are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_clock import Clocks
from app.bridge.terms import Term
from app.errors import NotYours
from app.models import (
    CaseState,
    Ground,
    Method,
    Participant,
    Person,
    RecheckCase,
    RecheckHandover,
    School,
    Script,
    TermRecount,
)
from app.queries.rechecks.sight import in_sight


@dataclass(frozen=True, kw_only=True, slots=True)
class RecountView:
    """A term that was counted anew."""

    old_due_on: date
    new_due_on: date
    reason: str
    counted_at: datetime
    counted_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HandoverView:
    """Works handed over in one action.

    Attributes:
        id: its key.
        number: the number of its act.
        ground: the ground.
        reason: why, in the sender's words.
        method: how the works are read.
        may_lower: points may go down.
        quorum: how many must be present at a decision.
        lodged_by: who handed them over.
        lodged_at: when.
        receiver: who received them.
        received_on: the day of receipt.
        due_on: the last day of the term.
        term: how its term stands.
        recounts: days that were told before, and why they moved.
        works: how many were handed over.
        states: how many of them stand where.
        may_run: the person may appoint readers.
    """

    id: UUID
    number: int
    ground: Ground
    reason: str
    method: Method
    may_lower: bool
    quorum: int
    lodged_by: str
    lodged_at: datetime
    receiver: str
    received_on: date
    due_on: date
    term: Term
    recounts: tuple[RecountView, ...]
    works: int
    states: Mapping[CaseState, int]
    may_run: bool

    @property
    def is_closed(self) -> bool:
        """Every case is decided."""
        return self.states.get(CaseState.CLOSED, 0) == self.works


def get_handover(session: Session, *, handover_id: UUID, actor: Actor, today: date) -> HandoverView:
    """One hand-over, for who may see one of its cases.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    row = find_in_sight(session, handover_id, actor)
    place, states = row.campaign.municipality_id, _states(session, row.id)
    return HandoverView(
        id=row.id,
        number=row.number,
        ground=row.ground,
        reason=row.reason,
        method=row.method,
        may_lower=row.may_lower,
        quorum=row.quorum,
        lodged_by=session.get_one(Person, row.lodged_by_id).display_name,
        lodged_at=row.lodged_at,
        receiver=row.receiver,
        received_on=row.received_on,
        due_on=row.due_on,
        term=Clocks(session=session, today=today).term(row, closed=not _is_open(states)),
        recounts=_recounts(session, row.id),
        works=row.works,
        states=states,
        may_run=actor.may(Permission.RUN_RECHECK, municipality_id=place),
    )


def find_in_sight(session: Session, handover_id: UUID, actor: Actor) -> RecheckHandover:
    """The hand-over, if the person lodged it, or runs its place.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    row = session.get(RecheckHandover, handover_id)
    if row is None:
        raise NotYours
    seen = (
        select(RecheckCase.id)
        .join(Script, Script.id == RecheckCase.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .where(RecheckCase.handover_id == handover_id, in_sight(actor))
    )
    place = row.campaign.municipality_id
    runs = actor.may(Permission.RUN_RECHECK, municipality_id=place)
    if row.lodged_by_id != actor.person_id and not runs:
        raise NotYours
    if session.scalar(seen.limit(1)) is None:
        raise NotYours
    return row


def _is_open(states: Mapping[CaseState, int]) -> bool:
    return any(count for state, count in states.items() if state is not CaseState.CLOSED)


def _recounts(session: Session, handover_id: UUID) -> tuple[RecountView, ...]:
    query = (
        select(TermRecount, Person.display_name)
        .join(Person, Person.id == TermRecount.counted_by_id)
        .where(TermRecount.handover_id == handover_id)
        .order_by(TermRecount.number)
    )
    return tuple(
        RecountView(
            old_due_on=row.old_due_on,
            new_due_on=row.new_due_on,
            reason=row.reason,
            counted_at=row.counted_at,
            counted_by=name,
        )
        for row, name in session.execute(query)
    )


def _states(session: Session, handover_id: UUID) -> Mapping[CaseState, int]:
    query = (
        select(RecheckCase.state, func.count().label("works"))
        .where(RecheckCase.handover_id == handover_id)
        .group_by(RecheckCase.state)
    )
    return {row.state: row.works for row in session.execute(query)}
