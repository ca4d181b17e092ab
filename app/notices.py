"""Telling people: messages are written in the transaction that causes them, mailed after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.models import (
    MailChoice,
    Message,
    MessageChoice,
    MessageKind,
    Person,
    RoleGrant,
)
from app.queue import enqueue

LETTER_JOB = "letter"
DIGEST_JOB = "digest"
USUAL = (True, MailChoice.DIGEST)


def notify(
    session: Session,
    *,
    people: Iterable[UUID],
    kind: MessageKind,
    text: str,
    endpoint: str,
    at: datetime,
    params: Mapping[str, str | int] | None = None,
    values: Mapping[str, str] | None = None,
) -> int:
    """Write a message to each person, as he wants messages of the kind.

    Args:
        session: a writing session.
        people: to whom; closed accounts are passed over.
        kind: what it is about.
        text: a Russian sentence with named places.
        endpoint: the page where the person goes on.
        at: when.
        params: what fills the places.
        values: what the page's address needs.

    Returns:
        How many people were told.
    """
    open_accounts = select(Person.id).where(
        Person.id.in_(set(people)), Person.disabled_at.is_(None)
    )
    there = set(session.scalars(open_accounts))
    wanted = _choices(session, there, kind)
    told = 0
    for person_id in sorted(there):
        shown, by_mail = wanted.get(person_id, USUAL)
        if not shown and by_mail is MailChoice.NEVER:
            continue
        message = Message(
            person_id=person_id,
            kind=kind,
            text=text,
            params=dict(params or {}),
            endpoint=endpoint,
            values=dict(values or {}),
            shown=shown,
            by_mail=by_mail,
            created_at=at,
        )
        session.add(message)
        session.flush()
        told += 1
        if by_mail is MailChoice.AT_ONCE:
            _send_at_once(session, message, at=at)
    return told


def _send_at_once(session: Session, message: Message, *, at: datetime) -> None:
    enqueue(
        session,
        kind=LETTER_JOB,
        key=f"letter:{message.id}",
        payload={"person_id": str(message.person_id)},
        at=at,
    )


def holders(
    session: Session,
    roles: Iterable[Role],
    *,
    municipality_id: UUID | None = None,
    school_ids: Iterable[UUID] = (),
) -> frozenset[UUID]:
    """Who holds one of the roles now, over the municipality or over one of the schools."""
    query = select(RoleGrant.person_id).where(
        RoleGrant.role.in_(set(roles)), RoleGrant.revoked_at.is_(None)
    )
    of_place = RoleGrant.municipality_id == municipality_id
    of_schools = RoleGrant.school_id.in_(set(school_ids))
    place = of_schools if municipality_id is None else of_place | of_schools
    return frozenset(session.scalars(query.where(place)))


def _choices(
    session: Session, people: set[UUID], kind: MessageKind
) -> dict[UUID, tuple[bool, MailChoice]]:
    query = select(MessageChoice).where(
        MessageChoice.person_id.in_(people), MessageChoice.kind == kind
    )
    return {one.person_id: (one.shown, one.by_mail) for one in session.scalars(query)}
