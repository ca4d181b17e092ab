"""A person's sitting in a browser: opened, kept alive by use, ended when he goes away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from flask import Flask, session
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.queries.accounts import Visitor, find_visitor
from app.web.context import SignedIn, asking, installation, now, origin

log = structlog.get_logger()
_SEEN = "seen"
# How old the note of the last request may grow: not every answer need carry a new cookie.
_NOTE_EVERY = timedelta(minutes=1)


def watch_sittings(app: Flask) -> None:
    """Note in the cookie when it was last used."""
    app.after_request(_note)


def load_user(user_id: str) -> SignedIn | None:
    """The visitor of a session's id, for Flask-Login; nobody once he has been away too long."""
    seen = _last_seen()
    away = timedelta(minutes=installation().settings.idle_minutes)
    if seen is None or now() - seen > away:
        return None
    return _find(user_id)


def enter(opened: UUID) -> None:
    """Make this browser the sitting's; what it carried before is dropped.

    Raises:
        RuntimeError: the session that was just opened is not there: a bug.
    """
    found = _find(str(opened))
    if found is None:
        raise RuntimeError("a session that was just opened is not there")
    session.clear()
    session[_SEEN] = int(now().timestamp())
    login_user(found)
    structlog.contextvars.bind_contextvars(person=str(found.visitor.actor.person_id))


def leave() -> None:
    """Forget the sitting in this browser."""
    logout_user()
    session.clear()


def _find(user_id: str) -> SignedIn | None:
    try:
        wanted = UUID(user_id)
    except ValueError:
        return None
    with asking() as database:
        found: Visitor | None = find_visitor(database, session_id=wanted, at=now(), origin=origin())
    return SignedIn(found) if found is not None else None


def _last_seen() -> datetime | None:
    noted = session.get(_SEEN)
    return datetime.fromtimestamp(noted, UTC) if isinstance(noted, int) else None


def _note(response: Response) -> Response:
    seen = _last_seen()
    stale = seen is not None and now() - seen > _NOTE_EVERY
    if stale and current_user and current_user.is_authenticated:
        session[_SEEN] = int(now().timestamp())
    return response
