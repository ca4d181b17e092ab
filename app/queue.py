"""Writing a job in the transaction that causes it, and taking, keeping and ending its lease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.models import Job, JobState

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
# Deaths of its workers or machines before they too count as tries: a job can be what fells them.
MOST_LAPSES = 10
# A job that found the disk or the storage away waits longer from time to time, three hours in all.
PAUSE, LONGEST_PAUSE, MOST_PAUSES = timedelta(seconds=30), timedelta(minutes=5), 40
# Under this name a session remembers the jobs that others may take once it has committed.
READY_JOBS = "ready_jobs"


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
    make_ready(session, job)
    return job


def make_ready(session: Session, job: Job) -> None:
    """Have the job's id carried to the workers when the session has committed."""
    session.info.setdefault(READY_JOBS, []).append(job.id)


def list_free(session: Session, *, at: datetime, limit: int) -> Sequence[UUID]:
    """The oldest jobs that wait or whose holder fell silent."""
    query = select(Job.id).where(_is_free(at)).order_by(Job.created_at, Job.id).limit(limit)
    return session.scalars(query).all()


def take(
    session: Session, *, at: datetime, holder: UUID | None = None, job_id: UUID | None = None
) -> Lease | None:
    """Lease the oldest job that waits or whose holder fell silent; None when there is none.

    A job that has had its last attempt is set aside on the way.

    Args:
        session: a writing session.
        at: when.
        holder: the worker that takes it.
        job_id: the only job that is wanted; any when None.
    """
    while (job := _find_free(session, at=at, job_id=job_id)) is not None:
        if job.state is JobState.RUNNING:
            _forgive(job)
        if job.attempt < job.attempts_allowed:
            return _lease(job, holder=holder, at=at)
        _set_aside(job, at=at)
        session.flush()
    return None


def _is_free(at: datetime) -> ColumnElement[bool]:
    silent = (Job.state == JobState.RUNNING) & (Job.lease_until < at)
    return or_(Job.state == JobState.WAITING, silent)


def _find_free(session: Session, *, at: datetime, job_id: UUID | None) -> Job | None:
    query = select(Job).where(_is_free(at)).order_by(Job.created_at, Job.id).limit(1)
    if job_id is not None:
        query = query.where(Job.id == job_id)
    return session.scalar(query.with_for_update(skip_locked=True))


def _forgive(job: Job) -> None:
    """Count no try for a holder that died or fell silent, within reason.

    What a job does happens in a process of its own, whose death the worker lives to tell (`fail`):
    where the worker itself is gone, somebody killed it, or the machine went down or stood still. A
    job that rests holds its lease for nobody.
    """
    if job.holder_id is not None and job.lapses < MOST_LAPSES:
        job.lapses += 1
        job.attempts_allowed += 1


def bury(session: Session, dead: Sequence[UUID], *, at: datetime) -> None:
    """Free the jobs of workers that died, at once instead of after their leases."""
    held = select(Job).where(Job.state == JobState.RUNNING, Job.holder_id.in_(dead))
    for job in session.scalars(held.with_for_update()).all():
        _forgive(job)
        if job.attempt >= job.attempts_allowed:
            _set_aside(job, at=at)
        else:
            job.state, job.lease_until = JobState.WAITING, None
            make_ready(session, job)


def _lease(job: Job, *, holder: UUID | None, at: datetime) -> Lease:
    job.state, job.attempt, job.lease_until = JobState.RUNNING, job.attempt + 1, at + LEASE
    job.holder_id = holder
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


def postpone(session: Session, lease: Lease, *, at: datetime, message: str) -> bool:
    """Let the job rest a while: what it needs is away, and that is not its fault.

    The attempt is not counted. After many pauses it is one like any other.
    """
    if lease.attempt > MOST_PAUSES:
        return fail(session, lease, at=at, message=message, params={}, final=False)
    pause = min(PAUSE * lease.attempt, LONGEST_PAUSE)
    return _held(
        session,
        lease,
        {
            "lease_until": at + pause,
            "holder_id": None,
            "attempts_allowed": Job.attempts_allowed + 1,
            "message": message,
            "message_params": {},
        },
    )


def cancel(job: Job, *, at: datetime) -> None:
    """End a job that waits or runs; whoever works on it finds his lease gone."""
    job.state, job.lease_until, job.ended_at = JobState.FAILED, None, at
    job.put_away_at = at  # a person has decided already
    job.message, job.message_params = "отменено администратором", {}


def _held(session: Session, lease: Lease, values: dict[str, Any]) -> bool:
    changed = session.execute(
        update(Job)
        .where(Job.id == lease.job_id, Job.attempt == lease.attempt, Job.state == JobState.RUNNING)
        .values(values)
        .returning(Job.id)
    )
    return changed.first() is not None
