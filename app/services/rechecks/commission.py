"""The commission: members approved by an order (P 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.audit import record
from app.bridge.experts import has_left
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    CommissionMember,
    Expert,
    RecheckReading,
    RoleGrant,
)


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
        Refusal: the order has no number, the expert is a member already, or has left.
    """
    by.require(Permission.RUN_RECHECK, municipality_id=municipality_id)
    expert = session.get(Expert, expert_id)
    if expert is None or expert.school.municipality_id != municipality_id:
        raise NotYours
    if not order.number.strip():
        raise Refusal("Укажите номер приказа об утверждении комиссии.")
    if has_left(expert):
        raise Refusal("%(name)s больше не участвует в проверке.", name=expert.person.display_name)
    if find_member(session, municipality_id, expert_id) is not None:
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


def find_member(
    session: Session, municipality_id: UUID, expert_id: UUID
) -> CommissionMember | None:
    """The standing membership of an expert, or None."""
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
    held = session.scalar(_held(expert, municipality_id).limit(1))
    if held is not None:
        return
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
    for grant in session.scalars(_held(member.expert, member.municipality_id)):
        grant.revoked_at = at


def _held(expert: Expert, municipality_id: UUID) -> Select[RoleGrant]:
    return select(RoleGrant).where(
        RoleGrant.person_id == expert.person_id,
        RoleGrant.role == Role.COMMISSION_MEMBER,
        RoleGrant.municipality_id == municipality_id,
        RoleGrant.revoked_at.is_(None),
    )


def _open_readings(session: Session, expert_id: UUID) -> int:
    query = (
        select(func.count(RecheckReading.id))
        .join(Assignment, Assignment.id == RecheckReading.assignment_id)
        .where(
            RecheckReading.done_at.is_(None),
            Assignment.withdrawn_at.is_(None),
            Assignment.expert_id == expert_id,
        )
    )
    return session.scalar(query) or 0


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
