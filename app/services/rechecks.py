"""The commission's work: members, cases with their clock, readers, decisions (P 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.audit import record
from app.bridge.readers import pick_member
from app.bridge.scheme import scheme_of
from app.bridge.sheets import final_points_of, find_sheet_of, number_of, score_sheet_of
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    CommissionMember,
    Expert,
    FinalPoint,
    FinalResult,
    Ground,
    Outcome,
    ReasonCode,
    RecheckCase,
    RecheckDecision,
    ResultSource,
    RoleGrant,
    Round,
    Script,
)
from assignment import Nobody, Picked
from scoring import Direction, Points, RecheckOutcome, WorkCalendar, due_after, outcome_of

TERM_WORKING_DAYS = 7
OUTCOMES = {
    Direction.UP: Outcome.RAISED,
    Direction.STAY: Outcome.KEPT,
    Direction.DOWN: Outcome.LOWERED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """The order that approves the commission's members (P 9.3)."""

    number: str
    on: date


def appoint_member(
    session: Session,
    *,
    municipality_id: UUID,
    expert_id: UUID,
    order: Order,
    by: Actor,
    at: datetime,
) -> CommissionMember:
    """Approve an expert as a member of the commission; he gets the role.

    Raises:
        NotYours: the municipality or the expert is not his.
        Refusal: the order has no number, or the expert is a member already.
    """
    by.require(Permission.RUN_RECHECK, municipality_id=municipality_id)
    expert = session.get(Expert, expert_id)
    if expert is None or expert.school.municipality_id != municipality_id:
        raise NotYours
    if not order.number.strip():
        raise Refusal("Укажите номер приказа об утверждении комиссии.")
    if _find_member(session, municipality_id, expert_id) is not None:
        raise Refusal("%(name)s уже член комиссии.", name=expert.person.display_name)
    made = CommissionMember(
        municipality_id=municipality_id,
        expert_id=expert_id,
        order_number=order.number.strip(),
        order_on=order.on,
        appointed_at=at,
    )
    session.add(made)
    _give_role(session, expert, municipality_id, by=by, at=at)
    session.flush()
    _tell_member(session, made, "commission.appointed", by=by, at=at)
    return made


def _find_member(
    session: Session, municipality_id: UUID, expert_id: UUID
) -> CommissionMember | None:
    return session.scalar(
        select(CommissionMember).where(
            CommissionMember.municipality_id == municipality_id,
            CommissionMember.expert_id == expert_id,
            CommissionMember.withdrawn_at.is_(None),
        )
    )


def _give_role(
    session: Session, expert: Expert, municipality_id: UUID, *, by: Actor, at: datetime
) -> None:
    session.add(
        RoleGrant(
            person_id=expert.person_id,
            role=Role.COMMISSION_MEMBER,
            municipality_id=municipality_id,
            granted_at=at,
            granted_by_id=by.person_id,
        )
    )


def withdraw_member(session: Session, *, member_id: UUID, by: Actor, at: datetime) -> None:
    """Take a member out of the commission; what he is reading must be given to another first.

    Raises:
        NotYours: there is no such member in his municipality.
        Refusal: he still reads a case.
    """
    member = session.get(CommissionMember, member_id)
    if member is None or member.withdrawn_at is not None:
        raise NotYours
    by.require(Permission.RUN_RECHECK, municipality_id=member.municipality_id)
    if _open_readings(session, member.expert_id):
        raise Refusal("У члена комиссии есть открытые дела: сначала передайте их другому.")
    member.withdrawn_at = at
    _take_role(session, member, at=at)
    _tell_member(session, member, "commission.withdrawn", by=by, at=at)


def _take_role(session: Session, member: CommissionMember, *, at: datetime) -> None:
    held = select(RoleGrant).where(
        RoleGrant.person_id == member.expert.person_id,
        RoleGrant.role == Role.COMMISSION_MEMBER,
        RoleGrant.municipality_id == member.municipality_id,
        RoleGrant.revoked_at.is_(None),
    )
    for grant in session.scalars(held):
        grant.revoked_at = at


def _open_readings(session: Session, expert_id: UUID) -> int:
    query = (
        select(func.count(RecheckCase.id))
        .join(Assignment, Assignment.id == RecheckCase.assignment_id)
        .where(RecheckCase.closed_at.is_(None), Assignment.expert_id == expert_id)
    )
    return session.scalar(query) or 0


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
    _require(Permission.LODGE_RECHECK, script, by)
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
    _tell(session, made, "recheck.opened", by=by, at=at, new=new, why=made.reason)
    return made


def _check_opening(
    session: Session, script: Script, *, reason: str, received_on: date, at: datetime
) -> None:
    if not reason.strip():
        raise Refusal("Напишите основание: с чем именно не согласны или почему работа отобрана.")
    if received_on > at.date():
        raise Refusal(
            "Работа получена %(on)s, а этот день ещё не наступил.", on=f"{received_on:%d.%m.%Y}"
        )
    if _newest_result(session, script.id) is None:
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
    case = _get_case(session, case_id, Permission.RUN_RECHECK, by)
    if case.closed_at is not None or _is_read(session, case):
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
    _tell(session, case, "recheck.assigned", by=by, at=at, new={"expert": str(chosen)})
    return made


def _choose(session: Session, case: RecheckCase, expert_id: UUID | None) -> UUID:
    members = _members(session, case)
    if expert_id is not None:
        members = [one for one in members if one == expert_id]
    match pick_member(session, case.script, members):
        case Picked(expert=chosen):
            return UUID(chosen)
        case Nobody():
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


