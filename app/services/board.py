"""Counting the chain of every school and exam anew, so that a region is shown at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.chain import COUNTS, live_counts
from app.models import Campaign, DeskCount, Exam, Municipality, School
from app.models.base import UtcDateTime
from app.queue import enqueue

COUNT_JOB = "count_board"
WORTH_KEEPING = 2_000
"""Pairs of schools and exams from which counts are kept at all."""
_KEYS = ("exam_id", "school_id", "municipality_id", "held_on")


def recount(session: Session, *, municipality_id: UUID, at: datetime) -> None:
    """Count the schools and exams of one municipality and keep the counts."""
    session.execute(delete(DeskCount).where(DeskCount.municipality_id == municipality_id))
    pairs = live_counts([municipality_id]).subquery()
    names = (*_KEYS, *COUNTS)
    moment = literal(at, UtcDateTime()).label("counted_at")
    found = select(*(pairs.c[name] for name in names), moment)
    session.execute(insert(DeskCount).from_select([*names, "counted_at"], found))


def list_counted_places(session: Session) -> tuple[UUID, ...]:
    """Every municipality, in a fixed order, once there is enough to count; none before."""
    schools = session.scalar(select(func.count(School.id))) or 0
    places = session.scalar(select(func.count(Municipality.id))) or 0
    exams = session.scalar(select(func.count(Exam.id)).join(Campaign)) or 0
    if schools * exams <= WORTH_KEEPING * max(places, 1):
        return ()
    return tuple(session.scalars(select(Municipality.id).order_by(Municipality.id)))


def request_recount(session: Session, *, by: Actor, at: datetime) -> None:
    """Have the board counted anew, at most once a minute.

    Raises:
        NotYours: he watches nothing.
    """
    if not by.holds(Permission.WATCH):
        by.require(Permission.WATCH)
    key = f"{COUNT_JOB}:asked:{at:%Y%m%d%H%M}"
    enqueue(session, kind=COUNT_JOB, key=key, payload={}, at=at)
