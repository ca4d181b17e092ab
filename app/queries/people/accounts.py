"""Accounts as the level above sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.access import WHO_MAKES, Actor, Permission, Role
from app.errors import NotYours
from app.models import (
    NO_PASSWORD,
    LoginSession,
    Municipality,
    Person,
    RoleGrant,
    School,
)

PAGE_SIZE = 100


def _made_by(permission: Permission) -> list[Role]:
    return [role for role, makes in WHO_MAKES.items() if makes is permission]


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantView:
    """One role of a person in one place."""

    id: UUID
    role: Role
    place: str
    granted_at: datetime
    mine_to_take: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonView:
    """One account; `below` when every role of his is the viewer's to give."""

    id: UUID
    login: str
    display_name: str
    grants: tuple[GrantView, ...]
    closed_at: datetime | None
    must_change_password: bool
    without_password: bool
    has_factor: bool
    sessions: int
    below: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PeoplePage:
    """One page of people by name, how many there are, and who ends it when more follow."""

    people: tuple[PersonView, ...]
    found: int
    last: UUID | None


def page_of(people: tuple[PersonView, ...], *, after: UUID | None) -> PeoplePage:
    """The people who follow the named one, a page of them; from the beginning when he is gone."""
    places = {person.id: place for place, person in enumerate(people, start=1)}
    start = places.get(after, 0) if after is not None else 0
    shown = people[start : start + PAGE_SIZE]
    more = start + PAGE_SIZE < len(people)
    return PeoplePage(people=shown, found=len(people), last=shown[-1].id if more else None)


def list_people(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    role: Role | None = None,
    school_id: UUID | None = None,
    closed: bool = False,
) -> tuple[PersonView, ...]:
    """People with a role that the actor may give, by name.

    Args:
        session: a reading session.
        by: who looks.
        at: when, for counting open sessions.
        text: looked for in the login and the name.
        role: people who hold this role.
        school_id: people with a role in this school.
        closed: closed accounts instead of open ones.
    """
    found = session.scalars(_people(by)).unique()
    places = _Places(session)
    open_sessions = _open_sessions(session, at=at)
    wanted = text.strip().casefold()
    views = (
        _view(person, places, by=by, sessions=open_sessions.get(person.id, 0))
        for person in found
        if (person.disabled_at is not None) == closed
        and wanted in f"{person.login} {person.display_name}".casefold()
        and _holds(person, role, school_id)
    )
    return tuple(sorted(views, key=lambda view: (view.display_name.casefold(), view.login)))


def _people(by: Actor) -> Select[Person]:
    mine = select(RoleGrant.person_id).where(_given_by(by))
    return select(Person).where(Person.id.in_(mine)).options(selectinload(Person.grants))


def _given_by(by: Actor) -> ColumnElement[bool]:
    """Grants, present or past, that are the actor's to give."""
    municipal = by.municipality_ids(Permission.MANAGE_MUNICIPALITY)
    managing = by.municipality_ids(Permission.MANAGE_SCHOOL)
    schools_above = select(School.id).where(School.municipality_id.in_(municipal))
    schools_managed = select(School.id).where(
        or_(
            School.municipality_id.in_(managing),
            School.id.in_(by.school_ids(Permission.MANAGE_SCHOOL)),
        )
    )
    regional = RoleGrant.role.in_(_made_by(Permission.MANAGE_INSTALLATION))
    return or_(
        regional if by.holds(Permission.MANAGE_INSTALLATION) else false(),
        RoleGrant.role.in_(_made_by(Permission.MANAGE_MUNICIPALITY))
        & (RoleGrant.municipality_id.in_(municipal) | RoleGrant.school_id.in_(schools_above)),
        RoleGrant.role.in_(_made_by(Permission.MANAGE_SCHOOL))
        & RoleGrant.school_id.in_(schools_managed),
    )


class _Places:
    """Names of municipalities and schools, and which municipality a school belongs to."""

    def __init__(self, session: Session) -> None:
        self._municipalities: dict[UUID, str] = dict(
            session.execute(select(Municipality.id, Municipality.name)).all()
        )
        self._schools: dict[UUID, tuple[str, UUID]] = {
            key: (name, municipality_id)
            for key, name, municipality_id in session.execute(
                select(School.id, School.name, School.municipality_id)
            )
        }

    def name_of(self, grant: RoleGrant) -> str:
        if grant.school_id is not None:
            return self._schools[grant.school_id][0]
        if grant.municipality_id is not None:
            return self._municipalities[grant.municipality_id]
        return ""

    def may_give(self, grant: RoleGrant, by: Actor) -> bool:
        municipality_id = grant.municipality_id
        if grant.school_id is not None:
            municipality_id = self._schools[grant.school_id][1]
        return by.may(
            WHO_MAKES[grant.role], municipality_id=municipality_id, school_id=grant.school_id
        )


def _open_sessions(session: Session, *, at: datetime) -> dict[UUID, int]:
    query = (
        select(LoginSession.person_id, func.count())
        .where(LoginSession.revoked_at.is_(None), LoginSession.expires_at > at)
        .group_by(LoginSession.person_id)
    )
    return dict(session.execute(query).all())


def _holds(person: Person, role: Role | None, school_id: UUID | None) -> bool:
    held = [grant for grant in person.grants if grant.revoked_at is None]
    fits_role = role is None or any(grant.role is role for grant in held)
    fits_school = school_id is None or any(grant.school_id == school_id for grant in held)
    return fits_role and fits_school


def _view(person: Person, places: _Places, *, by: Actor, sessions: int) -> PersonView:
    held = [grant for grant in person.grants if grant.revoked_at is None]
    counting: Sequence[RoleGrant] = held or person.grants
    return PersonView(
        id=person.id,
        login=person.login,
        display_name=person.display_name,
        grants=tuple(
            GrantView(
                id=grant.id,
                role=grant.role,
                place=places.name_of(grant),
                granted_at=grant.granted_at,
                mine_to_take=places.may_give(grant, by),
            )
            for grant in held
        ),
        closed_at=person.disabled_at,
        has_factor=person.factor_secret is not None,
        must_change_password=person.must_change_password,
        without_password=person.password_hash == NO_PASSWORD,
        sessions=sessions,
        below=all(places.may_give(grant, by) for grant in counting),
    )


def show_person(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> PersonView:
    """One person with a role that the actor may give.

    Raises:
        NotYours: there is none, or none of his roles is the actor's to give.
    """
    found = session.scalars(_people(by).where(Person.id == person_id)).unique().first()
    if found is None:
        raise NotYours
    sessions = _open_sessions(session, at=at).get(person_id, 0)
    return _view(found, _Places(session), by=by, sessions=sessions)
