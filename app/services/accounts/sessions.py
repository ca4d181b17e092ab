"""Sittings of people in browsers: ended by themselves, by the level above, or by a change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours, Refusal
from app.models import LoginSession, Person
from app.services.accounts.hashing import matches
from app.services.accounts.places import person_below
from app.services.accounts.trail import tell


def log_out(session: Session, *, session_id: UUID, at: datetime) -> None:
    """End one session."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def renew_session(session: Session, *, session_id: UUID, at: datetime) -> UUID:
    """End a session and open one like it: who has proved himself again goes on under a new id."""
    old = session.get_one(LoginSession, session_id)
    new = LoginSession(
        person_id=old.person_id,
        created_at=at,
        expires_at=old.expires_at,
        origin=old.origin,
        agent=old.agent,
        factor_given_at=old.factor_given_at,
    )
    old.revoked_at = at
    session.add(new)
    session.flush()
    return new.id


def end_own_session(
    session: Session, *, session_id: UUID, password: str, by: Actor, at: datetime
) -> None:
    """End one of one's own sessions, left open in another browser.

    Raises:
        NotYours: it is somebody else's, or there is none.
        Refusal: the password is wrong.
    """
    found = session.get(LoginSession, session_id)
    if found is None or found.person_id != by.person_id:
        raise NotYours
    if not matches(session.get_one(Person, by.person_id), password):
        raise Refusal("Пароль введён неверно.")
    log_out(session, session_id=session_id, at=at)
    tell(session, "account.session_ended", by.person_id, by=by, at=at)


def end_sessions(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """End every session of a person of the level below.

    Raises:
        NotYours: some role of his is not for `by` to give.
    """
    person_below(session, person_id, by=by)
    revoke_sessions(session, person_id=person_id, at=at)
    tell(session, "account.sessions_ended", person_id, by=by, at=at)


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
