"""What saving one row of a register changed, told to the trail and to the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record
from app.errors import Refusal
from app.models import Base

Facts = Mapping[str, Any]


class Change(StrEnum):
    """What saving did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """One row as it was and as it is.

    Attributes:
        id: the row's key.
        change: what saving did.
        old: the facts before; empty for a new row.
        new: the facts now.
    """

    id: UUID
    change: Change
    old: Facts
    new: Facts

    @property
    def differing(self) -> tuple[str, ...]:
        """Names of the facts that differ, in the row's order."""
        return tuple(name for name in self.new if self.old.get(name) != self.new[name])


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What an event in the trail is about, and whose it is."""

    kind: str
    id: UUID
    municipality_id: UUID
    school_id: UUID | None = None


def saved(
    session: Session, subject: Subject, *, old: Facts | None, new: Facts, by: Actor, at: datetime
) -> Saved:
    """Compare, and record a change if there is one."""
    if old == new:
        return Saved(id=subject.id, change=Change.UNCHANGED, old=old, new=new)
    done = "added" if old is None else "changed"
    tell(session, subject, done, old=old, new=new, by=by, at=at)
    change = Change.NEW if old is None else Change.CHANGED
    return Saved(id=subject.id, change=change, old=old if old is not None else {}, new=new)


def tell(
    session: Session,
    subject: Subject,
    done: str,
    *,
    by: Actor,
    at: datetime,
    old: Facts | None = None,
    new: Facts | None = None,
) -> None:
    """Record one event of a register."""
    record(
        session,
        action=f"{subject.kind}.{done}",
        subject_kind=subject.kind,
        subject_id=subject.id,
        municipality_id=subject.municipality_id,
        school_id=subject.school_id,
        by=by,
        at=at,
        old=old,
        new=new,
    )


def remove(session: Session, row: Base, refusal: Refusal) -> None:
    """Delete a row on which nothing depends; the database knows what does.

    Raises:
        Refusal: the given one, when another row refers to this one.
    """
    try:
        with session.begin_nested():
            session.delete(row)
            session.flush()
    except IntegrityError as error:
        raise refusal from error
