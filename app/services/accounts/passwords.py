"""Passwords: how they are made, kept and changed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Refusal
from app.models import NO_PASSWORD, Person
from app.services.accounts.places import person_below
from app.services.accounts.sessions import revoke_sessions
from app.services.accounts.trail import tell

SHORTEST_PASSWORD = 10
# Letters that nobody mistakes for one another on a printed sheet.
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet

_hasher = PasswordHasher()
# First passwords are drawn, 59 bits each: nobody tries them all whatever a try costs. Hundreds are
# made in one transaction, which must not hold the database for a minute.
_hasher_of_drawn = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
# Checked when nothing can match, so that the answer takes as long as for a known login.
_NOBODYS_HASH = _hasher.hash(secrets.token_hex(8))


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstPassword:
    """A new account as it is handed out on paper; the password is kept nowhere."""

    person_id: UUID
    login: str
    display_name: str
    password: str


def hash_password(password: str) -> str:
    """The password as it is kept: argon2id with the library's own parameters."""
    return _hasher.hash(password)


def matches(person: Person | None, password: str) -> bool:
    """Whether the password is the person's; takes as long when there is none to compare."""
    known = person is not None and person.password_hash != NO_PASSWORD
    kept = person.password_hash if person is not None and known else _NOBODYS_HASH
    fits = _fits(kept, password)
    if _hasher.check_needs_rehash(kept):
        _fits(_NOBODYS_HASH, password)
    return fits and known


def _fits(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except VerifyMismatchError:
        return False


def check_length(password: str) -> None:
    """Pass for a password that is long enough.

    Raises:
        Refusal: it is short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("В пароле должно быть не меньше знаков: %(least)s.", least=SHORTEST_PASSWORD)


def change_password(
    session: Session, *, old: str, new: str, session_id: UUID, by: Actor, at: datetime
) -> None:
    """Replace one's own password; every other session of the person ends.

    Raises:
        Refusal: the old password is wrong, or the new one is short or the same.
    """
    person = session.get_one(Person, by.person_id)
    if not matches(person, old):
        raise Refusal("Прежний пароль введён неверно.")
    check_length(new)
    if old == new:
        raise Refusal("Новый пароль совпадает с прежним: придумайте другой.")
    person.password_hash, person.must_change_password = hash_password(new), False
    revoke_sessions(session, person_id=person.id, at=at, but=session_id)
    tell(session, "account.password_changed", person.id, by=by, at=at)


def reset_password(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> FirstPassword:
    """Give a person of one's own level below a new first password; his sessions end.

    Raises:
        NotYours: some role of his is not for `by` to give.
        Refusal: the account is closed.
    """
    person = person_below(session, person_id, by=by)
    if person.disabled_at is not None:
        raise Refusal("Учётная запись закрыта: сначала откройте её.")
    revoke_sessions(session, person_id=person.id, at=at)
    tell(session, "account.password_reset", person.id, by=by, at=at)
    return issue_password(person)


def issue_password(person: Person) -> FirstPassword:
    """Set a new first password, to be changed at the first login."""
    password = _new_password()
    person.password_hash = _hasher_of_drawn.hash(password)
    person.must_change_password = True
    person.failed_logins, person.locked_until = 0, None
    return FirstPassword(
        person_id=person.id,
        login=person.login,
        display_name=person.display_name,
        password=password,
    )


def _new_password() -> str:
    """Three groups of four signs, about 59 bits."""
    signs = [secrets.choice(PASSWORD_ALPHABET) for _ in range(12)]
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))
