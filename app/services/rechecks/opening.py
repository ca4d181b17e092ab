"""A script comes before the commission, and to an independent reader (P 9.2-9.4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.hours import day_in
from app.bridge.readers import pick_member
from app.errors import NotYours, Refusal
from app.finals import find_final
from app.models import (
    Assignment,
    CommissionMember,
    Ground,
    RecheckCase,
    Round,
    Script,
)
from app.services.rechecks.case import (
    get_case,
    is_read,
    require_over_script,
    tell_case,
)
from assignment import Picked
from scoring import WorkCalendar, due_after

TERM_WORKING_DAYS = 7


def open_case(
    session: Session,
    *,
    script_id: UUID,
    ground: Ground,
    reason: str,
    received_on: date,
    by: Actor,
    at: datetime,
) -> RecheckCase:
    """Put a script with a final result before the commission and start its clock (P 9.4).

    Raises:
        NotYours: the script is not of his school or municipality.
        Refusal: no reason, no final result yet, an open case, or a receipt in the future.
    """
    script = session.get(Script, script_id)
    if script is None:
        raise NotYours
    require_over_script(Permission.LODGE_RECHECK, script, by)
    _check_opening(session, script, reason=reason, received_on=received_on, at=at)
    due = due_after(received_on, working_days=TERM_WORKING_DAYS, calendar=WorkCalendar())
    made = RecheckCase(
        exam_id=script.exam_id,
        script_id=script_id,
        ground=ground,
        reason=reason.strip(),
        lodged_by_id=by.person_id,
        lodged_at=at,
        received_on=received_on,
        due_on=due.on,
    )
    session.add(made)
    session.flush()
    new = {"ground": ground.value, "received_on": str(received_on), "due_on": str(due.on)}
    tell_case(session, made, "recheck.opened", by=by, at=at, new=new, why=made.reason)
    return made


def _check_opening(
    session: Session, script: Script, *, reason: str, received_on: date, at: datetime
) -> None:
    if not reason.strip():
        raise Refusal("Напишите основание: с чем именно не согласны или почему работа отобрана.")
    if received_on > day_in(script.exam.campaign.municipality, at):
        raise Refusal(
            "Работа получена %(on)s, а этот день ещё не наступил.", on=f"{received_on:%d.%m.%Y}"
        )
    if find_final(session, script.id) is None:
        raise Refusal("У работы ещё нет итоговых баллов: перепроверять нечего.")
    query = select(RecheckCase.id).where(
        RecheckCase.script_id == script.id, RecheckCase.closed_at.is_(None)
    )
    if session.scalar(query) is not None:
        raise Refusal("По этой работе перепроверка уже открыта.")


def assign_reader(
    session: Session, *, case_id: UUID, by: Actor, at: datetime, expert_id: UUID | None = None
) -> Assignment:
    """Give the script to an independent member: the named one, or the least loaded.

    Raises:
        NotYours: there is no such case in his municipality.
        Refusal: the case is decided or being read, or nobody is independent of the script.
    """
    case = get_case(session, case_id, Permission.RUN_RECHECK, by)
    if case.closed_at is not None or is_read(session, case):
        raise Refusal("Дело уже прочитано или закрыто: другого члена комиссии назначить нельзя.")
    chosen = _choose(session, case, expert_id)
    if case.assignment is not None:
        case.assignment.withdrawn_at = at
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
    case.assignment_id = made.id
    tell_case(session, case, "recheck.assigned", by=by, at=at, new={"expert": str(chosen)})
    return made


def _choose(session: Session, case: RecheckCase, expert_id: UUID | None) -> UUID:
    members = _members(session, case)
    if expert_id is not None:
        members = [one for one in members if one == expert_id]
    found = pick_member(session, case.script, members)
    if isinstance(found, Picked):
        return UUID(found.expert)
    raise Refusal(
        "Независимого члена комиссии нет: каждый проверял эту работу, связан с её школой"
        " или не ведёт предмет. Утвердите приказом ещё одного."
    )


def _members(session: Session, case: RecheckCase) -> list[UUID]:
    municipality_id = case.exam.campaign.municipality_id
    query = (
        select(CommissionMember.expert_id)
        .where(
            CommissionMember.municipality_id == municipality_id,
            CommissionMember.withdrawn_at.is_(None),
        )
        .order_by(CommissionMember.expert_id)
    )
    return list(session.scalars(query))
