"""Background jobs as an administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.reasons import reason_of
from app.models import Job, JobState
from assignment import Sentence

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class JobView:
    """One job."""

    id: UUID
    kind: str
    state: JobState
    attempt: int
    done_steps: int
    total_steps: int | None
    message: Sentence | None
    created_at: datetime
    ended_at: datetime | None


def count_jobs(session: Session) -> dict[JobState, int]:
    """How many jobs stand in each state."""
    query = select(Job.state, func.count()).group_by(Job.state)
    found = dict(session.execute(query).all())
    return {state: found.get(state, 0) for state in JobState}


@dataclass(frozen=True, kw_only=True, slots=True)
class JobMeasure:
    """How the queue stands."""

    by_state: dict[JobState, int]
    oldest_waiting_seconds: float


def measure_jobs(session: Session, *, at: datetime) -> JobMeasure:
    """Counts by state, and how long the oldest waiting job has waited."""
    oldest = session.scalar(select(func.min(Job.created_at)).where(Job.state == JobState.WAITING))
    waited = (at - oldest).total_seconds() if oldest is not None else 0.0
    return JobMeasure(by_state=count_jobs(session), oldest_waiting_seconds=waited)


def list_jobs(session: Session, *, state: JobState | None) -> tuple[JobView, ...]:
    """The newest jobs, of one state or of all."""
    query = select(Job).order_by(Job.created_at.desc(), Job.id).limit(MOST_SHOWN)
    if state is not None:
        query = query.where(Job.state == state)
    return tuple(
        JobView(
            id=job.id,
            kind=job.kind,
            state=job.state,
            attempt=job.attempt,
            done_steps=job.done_steps,
            total_steps=job.total_steps,
            message=reason_of(job),
            created_at=job.created_at,
            ended_at=job.ended_at,
        )
        for job in session.scalars(query)
    )
