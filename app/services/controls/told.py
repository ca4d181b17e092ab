"""An expert takes the word about a control outside the tolerance, and goes on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours
from app.models import ControlReading


def take_word(session: Session, *, reading_id: UUID, by: Actor, at: datetime) -> None:
    """Keep that the expert has seen the agreed points and why.

    Raises:
        NotYours: it is no control of his that was handed in.
    """
    found = session.get(ControlReading, reading_id)
    if found is None or found.judged_at is None:
        raise NotYours
    if found.assignment.expert.person_id != by.person_id:
        raise NotYours
    if found.told_at is None:
        found.told_at = at
