"""People log in, get roles from the level above, and change their passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import MUNICIPALITY_ROLES, REGION_ROLES, Actor, Permission, Role
from app.audit import record
from app.errors import NotYours, Refusal
from app.models import LoginSession, Municipality, Person, RoleGrant, School

MOST_FAILURES = 5
LOCK = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
# Letters that nobody mistakes for one another on a printed sheet.
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet

_hasher = PasswordHasher()
# Checked when the login is unknown, so that the answer takes as long as for a known one.
_NOBODYS_HASH = _hasher.hash(secrets.token_hex(8))

WHO_MAKES: dict[Role, Permission] = {
    Role.ADMINISTRATOR: Permission.MANAGE_INSTALLATION,
    Role.REGIONAL_COORDINATOR: Permission.MANAGE_INSTALLATION,
    Role.RESPONSIBLE_COORDINATOR: Permission.MANAGE_INSTALLATION,
    Role.MUNICIPAL_COORDINATOR: Permission.MANAGE_INSTALLATION,
    Role.COMMISSION_CHAIR: Permission.MANAGE_MUNICIPALITY,
    Role.COMMISSION_MEMBER: Permission.MANAGE_MUNICIPALITY,
    Role.SCHOOL_COORDINATOR: Permission.MANAGE_MUNICIPALITY,
    Role.TECHNICAL_SPECIALIST: Permission.MANAGE_SCHOOL,
    Role.EXPERT: Permission.MANAGE_SCHOOL,
}


class LoginRefused(Refusal):
    """The login and password do not open anything; says no more than that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstPassword:
    """A new account as it is handed out on paper; the password is kept nowhere."""

    person_id: UUID
    login: str
    display_name: str
    password: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a role holds: a municipality, a school, or neither."""

    municipality_id: UUID | None = None
    school_id: UUID | None = None


def log_in(
    session: Session,
    *,
    login: str,
    password: str,
    at: datetime,
    lasts: timedelta,
    origin: str,
    agent: str,
) -> UUID | None:
    """Check the password and open a session: its id, or None when refused.

    The refusal is a value and not an exception, because the count of failures must be committed.
    """
    person = session.scalar(select(Person).where(Person.login == login.strip().lower()))
    if person is None or person.disabled_at is not None:
        _matches(_NOBODYS_HASH, password)
        return None
    if person.locked_until is not None and person.locked_until > at:
        _matches(_NOBODYS_HASH, password)
        return None
    if not _matches(person.password_hash, password):
        _count_failure(person, at=at)
        return None
    person.failed_logins, person.locked_until = 0, None
    return _open_session(session, person, at=at, lasts=lasts, origin=origin, agent=agent)


def hash_password(password: str) -> str:
    """The password as it is kept: argon2id with the library's own parameters."""
    return _hasher.hash(password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _count_failure(person: Person, *, at: datetime) -> None:
    person.failed_logins += 1
    if person.failed_logins >= MOST_FAILURES:
        person.failed_logins, person.locked_until = 0, at + LOCK


def _open_session(
    session: Session, person: Person, *, at: datetime, lasts: timedelta, origin: str, agent: str
) -> UUID:
    opened = LoginSession(
        person_id=person.id,
        created_at=at,
        expires_at=at + lasts,
        origin=origin[:100],
        agent=agent[:300],
    )
    session.add(opened)
    session.flush()
    return opened.id


def log_out(session: Session, *, session_id: UUID, at: datetime) -> None:
    """End one session."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def revoke_sessions(
    session: Session, *, person_id: UUID, at: datetime, but: UUID | None = None
) -> None:
    """End every session of the person, except one if named."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.id != but if but is not None else LoginSession.id.is_not(None),
        )
        .values(revoked_at=at)
    )


def change_password(
    session: Session, *, old: str, new: str, session_id: UUID, by: Actor, at: datetime
) -> None:
    """Replace one's own password; every other session of the person ends.

    Raises:
        Refusal: the old password is wrong, or the new one is short or the same.
    """
    person = session.get_one(Person, by.person_id)
    if not _matches(person.password_hash, old):
        raise Refusal("Прежний пароль введён неверно.")
    if len(new) < SHORTEST_PASSWORD:
        raise Refusal("В пароле должно быть не меньше знаков: %(least)s.", least=SHORTEST_PASSWORD)
    if old == new:
        raise Refusal("Новый пароль совпадает с прежним: придумайте другой.")
    person.password_hash, person.must_change_password = hash_password(new), False
    revoke_sessions(session, person_id=person.id, at=at, but=session_id)
    _tell(session, "account.password_changed", person.id, by=by, at=at)


def choose_locale(session: Session, *, locale: str, by: Actor) -> None:
    """Remember the language that the person reads."""
    session.get_one(Person, by.person_id).locale = locale


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
    login = login.strip().lower()
    _check_login(session, login)
    password = _new_password()
    person = Person(
        login=login,
        display_name=display_name.strip(),
        email=email,
        password_hash=hash_password(password),
        created_at=at,
    )
    session.add(person)
    session.flush()
    _tell(session, "account.created", person.id, by=by, at=at, new={"login": login})
    grant_role(session, person_id=person.id, role=role, place=place, by=by, at=at)
    return FirstPassword(
        person_id=person.id, login=login, display_name=person.display_name, password=password
    )


