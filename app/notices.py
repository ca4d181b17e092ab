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
_NOT_AT_ALL = (False, MailChoice.NEVER)


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
    wanted = _wanted(session, people, kind)
    for person_id, (shown, by_mail) in wanted.items():
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
        if by_mail is MailChoice.AT_ONCE:
            _send_at_once(session, message, at=at)
    return len(wanted)


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


def _wanted(
    session: Session, people: Iterable[UUID], kind: MessageKind
) -> dict[UUID, tuple[bool, MailChoice]]:
    """How those with open accounts want messages of the kind; who wants none is left out."""
    named = set(people)
    open_accounts = select(Person.id).where(Person.id.in_(named), Person.disabled_at.is_(None))
    choices = select(MessageChoice).where(
        MessageChoice.person_id.in_(named), MessageChoice.kind == kind
    )
    chosen = {one.person_id: (one.shown, one.by_mail) for one in session.scalars(choices)}
    wanted = {one: chosen.get(one, USUAL) for one in sorted(session.scalars(open_accounts))}
    return {one: how for one, how in wanted.items() if how != _NOT_AT_ALL}
