"""A person's own messages, how many are unread, and what he wants of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models import MailChoice, Message, MessageChoice, MessageKind, Person
from app.notices import USUAL
from app.queries.paging import newest_page


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageView:
    """One message."""

    id: UUID
    kind: MessageKind
    text: str
    params: Mapping[str, object]
    created_at: datetime
    is_unread: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MessagePage:
    """One page of messages, the newest first, and where the next one begins."""

    messages: tuple[MessageView, ...]
    older: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """How a kind is wanted."""

    kind: MessageKind
    shown: bool
    by_mail: MailChoice


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """A person's address and choices, a row a kind."""

    email: str
    kinds: tuple[Choice, ...]


def count_unread(session: Session, *, actor: Actor) -> int:
    """How many messages the bell counts."""
    query = select(func.count(Message.id)).where(
        Message.person_id == actor.person_id, Message.read_at.is_(None), Message.shown.is_(True)
    )
    return session.scalar(query) or 0


def list_messages(session: Session, *, actor: Actor, before: UUID | None = None) -> MessagePage:
    """His messages, the newest first.

    Args:
        session: a reading session.
        actor: whose.
        before: the last message of the page before.
    """
    query = select(Message).where(Message.person_id == actor.person_id, Message.shown.is_(True))
    rows, older = newest_page(session, query, Message, before=before)
    return MessagePage(messages=tuple(map(_view, rows)), older=older)


def _view(row: Message) -> MessageView:
    return MessageView(
        id=row.id,
        kind=row.kind,
        text=row.text,
        params=row.params,
        created_at=row.created_at,
        is_unread=row.read_at is None,
    )


def get_choices(session: Session, *, actor: Actor) -> Choices:
    """His address and what he wants."""
    query = select(MessageChoice).where(MessageChoice.person_id == actor.person_id)
    kept = {row.kind: (row.shown, row.by_mail) for row in session.scalars(query)}
    person = session.get_one(Person, actor.person_id)
    return Choices(
        email=person.email or "",
        kinds=tuple(
            Choice(kind=kind, shown=shown, by_mail=by_mail)
            for kind in MessageKind
            for shown, by_mail in (kept.get(kind, USUAL),)
        ),
    )