def _check_login(session: Session, login: str) -> None:
    if not login or len(login) > 64 or not login.isascii() or " " in login:  # noqa: PLR2004
        raise Refusal(
            "Логин «%(login)s»: нужны латинские буквы и цифры без пробелов, не больше 64 знаков.",
            login=login,
        )
    if session.scalar(select(Person.id).where(Person.login == login)) is not None:
        raise Refusal("Логин «%(login)s» уже занят: выберите другой.", login=login)


def _new_password() -> str:
    """Three groups of four signs, about 59 bits."""
    signs = [secrets.choice(PASSWORD_ALPHABET) for _ in range(12)]
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))


def reset_password(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> FirstPassword:
    """Give a person of one's own level below a new first password; his sessions end.

    Raises:
        NotYours: no role of his is for `by` to give.
    """
    person = session.get(Person, person_id)
    if person is None or not _is_below(session, person, by):
        raise NotYours
    password = _new_password()
    person.password_hash, person.must_change_password = hash_password(password), True
    person.failed_logins, person.locked_until = 0, None
    revoke_sessions(session, person_id=person.id, at=at)
    _tell(session, "account.password_reset", person.id, by=by, at=at)
    return FirstPassword(
        person_id=person.id,
        login=person.login,
        display_name=person.display_name,
        password=password,
    )


def _is_below(session: Session, person: Person, by: Actor) -> bool:
    """Every role that the person holds is one that `by` may give there."""
    held = [grant for grant in person.grants if grant.revoked_at is None]
    return bool(held) and all(
        _may_give(session, grant.role, _place_of(grant), by) for grant in held
    )


def _place_of(grant: RoleGrant) -> Place:
    return Place(municipality_id=grant.municipality_id, school_id=grant.school_id)


def _may_give(session: Session, role: Role, place: Place, by: Actor) -> bool:
    municipality_id = place.municipality_id
    if place.school_id is not None:
        school = session.get(School, place.school_id)
        municipality_id = school.municipality_id if school else None
    return by.may(WHO_MAKES[role], municipality_id=municipality_id, school_id=place.school_id)


def grant_role(
    session: Session, *, person_id: UUID, role: Role, place: Place, by: Actor | None, at: datetime
) -> RoleGrant:
    """Give a role in a place; the person's sessions end, so that the role is seen at once.

    Args:
        session: a writing session.
        person_id: who gets it.
        role: the role.
        place: where; must fit the role.
        by: who gives it; None for the installation's own first administrator.
        at: when.

    Raises:
        NotYours: the role in that place is not for `by` to give.
        Refusal: the place does not fit the role, or he holds it already.
    """
    if by is not None and not _may_give(session, role, place, by):
        raise NotYours
    _check_place(role, place)
    if _find_grant(session, person_id, role, place) is not None:
        raise Refusal("Эта роль у человека уже есть.")
    grant = RoleGrant(
        person_id=person_id,
        role=role,
        municipality_id=place.municipality_id,
        school_id=place.school_id,
        granted_at=at,
        granted_by_id=by.person_id if by else None,
    )
    session.add(grant)
    revoke_sessions(session, person_id=person_id, at=at)
    _tell(session, "role.granted", person_id, by=by, at=at, new={"role": role}, place=place)
    return grant


def _check_place(role: Role, place: Place) -> None:
    fits = {
        True: place.municipality_id is None and place.school_id is None,
        False: place.municipality_id is not None
        if role in MUNICIPALITY_ROLES
        else place.school_id is not None,
    }[role in REGION_ROLES]
    if not fits:
        raise Refusal("Роль «%(role)s» не подходит к этому месту.", role=role.value)


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
    """
    grant = session.get(RoleGrant, grant_id)
    if grant is None or grant.revoked_at is not None:
        raise NotYours
    place = _place_of(grant)
    if not _may_give(session, grant.role, place, by):
        raise NotYours
    grant.revoked_at = at
    revoke_sessions(session, person_id=grant.person_id, at=at)
    _tell(
        session,
        "role.revoked",
        grant.person_id,
        by=by,
        at=at,
        old={"role": grant.role},
        place=place,
    )


def set_up_installation(
    session: Session,
    *,
    login: str,
    display_name: str,
    password: str,
    municipality: str,
    timezone: str,
    at: datetime,
) -> UUID:
    """On an empty database: the administrator with his own password, and the first municipality.

    Raises:
        Refusal: somebody is there already, or the password is short.
    """
    if session.scalar(select(Person.id).limit(1)) is not None:
        raise Refusal("Установка уже настроена: войдите под своим логином.")
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("В пароле должно быть не меньше знаков: %(least)s.", least=SHORTEST_PASSWORD)
    made = create_account(
        session,
        login=login,
        display_name=display_name,
        role=Role.ADMINISTRATOR,
        place=Place(),
        by=None,
        at=at,
    )
    person = session.get_one(Person, made.person_id)
    person.password_hash, person.must_change_password = hash_password(password), False
    session.add(Municipality(name=municipality.strip(), timezone=timezone))
    return made.person_id


def _tell(
    session: Session,
    action: str,
    person_id: UUID,
    *,
    by: Actor | None,
    at: datetime,
    old: dict[str, str] | None = None,
    new: dict[str, str] | None = None,
    place: Place | None = None,
) -> None:
    record(
        session,
        action=action,
        subject_kind="person",
        subject_id=person_id,
        by=by,
        at=at,
        municipality_id=place.municipality_id if place else None,
        school_id=place.school_id if place else None,
        old=old,
        new=new,
    )
