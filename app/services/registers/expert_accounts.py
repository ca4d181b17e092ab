"""An expert's account: made without a password, or found by its login."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.audit import record
from app.errors import Refusal
from app.models import NO_PASSWORD, Person, RoleGrant, School, clean_login


def make_or_link(
    session: Session, *, school: School, login: str, display_name: str, by: Actor, at: datetime
) -> Person:
    """The account of that login, or a new one, with the role of an expert of the school.

    Raises:
        Refusal: the login belongs to somebody out of one's sight, or is malformed.
    """
    login = clean_login(login) if login.strip() else _free_login(session, school)
    person = session.scalar(select(Person).where(Person.login == login))
    if person is None:
        person = _make(session, school, login, display_name, by=by, at=at)
    elif not _in_sight(session, person, by=by):
        raise Refusal("Логин «%(login)s» уже занят: выберите другой.", login=login)
    if not _roles(person, school):
        _give_role(person, school, by=by, at=at)
        _tell(session, "role.granted", person, school, by=by, at=at)
    session.flush()
    return person


def unlink(session: Session, *, person: Person, school: School, by: Actor, at: datetime) -> None:
    """Take the role of an expert of the school away."""
    for grant in _roles(person, school):
        grant.revoked_at = at
        _tell(session, "role.revoked", person, school, by=by, at=at)


def _free_login(session: Session, school: School) -> str:
    """`edu123456-1`, `edu123456-2`, ...: the first that nobody has."""
    taken = set(
        session.scalars(select(Person.login).where(Person.login.startswith(f"{school.login}-")))
    )
    return next(name for n in count(1) if (name := f"{school.login}-{n}") not in taken)


def _make(
    session: Session, school: School, login: str, display_name: str, *, by: Actor, at: datetime
) -> Person:
    person = Person(
        login=login, display_name=display_name, password_hash=NO_PASSWORD, created_at=at
    )
    session.add(person)
    session.flush()
    record(
        session,
        action="account.created",
        subject_kind="person",
        subject_id=person.id,
        by=by,
        at=at,
        school_id=school.id,
        new={"login": login},
    )
    return person


def _in_sight(session: Session, person: Person, *, by: Actor) -> bool:
    return any(_grant_in_sight(session, grant, by=by) for grant in person.grants)


def _grant_in_sight(session: Session, grant: RoleGrant, *, by: Actor) -> bool:
    school = session.get(School, grant.school_id) if grant.school_id else None
    municipality_id = school.municipality_id if school else grant.municipality_id
    return by.may(
        Permission.MANAGE_SCHOOL, municipality_id=municipality_id, school_id=grant.school_id
    )


def _roles(person: Person, school: School) -> list[RoleGrant]:
    return [
        grant
        for grant in person.grants
        if grant.role is Role.EXPERT and grant.school_id == school.id and grant.revoked_at is None
    ]


def _give_role(person: Person, school: School, *, by: Actor, at: datetime) -> None:
    person.grants.append(
        RoleGrant(role=Role.EXPERT, school_id=school.id, granted_at=at, granted_by_id=by.person_id)
    )


def _tell(
    session: Session, action: str, person: Person, school: School, *, by: Actor, at: datetime
) -> None:
    facts = {"role": Role.EXPERT.value}
    record(
        session,
        action=action,
        subject_kind="person",
        subject_id=person.id,
        by=by,
        at=at,
        school_id=school.id,
        old=facts if action == "role.revoked" else None,
        new=facts if action == "role.granted" else None,
    )
