"""Giving and taking roles: always by the level above."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.errors import NotYours, Refusal
from app.models import CommissionMember, Expert, Person, RoleGrant
from app.services.accounts.places import (
    Place,
    check_place,
    may_give,
    person_in_sight,
    place_of,
)
from app.services.accounts.sessions import revoke_sessions
from app.services.accounts.trail import tell


def grant_role(
    session: Session, *, person_id: UUID, role: Role, place: Place, by: Actor, at: datetime
) -> RoleGrant:
    """Give a role in a place; the person's sessions end, so that the role is seen at once.

    Args:
        session: a writing session.
        person_id: who gets it.
        role: the role.
        place: where; must fit the role.
        by: who gives it.
        at: when.

    Raises:
        NotYours: the person is out of sight, or the role in that place is not for `by` to give.
        Refusal: the place does not fit the role, or he holds it already.
    """
    person = person_in_sight(session, person_id, by=by)
    grant = bind(session, person, role, place, by=by, at=at)
    revoke_sessions(session, person_id=person_id, at=at)
    return grant


def check_gift(session: Session, role: Role, place: Place, *, by: Actor | None) -> None:
    """Pass when the role in that place is for `by` to give.

    Raises:
        NotYours: it is not.
        Refusal: the place does not fit the role.
    """
    if by is not None and not may_give(session, role, place, by):
        raise NotYours
    check_place(session, role, place)


def bind(
    session: Session, person: Person, role: Role, place: Place, *, by: Actor | None, at: datetime
) -> RoleGrant:
    """Write the role; `by` is None for the installation's own first administrator."""
    check_gift(session, role, place, by=by)
    if _find_grant(session, person.id, role, place) is not None:
        raise Refusal("Эта роль у человека уже есть.")
    grant = RoleGrant(
        person_id=person.id,
        role=role,
        municipality_id=place.municipality_id,
        school_id=place.school_id,
        granted_at=at,
        granted_by_id=by.person_id if by else None,
    )
    person.grants.append(grant)
    session.flush()
    tell(session, "role.granted", person.id, by=by, at=at, new={"role": role}, place=place)
    return grant


def _find_grant(session: Session, person_id: UUID, role: Role, place: Place) -> RoleGrant | None:
    return session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.municipality_id.is_not_distinct_from(place.municipality_id),
            RoleGrant.school_id.is_not_distinct_from(place.school_id),
            RoleGrant.revoked_at.is_(None),
        )
    )


def revoke_role(session: Session, *, grant_id: UUID, by: Actor, at: datetime) -> None:
    """Take a role away; the person's sessions end.

    Raises:
        NotYours: the role there is not for `by` to give, hence not to take.
        Refusal: it is the role of somebody in the register of experts or in the commission, or
            one's own as an administrator.
    """
    grant = session.get(RoleGrant, grant_id)
    if grant is None or grant.revoked_at is not None:
        raise NotYours
    place = place_of(grant)
    if not may_give(session, grant.role, place, by):
        raise NotYours
    _check_not_needed(session, grant, by=by)
    grant.revoked_at = at
    revoke_sessions(session, person_id=grant.person_id, at=at)
    old = {"role": grant.role}
    tell(session, "role.revoked", grant.person_id, by=by, at=at, old=old, place=place)


def _check_not_needed(session: Session, grant: RoleGrant, *, by: Actor) -> None:
    if grant.role is Role.ADMINISTRATOR and grant.person_id == by.person_id:
        raise Refusal("Свою роль администратора снять нельзя: это сделает другой администратор.")
    appointed = select(Expert.id).where(
        Expert.person_id == grant.person_id,
        Expert.school_id == grant.school_id,
        Expert.withdrawn_at.is_(None),
    )
    if grant.role is Role.EXPERT and session.scalar(appointed) is not None:
        raise Refusal("Эксперт стоит в реестре: отстраните или удалите его в реестре экспертов.")
    seated = (
        select(CommissionMember.id)
        .join(Expert, Expert.id == CommissionMember.expert_id)
        .where(
            Expert.person_id == grant.person_id,
            CommissionMember.municipality_id == grant.municipality_id,
            CommissionMember.withdrawn_at.is_(None),
        )
    )
    if grant.role is Role.COMMISSION_MEMBER and session.scalar(seated.limit(1)) is not None:
        raise Refusal("Он утверждён приказом: выведите его из комиссии на странице её членов.")
