"""Who is logged in, and who has an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Grant
from app.models import LoginSession, Municipality, Person, RoleGrant, School, Theme


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """The person behind a live session.

    Attributes:
        timezone: the one zone of all his municipalities; empty where he has none, or several.
    """

    session_id: UUID
    login: str
    display_name: str
    locale: str
    theme: Theme
    must_change_password: bool
    has_factor: bool
    factor_given: bool
    actor: Actor
    timezone: str


# Made once: every request asks it, and making it takes longer than asking.
_VISITOR = (
    select(
        LoginSession.id,
        LoginSession.factor_given_at,
        Person.id.label("person_id"),
        Person.login,
        Person.display_name,
        Person.locale,
        Person.theme,
        Person.must_change_password,
        Person.factor_secret.is_not(None).label("has_factor"),
        RoleGrant.role,
        RoleGrant.municipality_id,
        RoleGrant.school_id,
        Municipality.timezone,
    )
    .select_from(LoginSession)
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)))
    .outerjoin(School, School.id == RoleGrant.school_id)
    .outerjoin(
        Municipality,
        Municipality.id == func.coalesce(RoleGrant.municipality_id, School.municipality_id),
    )
    .where(
        LoginSession.id == bindparam("session_id"),
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > bindparam("at"),
        Person.disabled_at.is_(None),
    )
    .order_by(RoleGrant.granted_at, RoleGrant.id)
)


def find_visitor(
    session: Session, *, session_id: UUID, at: datetime, origin: str
) -> Visitor | None:
    """The person of a session that is neither ended, nor expired, nor of a closed account."""
    rows = session.execute(_VISITOR, {"session_id": session_id, "at": at}).all()
    if not rows:
        return None
    first = rows[0]
    zones = {row.timezone for row in rows if row.timezone is not None}
    grants = tuple(
        Grant(role=row.role, municipality_id=row.municipality_id, school_id=row.school_id)
        for row in rows
        if row.role is not None
    )
    return Visitor(
        session_id=first.id,
        login=first.login,
        display_name=first.display_name,
        locale=first.locale,
        theme=first.theme,
        must_change_password=first.must_change_password,
        has_factor=first.has_factor,
        factor_given=first.factor_given_at is not None,
        actor=Actor(person_id=first.person_id, grants=grants, origin=origin),
        timezone=zones.pop() if len(zones) == 1 else "",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenKeys:
    """A person's keys on the scoring screen.

    Attributes:
        codes: places of keys by action, where they differ from the standard.
        single: single keys do something.
    """

    codes: Mapping[str, str]
    single: bool


def get_keys(session: Session, *, by: Actor) -> ChosenKeys:
    """The acting person's own keys."""
    person = session.get_one(Person, by.person_id)
    return ChosenKeys(codes=person.keys, single=person.single_keys)


def get_actor(session: Session, *, person_id: UUID, origin: str = "") -> Actor:
    """The person with the roles that he holds now, for work that goes on without his session."""
    return _acting(person_id, session.get_one(Person, person_id).grants, origin=origin)


def _acting(person_id: UUID, held: Iterable[RoleGrant], *, origin: str) -> Actor:
    grants = tuple(
        Grant(role=one.role, municipality_id=one.municipality_id, school_id=one.school_id)
        for one in held
        if one.revoked_at is None
    )
    return Actor(person_id=person_id, grants=grants, origin=origin)


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(Person.id).limit(1)) is None
