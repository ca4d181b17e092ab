"""What accounts leave in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record
from app.services.accounts.places import NOWHERE, Place


def tell(
    session: Session,
    action: str,
    person_id: UUID,
    *,
    by: Actor | None,
    at: datetime,
    old: Mapping[str, str] | None = None,
    new: Mapping[str, str] | None = None,
    place: Place = NOWHERE,
) -> None:
    """Record one change of an account."""
    record(
        session,
        action=action,
        subject_kind="person",
        subject_id=person_id,
        by=by,
        at=at,
        municipality_id=place.municipality_id,
        school_id=place.school_id,
        old=old,
        new=new,
    )