def decide_case(
    session: Session,
    *,
    case_id: UUID,
    adopt: bool,
    reason_code: ReasonCode,
    reason: str,
    by: Actor,
    at: datetime,
) -> RecheckDecision:
    """Close a case: adopt the commission's points, or keep the old ones; the old stay readable.

    Raises:
        NotYours: there is no such case in the chair's municipality.
        Refusal: no reason, not read yet, closed already, or the chair read it himself.
    """
    case = _get_case(session, case_id, Permission.DECIDE_RECHECK, by)
    _check_decision(session, case, reason=reason, by=by)
    before = _get_newest_result(session, case.script_id)
    new_points = commission_points(session, case)
    outcome = outcome_of(final_points_of(before), new_points, scheme=scheme_of(case.exam))
    changed = adopt and bool(outcome.changes)
    after = _new_result(session, before, new_points, by=by, at=at) if changed else None
    made = RecheckDecision(
        case_id=case.id,
        outcome=OUTCOMES[outcome.direction] if changed else Outcome.KEPT,
        reason_code=reason_code,
        reason=reason.strip(),
        result_before_id=before.id,
        result_after_id=after.id if after else None,
        decided_at=at,
        decided_by_id=by.person_id,
    )
    session.add(made)
    case.closed_at = at
    session.flush()
    _tell_decision(session, case, made, outcome, by=by, at=at)
    return made


def _check_decision(session: Session, case: RecheckCase, *, reason: str, by: Actor) -> None:
    if case.closed_at is not None:
        raise Refusal("Дело уже закрыто решением.")
    if not reason.strip():
        raise Refusal("Напишите обоснование решения: оно войдёт в акт.")
    if not _is_read(session, case):
        raise Refusal("Член комиссии ещё не сдал свою проверку: решать рано.")
    if case.assignment is not None and case.assignment.expert.person_id == by.person_id:
        raise Refusal("Вы сами перепроверяли эту работу: решение подписывает другой человек.")


def commission_points(session: Session, case: RecheckCase) -> dict[str, Points]:
    """The points that the commission's reader handed in, by label.

    Raises:
        Refusal: nobody has handed in anything yet.
    """
    sheet = find_sheet_of(session, case.assignment_id) if case.assignment_id else None
    if sheet is None or sheet.submitted_at is None:
        raise Refusal("Член комиссии ещё не сдал свою проверку.")
    return dict(score_sheet_of(sheet).points)


def _is_read(session: Session, case: RecheckCase) -> bool:
    sheet = find_sheet_of(session, case.assignment_id) if case.assignment_id else None
    return sheet is not None and sheet.submitted_at is not None


def _new_result(
    session: Session, before: FinalResult, points: dict[str, Points], *, by: Actor, at: datetime
) -> FinalResult:
    made = FinalResult(
        script_id=before.script_id,
        number=before.number + 1,
        source=ResultSource.RECHECK,
        decided_at=at,
        decided_by_id=by.person_id,
    )
    for row in before.points:
        made.points.append(
            FinalPoint(criterion_id=row.criterion_id, points=number_of(points[row.criterion.label]))
        )
    session.add(made)
    session.flush()
    return made


def _newest_result(session: Session, script_id: UUID) -> FinalResult | None:
    query = (
        select(FinalResult)
        .where(FinalResult.script_id == script_id)
        .order_by(FinalResult.number.desc())
        .limit(1)
    )
    return session.scalar(query)


def _get_newest_result(session: Session, script_id: UUID) -> FinalResult:
    found = _newest_result(session, script_id)
    if found is None:
        raise RuntimeError("a case was opened for a script without a result")
    return found


def _get_case(session: Session, case_id: UUID, permission: Permission, by: Actor) -> RecheckCase:
    case = session.get(RecheckCase, case_id)
    if case is None:
        raise NotYours
    _require(permission, case.script, by)
    return case


def _require(permission: Permission, script: Script, by: Actor) -> None:
    by.require(
        permission,
        municipality_id=script.exam.campaign.municipality_id,
        school_id=script.participant.school_id,
    )


def _tell_member(
    session: Session, member: CommissionMember, action: str, *, by: Actor, at: datetime
) -> None:
    record(
        session,
        action=action,
        subject_kind="commission_member",
        subject_id=member.id,
        by=by,
        at=at,
        municipality_id=member.municipality_id,
        new={"order": member.order_number, "order_on": str(member.order_on)},
    )


def _tell_decision(
    session: Session,
    case: RecheckCase,
    decision: RecheckDecision,
    outcome: RecheckOutcome,
    *,
    by: Actor,
    at: datetime,
) -> None:
    adopted = decision.result_after_id is not None
    changes = outcome.changes if adopted else ()
    _tell(
        session,
        case,
        "recheck.decided",
        by=by,
        at=at,
        old={change.label: str(change.old) for change in changes},
        new={change.label: str(change.new) for change in changes}
        | {"outcome": decision.outcome.value},
        why=decision.reason,
    )


def _tell(
    session: Session,
    case: RecheckCase,
    action: str,
    *,
    by: Actor,
    at: datetime,
    old: dict[str, str] | None = None,
    new: dict[str, str] | None = None,
    why: str = "",
) -> None:
    script = session.get_one(Script, case.script_id)
    record(
        session,
        action=action,
        subject_kind="recheck_case",
        subject_id=case.id,
        by=by,
        at=at,
        municipality_id=script.exam.campaign.municipality_id,
        school_id=script.participant.school_id,
        exam_id=script.exam_id,
        old=old,
        new=new,
        why=why,
    )
