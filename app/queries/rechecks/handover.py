"""What was handed over in one action: its procedure, its clock, how far its cases are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
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
)
from app.queries.rechecks.sight import in_sight
from scoring import WorkCalendar, working_days_left


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
        days_left: working days left.
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
    days_left: int
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
    place = row.campaign.municipality_id
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
        days_left=working_days_left(today, row.due_on, calendar=WorkCalendar()),
        works=row.works,
        states=_states(session, row.id),
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


def _states(session: Session, handover_id: UUID) -> Mapping[CaseState, int]:
    query = (
        select(RecheckCase.state, func.count().label("works"))
        .where(RecheckCase.handover_id == handover_id)
        .group_by(RecheckCase.state)
    )
    return {row.state: row.works for row in session.execute(query)}
