"""What a route needs of its surroundings: database, files, time, the acting person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, flash, g, request
from flask_login import UserMixin, current_user
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.db import Database
from app.errors import Refusal
from app.queries.accounts import Visitor
from app.settings import Settings
from app.storage import FileStore
from app.web.words import told
from assignment import AssignmentError
from scanning import ScanError
from scoring import ScoringError

# Every kind of refusal carries its sentence as `text` and what fills it as `params`.
REFUSALS = (Refusal, AssignmentError, ScanError, ScoringError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """The parts of the running installation that a request may use."""

    settings: Settings
    database: Database
    store: FileStore


class SignedIn(UserMixin):  # type: ignore[misc]  # the library has no types
    """The logged-in visitor as Flask-Login wants to see him: his id is his session's id."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def get_id(self) -> str:
        """The id that the cookie carries."""
        return str(self.visitor.session_id)


def installation() -> Installation:
    """The installation behind this request."""
    return cast(Installation, current_app.extensions["sverka"])


def now() -> datetime:
    """One moment for the whole request."""
    if "now" not in g:
        g.now = clock.now()
    return cast(datetime, g.now)


def today() -> date:
    """The present day where the visitor works; terms are counted in days."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The day of a moment where the visitor works."""
    return moment.astimezone(ZoneInfo(own_timezone())).date()


def own_timezone() -> str:
    """The zone of the visitor's municipality; the installation's where there is not just one."""
    return (visitor().timezone if is_signed_in() else "") or installation().settings.timezone


def is_signed_in() -> bool:
    """Whether somebody is logged in."""
    return bool(current_user and current_user.is_authenticated)


def origin() -> str:
    """Where the request comes from, for the trail."""
    return request.remote_addr or ""


def visitor() -> Visitor:
    """The logged-in person."""
    return cast(SignedIn, current_user).visitor


def actor() -> Actor:
    """The acting person as services know him."""
    return visitor().actor


def session_id() -> UUID:
    """The visitor's own session."""
    return visitor().session_id


def transaction() -> AbstractContextManager[Session]:
    """The writing transaction of this request."""
    return installation().database.transaction()


def reading() -> AbstractContextManager[Session]:
    """A session that cannot write."""
    return installation().database.reading()


def asking() -> AbstractContextManager[Session]:
    """A session for a single question."""
    return installation().database.asking()


def say(text: str, category: str = "success", **params: object) -> None:
    """Tell the person something on the next page."""
    flash(told(text, params), category)


@contextmanager
def refusals_flashed() -> Iterator[None]:
    """Show a refusal on the next page instead of failing; the route goes on to its redirect."""
    try:
        yield
    except REFUSALS as refusal:
        say(refusal.text, "danger", **refusal.params)
