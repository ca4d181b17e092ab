"""Sittings of people in browsers: ended by themselves, by the level above, or by a change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours
from app.models import LoginSession
from app.services.accounts.places import person_below
from app.services.accounts.trail import tell


def log_out(session: Session, *, session_id: UUID, at: datetime) -> None:
    """End one session."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def end_own_session(session: Session, *, session_id: UUID, by: Actor, at: datetime) -> None:
    """End one of one's own sessions, left open in another browser.

    Raises:
        NotYours: it is somebody else's, or there is none.
    """
    found = session.get(LoginSession, session_id)
    if found is None or found.person_id != by.person_id:
        raise NotYours
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
