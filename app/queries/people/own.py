"""One's own open sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models import (
    LoginSession,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionView:
    """One open session of one's own."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    origin: str
    agent: str


def list_own_sessions(session: Session, *, by: Actor, at: datetime) -> tuple[SessionView, ...]:
    """One's own open sessions, the newest first."""
    query = (
        select(LoginSession)
        .where(
            LoginSession.person_id == by.person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > at,
        )
        .order_by(LoginSession.created_at.desc(), LoginSession.id)
    )
    return tuple(
        SessionView(
            id=found.id,
            created_at=found.created_at,
            expires_at=found.expires_at,
            origin=found.origin,
            agent=found.agent,
        )
        for found in session.scalars(query)
    )
