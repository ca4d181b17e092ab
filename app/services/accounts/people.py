"""Accounts: made by the level above, closed and opened again by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.errors import Refusal
from app.models import (
    NO_PASSWORD,
    Expert,
    Municipality,
    Person,
    RoleGrant,
    School,
    clean_login,
    clean_timezone,
)
from app.services.accounts.hashing import hash_password
from app.services.accounts.passwords import (
    FirstPassword,
    check_strength,
    issue_password,
)
from app.services.accounts.places import NOWHERE, Place, may_give, person_below
from app.services.accounts.roles import bind, check_gift
from app.services.accounts.sessions import revoke_sessions
from app.services.accounts.trail import tell


def create_account(
    session: Session,
    *,
    login: str,
    display_name: str,
    role: Role,
    place: Place,
    by: Actor | None,
    at: datetime,
    email: str | None = None,
) -> FirstPassword:
    """Make an account with a first password that must be changed.

    Raises:
        Refusal: the login is taken or malformed.
        NotYours: the role in that place is not for `by` to give.
    """
    check_gift(session, role, place, by=by)
    login = clean_login(login)
    if not display_name.strip():
        raise Refusal("Имя пусто: укажите, кому выдаётся логин «%(login)s».", login=login)
    if session.scalar(select(Person.id).where(Person.login == login)) is not None:
        raise Refusal("Логин «%(login)s» уже занят: выберите другой.", login=login)
    person = Person(
        login=login,
        display_name=display_name.strip(),
        email=email,
        password_hash=NO_PASSWORD,
        created_at=at,
    )
    session.add(person)
    session.flush()
    tell(session, "account.created", person.id, by=by, at=at, new={"login": login}, place=place)
    bind(session, person, role, place, by=by, at=at)
    return issue_password(person)


def close_account(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Close the account of a person of the level below: he cannot log in any more.

    Raises:
        NotYours: some role of his is not for `by` to give.
        Refusal: it is one's own.
    """
    person = person_below(session, person_id, by=by)
    if person.id == by.person_id:
        raise Refusal("Свою учётную запись закрыть нельзя.")
    if person.disabled_at is None:
        person.disabled_at = at
        revoke_sessions(session, person_id=person_id, at=at)
        tell(session, "account.closed", person_id, by=by, at=at)


def reopen_account(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Open a closed account again; its password stays as it was.

    Raises:
        NotYours: some role of his is not for `by` to give.
    """
    person = person_below(session, person_id, by=by)
    if person.disabled_at is not None:
        person.disabled_at = None
        tell(session, "account.reopened", person_id, by=by, at=at)


def make_school_coordinators(
    session: Session, *, municipality_id: UUID, by: Actor, at: datetime
) -> list[FirstPassword]:
    """An account for each school of the municipality that has no coordinator, by its login.

    Raises:
        NotYours: the municipality is not for `by` to manage.
        Refusal: a school's login is taken by somebody else.
    """
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=municipality_id)
    return [
        create_account(
            session,
            login=school.login,
            display_name=school.name,
            role=Role.SCHOOL_COORDINATOR,
            place=Place(school_id=school.id),
            by=by,
            at=at,
        )
        for school in _schools_without_coordinator(session, municipality_id)
    ]


def _schools_without_coordinator(session: Session, municipality_id: UUID) -> Sequence[School]:
    held = select(RoleGrant.school_id).where(
        RoleGrant.role == Role.SCHOOL_COORDINATOR, RoleGrant.revoked_at.is_(None)
    )
    query = (
        select(School)
        .where(School.municipality_id == municipality_id, School.id.not_in(held))
        .order_by(School.login)
    )
    return session.scalars(query).all()


def issue_first_passwords(
    session: Session, *, by: Actor, at: datetime, school_id: UUID | None = None
) -> list[FirstPassword]:
    """A first password for each expert in one's schools who has never been given one.

    Args:
        session: a writing session.
        by: who hands them out.
        at: when.
        school_id: this school's experts alone.
    """
    issued = []
    for person in _experts_without_password(session, school_id):
        grants = [grant for grant in person.grants if grant.revoked_at is None]
        below = [may_give(session, g.role, Place(school_id=g.school_id), by) for g in grants]
        if below and all(below):
            tell(session, "account.password_issued", person.id, by=by, at=at)
            issued.append(issue_password(person))
    return issued


def _experts_without_password(session: Session, school_id: UUID | None) -> Sequence[Person]:
    query = (
        select(Person)
        .join(Expert, Expert.person_id == Person.id)
        .where(
            Person.password_hash == NO_PASSWORD,
            Person.disabled_at.is_(None),
            Expert.withdrawn_at.is_(None),
        )
        .order_by(Person.login)
    )
    if school_id is not None:
        query = query.where(Expert.school_id == school_id)
    return session.scalars(query).all()


def set_up_installation(
    session: Session,
    *,
    login: str,
    display_name: str,
    password: str,
    municipality: str,
    timezone: str,
    at: datetime,
    breached: Path | None = None,
) -> UUID:
    """On an empty database: the administrator with his own password, and the first municipality.

    Raises:
        Refusal: somebody is there already, the password is weak, or the time zone is unknown.
    """
    if session.scalar(select(Person.id).limit(1)) is not None:
        raise Refusal("Установка уже настроена: войдите под своим логином.")
    check_strength(password, login=login, breached=breached)
    timezone = clean_timezone(timezone)
    made = create_account(
        session,
        login=login,
        display_name=display_name,
        role=Role.ADMINISTRATOR,
        place=NOWHERE,
        by=None,
        at=at,
    )
    person = session.get_one(Person, made.person_id)
    person.password_hash, person.must_change_password = hash_password(password), False
    session.add(Municipality(name=municipality.strip(), timezone=timezone))
    return made.person_id
