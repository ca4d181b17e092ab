"""A person's messages: read, and switched by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record
from app.errors import NotYours, Refusal
from app.models import MailChoice, Message, MessageChoice, MessageKind, Person

_ADDRESS = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+$", re.ASCII)
LONGEST_ADDRESS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """How one kind is wanted."""

    shown: bool
    by_mail: MailChoice


def mark_read(session: Session, *, message_id: UUID, by: Actor, at: datetime) -> Message:
    """Say that one of one's own messages was read; the first time counts.

    Raises:
        NotYours: there is no such message to him.
    """
    found = session.get(Message, message_id)
    if found is None or found.person_id != by.person_id or not found.shown:
        raise NotYours
    found.read_at = found.read_at or at
    return found


def mark_all_read(session: Session, *, by: Actor, at: datetime) -> None:
    """Say that all of one's messages were read."""
    session.execute(
        update(Message)
        .where(Message.person_id == by.person_id, Message.read_at.is_(None))
        .values(read_at=at)
    )


def choose(
    session: Session,
    *,
    email: str,
    wanted: Mapping[MessageKind, Wanted],
    by: Actor,
    at: datetime,
) -> None:
    """Set one's own address and how every kind is wanted.

    Raises:
        Refusal: the address is none, or letters are wanted without one.
    """
    email = email.strip()
    if email and (len(email) > LONGEST_ADDRESS or not _ADDRESS.match(email)):
        raise Refusal("Адрес «%(email)s»: ожидается вид name@example.org.", email=email)
    if not email and any(one.by_mail is MailChoice.AT_ONCE for one in wanted.values()):
        raise Refusal("Чтобы получать письма, укажите адрес электронной почты.")
    person = session.get_one(Person, by.person_id)
    person.email = email or None
    kept = {
        row.kind: row
        for row in session.scalars(
            select(MessageChoice).where(MessageChoice.person_id == by.person_id)
        )
    }
    for kind, one in wanted.items():
        row = kept.get(kind)
        if row is None:
            row = MessageChoice(person_id=by.person_id, kind=kind, shown=True)
            session.add(row)
        row.shown, row.by_mail = one.shown, one.by_mail
    session.flush()
    record(
        session,
        action="messages.chosen",
        subject_kind="person",
        subject_id=by.person_id,
        by=by,
        at=at,
    )
