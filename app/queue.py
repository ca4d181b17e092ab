"""Writing a job in the transaction that causes it, and taking, keeping and ending its lease."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.models import Job, JobState

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """A worker's right to one job; the attempt number refuses the result of a late worker."""

    job_id: UUID
    attempt: int
    is_last: bool
    kind: str
    payload: dict[str, Any]


def enqueue(
    session: Session,
    *,
    kind: str,
    key: str,
    payload: dict[str, Any],
    at: datetime,
    municipality_id: UUID | None = None,
) -> Job:
    """Write a job; the same key twice is one job."""
    found = session.scalar(select(Job).where(Job.key == key))
    if found is not None:
        return found
    job = Job(
        kind=kind,
        key=key,
        payload=payload,
        attempts_allowed=MOST_ATTEMPTS,
        created_at=at,
        municipality_id=municipality_id,
    )
    session.add(job)
    session.flush()
    return job


def take(session: Session, *, at: datetime) -> Lease | None:
    """Lease the oldest job that waits or whose holder fell silent; None when there is none.

    A job that has had its last attempt is set aside on the way.
    """
    while (job := _find_free(session, at=at)) is not None:
        if job.attempt < job.attempts_allowed:
            return _lease(job, at=at)
        _set_aside(job, at=at)
        session.flush()
    return None


def _find_free(session: Session, *, at: datetime) -> Job | None:
    free = or_(
        Job.state == JobState.WAITING, (Job.state == JobState.RUNNING) & (Job.lease_until < at)
    )
    query = select(Job).where(free).order_by(Job.created_at, Job.id).limit(1)
    return session.scalar(query.with_for_update(skip_locked=True))


def _lease(job: Job, *, at: datetime) -> Lease:
    job.state, job.attempt, job.lease_until = JobState.RUNNING, job.attempt + 1, at + LEASE
    job.started_at = job.started_at or at
    return Lease(
        job_id=job.id,
        attempt=job.attempt,
        is_last=job.attempt >= job.attempts_allowed,
        kind=job.kind,
        payload=job.payload,
    )


def _set_aside(job: Job, *, at: datetime) -> None:
    job.state, job.lease_until, job.ended_at = JobState.FAILED, None, at
    job.message = job.message or "обработчик трижды остановился на этом задании"


def keep(
    session: Session,
    lease: Lease,
    *,
    at: datetime,
    done: int | None = None,
    total: int | None = None,
    tally: Mapping[str, int] | None = None,
) -> bool:
    """Prolong the lease and tell progress; False when the job has passed to another worker."""
    values: dict[str, Any] = {"lease_until": at + LEASE}
    if tally is not None:
        values["tally"] = dict(tally)
    if done is not None:
        values["done_steps"] = done
    if total is not None:
        values["total_steps"] = total
    return _held(session, lease, values)


def finish(session: Session, lease: Lease, *, at: datetime) -> bool:
    """End the job well, in the transaction that stores its result; False refuses the result."""
    return _held(
        session,
        lease,
        {
            "state": JobState.DONE,
            "lease_until": None,
            "ended_at": at,
            "message": "",
            "message_params": {},
        },
    )


def fail(
    session: Session,
    lease: Lease,
    *,
    at: datetime,
    message: str,
    params: Mapping[str, object],
    final: bool,
) -> bool:
    """Give the job back for another attempt, or end it with the reason when `final`.

    Args:
        session: a writing session.
        lease: the worker's hold on the job.
        at: when.
        message: the reason: a Russian sentence with named places.
        params: what fills the places.
        final: another attempt would end the same.
    """
    ended = final or lease.is_last
    state = JobState.FAILED if ended else JobState.WAITING
    values = {
        "state": state,
        "lease_until": None,
        "message": message,
        "message_params": dict(params),
        "ended_at": at if ended else None,
    }
    return _held(session, lease, values)


def _held(session: Session, lease: Lease, values: dict[str, Any]) -> bool:
    changed = session.execute(
        update(Job)
        .where(Job.id == lease.job_id, Job.attempt == lease.attempt, Job.state == JobState.RUNNING)
        .values(values)
        .returning(Job.id)
    )
    return changed.first() is not None
