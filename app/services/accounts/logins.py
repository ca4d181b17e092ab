"""The way in: login and password open a session."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models import LoginSession, Person
from app.services.accounts.passwords import matches

MOST_FAILURES = 5
LOCK = timedelta(minutes=15)


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
    if person is None or _is_shut(person, at=at):
        matches(None, password)
        return None
    if not matches(person, password):
        _count_failure(person, at=at)
        return None
    person.failed_logins, person.locked_until = 0, None
    return _open_session(session, person, at=at, lasts=lasts, origin=origin, agent=agent)


def _is_shut(person: Person, *, at: datetime) -> bool:
    locked = person.locked_until is not None and person.locked_until > at
    return locked or person.disabled_at is not None


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


def choose_locale(session: Session, *, locale: str, by: Actor) -> None:
    """Remember the language that the person reads."""
    session.get_one(Person, by.person_id).locale = locale
