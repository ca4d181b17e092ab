"""What has served its turn goes after its term: ended jobs, logins, letters, old messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from app.bridge.bundles import BUNDLE_JOB
from app.models import Bundle, Digest, Job, JobState, LoginFailure, LoginSession, Message
from app.models.base import Base

TIDY_JOB = "tidy"
# So many rows go in one transaction: whoever saves points waits for no more.
MOST_AT_ONCE = 200
# What a day's failures of logging in are counted over is a quarter of an hour.
FAILURES_KEPT = timedelta(days=1)
Remove = Callable[[Session], int]


def removals(*, at: datetime, done: timedelta, messages: timedelta) -> Sequence[Remove]:
    """What there is to remove: each call takes a portion, and says how many rows went.

    Args:
        at: now.
        done: how long ended jobs, ended logins and the marks of sent letters are kept.
        messages: how long messages to people are kept.
    """
    old, day = at - done, (at - done).date()
    ended = (LoginSession.expires_at < old) | (LoginSession.revoked_at < old)
    return (
        lambda session: remove_jobs(session, before=old),
        lambda session: _remove(session, LoginSession, ended),
        lambda session: _remove(session, LoginFailure, LoginFailure.at < at - FAILURES_KEPT),
        lambda session: _remove(session, Digest, Digest.day < day),
        lambda session: _remove(session, Message, Message.created_at < at - messages),
    )


def remove_jobs(session: Session, *, before: datetime) -> int:
    """Remove a portion of the jobs that ended well, or that a person put away, before a moment.

    What failed and nobody looked at stays, and so does the reading of a bundle that is still to be
    read: its page tells why it failed, and the next reading is numbered after it.
    """
    done = (Job.state == JobState.DONE) & (Job.ended_at < before)
    put_away = (Job.state == JobState.FAILED) & (Job.put_away_at < before)
    query = (
        select(Job.id)
        .where(or_(done, put_away), Job.created_at < before, Job.id.not_in(_still_told(session)))
        .order_by(Job.created_at, Job.id)
        .limit(MOST_AT_ONCE)
    )
    return _delete(session, Job, session.scalars(query).all())


def _still_told(session: Session) -> Sequence[UUID]:
    """Readings that were put away, of bundles that nobody has read yet: few at any time."""
    query = select(Job).where(
        Job.kind == BUNDLE_JOB, Job.state == JobState.FAILED, Job.put_away_at.is_not(None)
    )
    readings = {job.id: UUID(job.payload["bundle_id"]) for job in session.scalars(query)}
    unread = select(Bundle.id).where(Bundle.id.in_(readings.values()), Bundle.read_at.is_(None))
    waiting = set(session.scalars(unread))
    return [job_id for job_id, bundle_id in readings.items() if bundle_id in waiting]


def _remove(session: Session, table: type[Base], condition: ColumnElement[bool]) -> int:
    found = select(table.id).where(condition).limit(MOST_AT_ONCE)  # type: ignore[attr-defined]  # every table has one
    return _delete(session, table, session.scalars(found).all())


def _delete(session: Session, table: type[Base], found: Sequence[UUID]) -> int:
    session.execute(delete(table).where(table.id.in_(found)))  # type: ignore[attr-defined]  # the same
    return len(found)
