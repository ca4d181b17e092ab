"""Municipalities, and the territories of responsible coordinators: added by the administrator."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.errors import NotYours, Refusal
from app.models import Municipality, Territory, clean_timezone


def add_municipality(
    session: Session, *, name: str, territory: Territory, timezone: str, by: Actor, at: datetime
) -> UUID:
    """Add a municipality, or the schools that belong to none (S 3, 9).

    Raises:
        NotYours: `by` does not manage the installation.
        Refusal: the name is empty or taken, or the time zone is unknown.
    """
    by.require(Permission.MANAGE_INSTALLATION)
    name = _checked_name(session, name, itself=None)
    timezone = clean_timezone(timezone)
    made = Municipality(name=name, territory=territory, timezone=timezone)
    session.add(made)
    session.flush()
    _tell(session, made, "municipality.added", None, by=by, at=at)
    return made.id


def change_municipality(
    session: Session, *, municipality_id: UUID, name: str, timezone: str, by: Actor, at: datetime
) -> None:
    """Correct the name or the time zone; the kind of territory stays.

    Raises:
        NotYours: `by` does not manage the installation, or there is no such municipality.
        Refusal: the name is empty or taken, or the time zone is unknown.
    """
    by.require(Permission.MANAGE_INSTALLATION)
    found = session.get(Municipality, municipality_id)
    if found is None:
        raise NotYours
    name = _checked_name(session, name, itself=municipality_id)
    timezone = clean_timezone(timezone)
    old = _facts(found)
    found.name, found.timezone = name, timezone
    _tell(session, found, "municipality.changed", old, by=by, at=at)


def _checked_name(session: Session, name: str, *, itself: UUID | None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refusal("Название муниципалитета пусто.")
    holder = session.scalar(select(Municipality.id).where(Municipality.name == name))
    if holder is not None and holder != itself:
        raise Refusal("Муниципалитет «%(name)s» уже есть.", name=name)
    return name


def _facts(found: Municipality) -> dict[str, str]:
    return {"name": found.name, "territory": found.territory.value, "timezone": found.timezone}


def _tell(
    session: Session,
    found: Municipality,
    action: str,
    old: dict[str, str] | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    record(
        session,
        action=action,
        subject_kind="municipality",
        subject_id=found.id,
        by=by,
        at=at,
        municipality_id=found.id,
        old=old,
        new=_facts(found),
    )
