"""The way in: login and password open a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models import NO_PASSWORD, LoginSession, Person, Theme
from app.services.accounts.passwords import matches

MOST_FAILURES = 5
LOCK = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Knock:
    """A password held against the kept one, as it was at that moment.

    Attributes:
        login: whose it is said to be.
        fits: the account is open and the password is its own.
        against: what was kept.
    """

    login: str
    fits: bool
    against: str = field(repr=False)


def knock(session: Session, *, login: str, password: str, at: datetime) -> Knock:
    """Hold a password against the kept one.

    It takes long by design, hence in a reading session: a writing one would keep every save of
    points waiting as long as somebody tries passwords.
    """
    person = _find(session, login)
    shut = person is None or _is_shut(person, at=at)
    fits = matches(None if shut else person, password)
    return Knock(login=login, fits=fits, against=person.password_hash if person else NO_PASSWORD)


def log_in(
    session: Session, *, knock: Knock, at: datetime, lasts: timedelta, origin: str, agent: str
) -> UUID | None:
    """Open a session after a knock: its id, or None when refused.

    The refusal is a value and not an exception, because the count of failures must be committed.
    An account that was shut, or a password that was changed, since the knock refuses too.
    """
    person = _find(session, knock.login)
    if person is None or _is_shut(person, at=at):
        return None
    if not knock.fits or knock.against != person.password_hash:
        count_failure(person, at=at)
        return None
    if person.factor_secret is None:
        person.failed_logins, person.locked_until = 0, None
    return open_session(session, person, at=at, lasts=lasts, origin=origin, agent=agent)


def _find(session: Session, login: str) -> Person | None:
    return session.scalar(select(Person).where(Person.login == login.strip().lower()))


def _is_shut(person: Person, *, at: datetime) -> bool:
    locked = person.locked_until is not None and person.locked_until > at
    return locked or person.disabled_at is not None


def count_failure(person: Person, *, at: datetime) -> None:
    """One more wrong password or code; the last of them shuts the account for a while."""
    person.failed_logins += 1
    if person.failed_logins >= MOST_FAILURES:
        person.failed_logins, person.locked_until = 0, at + LOCK


def open_session(
    session: Session, person: Person, *, at: datetime, lasts: timedelta, origin: str, agent: str
) -> UUID:
    """A new session of the person: its id."""
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


def choose_theme(session: Session, *, theme: Theme, by: Actor) -> None:
    """Remember light or dark pages with the account."""
    session.get_one(Person, by.person_id).theme = theme


def choose_locale(session: Session, *, locale: str, by: Actor) -> None:
    """Remember the language that the person reads."""
    session.get_one(Person, by.person_id).locale = locale
