"""Passwords: how they are made and changed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Refusal
from app.models import LoginFailure, Person
from app.services.accounts.hashing import hash_drawn, hash_password, matches
from app.services.accounts.places import person_below
from app.services.accounts.sessions import revoke_sessions
from app.services.accounts.trail import tell
from app.services.accounts.weak import is_guessable, was_leaked

SHORTEST_PASSWORD = 10
# Letters that nobody mistakes for one another on a printed sheet.
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstPassword:
    """A new account as it is handed out on paper; the password is kept nowhere."""

    person_id: UUID
    login: str
    display_name: str
    password: str


def check_strength(password: str, *, login: str, breached: Path | None) -> None:
    """Pass for a password that is long enough and that nobody would try first.

    Args:
        password: as it was typed.
        login: whose it is to be; it may not be the password's root.
        breached: the installation's own file of passwords known from leaks, if it has one.

    Raises:
        Refusal: it is short, common, made of the login or the product's words, or was leaked.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("В пароле должно быть не меньше знаков: %(least)s.", least=SHORTEST_PASSWORD)
    if is_guessable(password, login=login):
        raise Refusal(
            "Такой пароль подбирают первым: придумайте другой, например четыре слова подряд."
        )
    if breached is not None and was_leaked(password, breached):
        raise Refusal("Этот пароль есть в базах утечек: придумайте другой.")


def change_password(
    session: Session,
    *,
    old: str,
    new: str,
    session_id: UUID,
    by: Actor,
    at: datetime,
    breached: Path | None = None,
) -> None:
    """Replace one's own password; every other session of the person ends.

    Raises:
        Refusal: the old password is wrong, or the new one is weak or the same.
    """
    person = session.get_one(Person, by.person_id)
    if not matches(person, old):
        raise Refusal("Прежний пароль введён неверно.")
    check_strength(new, login=person.login, breached=breached)
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
    session.execute(delete(LoginFailure).where(LoginFailure.person_id == person.id))
    return issue_password(person)


def issue_password(person: Person) -> FirstPassword:
    """Set a new first password, to be changed at the first login."""
    password = _new_password()
    person.password_hash = hash_drawn(password)
    person.must_change_password = True
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
