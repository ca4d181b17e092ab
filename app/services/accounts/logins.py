"""The way in: login and password open a session.

Failures are rows, so that every process of the installation counts the same ones. Five of one
account in a quarter of an hour shut it; but from an address that its owner has logged in from, only
that address's own failures count, so that strangers cannot keep people out. An address that fails
often, whoever it tries to be, has to wait.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models import NO_PASSWORD, LoginFailure, LoginSession, Person, Theme
from app.services.accounts.hashing import matches

MOST_FAILURES = 5
MOST_OF_ADDRESS = 50
LOCK = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)
_KEPT_FOR = timedelta(days=1)
_NETWORK_BITS = 64


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


def seconds_to_wait(session: Session, *, origin: str, at: datetime) -> int:
    """How long nobody may try from this address; 0 when he may."""
    here = LoginFailure.address == address_of(origin)
    newest = (
        select(LoginFailure.at)
        .where(here, LoginFailure.at > at - LOCK)
        .order_by(LoginFailure.at.desc())
        .limit(MOST_OF_ADDRESS)
    )
    failed = session.scalars(newest).all()
    if len(failed) < MOST_OF_ADDRESS:
        return 0
    return max(1, int((failed[-1] + LOCK - at).total_seconds()))


def knock(session: Session, *, login: str, password: str, origin: str, at: datetime) -> Knock:
    """Hold a password against the kept one.

    It takes long by design, hence in a reading session: a writing one would keep every save of
    points waiting as long as somebody tries passwords.
    """
    person = _find(session, login)
    shut = person is None or is_shut(session, person, origin=origin, at=at)
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
    if person is None or is_shut(session, person, origin=origin, at=at):
        count_failure(session, None, origin=origin, at=at)
        return None
    if not knock.fits or knock.against != person.password_hash:
        count_failure(session, person, origin=origin, at=at)
        return None
    if person.factor_secret is None:
        forget_failures(session, person, origin=origin)
    return open_session(session, person, at=at, lasts=lasts, origin=origin, agent=agent)


def _find(session: Session, login: str) -> Person | None:
    return session.scalar(select(Person).where(Person.login == login.strip().lower()))


def is_shut(session: Session, person: Person, *, origin: str, at: datetime) -> bool:
    """Whether nobody gets in as this person from there now."""
    if person.disabled_at is not None:
        return True
    recent = [LoginFailure.person_id == person.id, LoginFailure.at > at - LOCK]
    if _is_known(session, person, origin=origin, at=at):
        recent.append(LoginFailure.address == address_of(origin))
    return _count(session, recent) >= MOST_FAILURES


def _is_known(session: Session, person: Person, *, origin: str, at: datetime) -> bool:
    """Whether the person himself came in from this address lately, through every door he has."""
    opened = select(LoginSession.origin).where(
        LoginSession.person_id == person.id, LoginSession.created_at > at - KNOWN_FOR
    )
    if person.factor_secret is not None:
        opened = opened.where(LoginSession.factor_given_at.is_not(None))
    return address_of(origin) in set(map(address_of, session.scalars(opened.distinct())))


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(LoginFailure).where(*conditions)) or 0


def count_failure(session: Session, person: Person | None, *, origin: str, at: datetime) -> None:
    """One more wrong password or code; those of yesterday go."""
    session.execute(delete(LoginFailure).where(LoginFailure.at < at - _KEPT_FOR))
    person_id = person.id if person is not None else None
    session.add(LoginFailure(person_id=person_id, address=address_of(origin), at=at))
    session.flush()


def forget_failures(session: Session, person: Person, *, origin: str) -> None:
    """He is in: what he mistyped here before does not count."""
    session.execute(
        delete(LoginFailure).where(
            LoginFailure.person_id == person.id, LoginFailure.address == address_of(origin)
        )
    )


def address_of(origin: str) -> str:
    """What counts as one address: of the sixth version a network, which a household owns whole."""
    try:
        found = ipaddress.ip_address(origin)
    except ValueError:
        return origin[:100]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))


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
