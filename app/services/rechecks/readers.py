"""A single case goes to an independent member: the named one, or the least loaded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.independence import check_independent, find_tie
from app.bridge.readers import pick_member
from app.bridge.readings import hold_assignments
from app.bridge.recheck_problem import member_ids
from app.bridge.recheck_result import diverges
from app.cases import SETTLING, follow_readings, missing_positions, standing_readings
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    CaseState,
    Expert,
    RecheckCase,
    RecheckReading,
    Round,
)
from app.services.rechecks.case import get_case, tell_case
from assignment import Picked


def assign_reader(
    session: Session,
    *,
    case_id: UUID,
    by: Actor,
    at: datetime,
    expert_id: UUID | None = None,
    instead_of: UUID | None = None,
) -> Assignment:
    """Give the case to an independent member: the named one, or the least loaded.

    Args:
        session: the database.
        case_id: the case.
        by: who appoints.
        at: when.
        expert_id: the member; None takes the least loaded.
        instead_of: the reading that is taken back, not done yet.

    Raises:
        NotYours: there is no such case or reading in his municipality.
        NotIndependent: the named member scored the script, is of its school, or has a conflict.
        Refusal: the case needs no reader, the reading is done, or nobody is independent of the
            script.
    """
    if instead_of is not None:
        _hold_reading(session, instead_of)
    case = get_case(session, case_id, Permission.RUN_RECHECK, by)
    position = _free_position(session, case, instead_of)
    chosen = _choose(session, case, expert_id)
    if instead_of is not None:
        _take_back(case, instead_of, at=at)
    session.flush()
    made = Assignment(
        script_id=case.script_id,
        expert_id=chosen,
        round=Round.RECHECK,
        queue_position=0,
        created_at=at,
    )
    session.add(made)
    session.flush()
    case.readings.append(RecheckReading(assignment=made, position=position, created_at=at))
    follow_readings(case)
    session.flush()
    tell_case(session, case, "recheck.assigned", by=by, at=at, new={"expert": str(chosen)})
    return made


def _hold_reading(session: Session, reading_id: UUID) -> None:
    """Keep a reading from being done meanwhile; before its case is held, as handing in does."""
    held = select(RecheckReading.assignment_id).where(RecheckReading.id == reading_id)
    hold_assignments(session, session.scalars(held))


def _free_position(session: Session, case: RecheckCase, instead_of: UUID | None) -> int:
    """The position that a new reader takes.

    Raises:
        Refusal: nobody is wanted, or the reading to be replaced is done.
    """
    if case.state in (CaseState.SIGNED, CaseState.CLOSED):
        raise Refusal("Дело уже решено: другого члена комиссии назначить нельзя.")
    if instead_of is not None:
        return _not_done(case, instead_of).position
    missing = missing_positions(case)
    if missing:
        return missing[0]
    if case.state is CaseState.READ and diverges(session, case):
        return SETTLING
    raise Refusal("Дело уже у члена комиссии или прочитано: ещё один не нужен.")


def _standing(case: RecheckCase, reading_id: UUID) -> RecheckReading:
    for reading in standing_readings(case):
        if reading.id == reading_id:
            return reading
    raise NotYours


def _not_done(case: RecheckCase, reading_id: UUID) -> RecheckReading:
    reading = _standing(case, reading_id)
    if reading.done_at is not None:
        raise Refusal("Проверка уже сдана: она остаётся в деле, и решает председатель.")
    return reading


def _take_back(case: RecheckCase, reading_id: UUID, *, at: datetime) -> None:
    _standing(case, reading_id).assignment.withdrawn_at = at


def _choose(session: Session, case: RecheckCase, expert_id: UUID | None) -> UUID:
    members = member_ids(session, municipality_id=case.handover.campaign.municipality_id)
    if expert_id is not None:
        return _named(session, case, expert_id, members)
    independent = {
        expert.id
        for expert in session.scalars(select(Expert).where(Expert.id.in_(members)))
        if find_tie(session, case.script, expert.person_id) is None
    }
    found = pick_member(session, case.script, independent)
    if isinstance(found, Picked):
        return UUID(found.expert)
    raise Refusal(
        "Независимого члена комиссии нет: каждый проверял эту работу, связан с её школой,"
        " занят или не ведёт предмет. Утвердите приказом ещё одного."
    )


def _named(session: Session, case: RecheckCase, expert_id: UUID, members: frozenset[UUID]) -> UUID:
    expert = session.get(Expert, expert_id)
    if expert is None or expert_id not in members:
        raise NotYours
    name = expert.person.display_name
    check_independent(session, case.script, expert.person_id, name=name)
    if not isinstance(pick_member(session, case.script, {expert_id}), Picked):
        raise Refusal(
            "%(name)s не может взять это дело: не ведёт предмет, мало стажа или нет"
            " свободных мест.",
            name=name,
        )
    return expert_id
