"""Background jobs as an administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.reasons import reason_of
from app.models import Job, JobState
from app.queries.paging import newest_page
from assignment import Sentence


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
    put_away: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class JobPage:
    """One page of jobs, the newest first, and where the next one begins."""

    jobs: tuple[JobView, ...]
    older: UUID | None


def count_jobs(session: Session) -> dict[JobState, int]:
    """How many jobs stand in each state; what was put away waits for nobody and is not counted."""
    # Apart from each other both are answered by the index of states, over however many done ones.
    found = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
    away = Job.state == JobState.FAILED, Job.put_away_at.is_not(None)
    put_away = session.scalar(select(func.count()).select_from(Job).where(*away)) or 0
    counts = {state: found.get(state, 0) for state in JobState}
    return counts | {JobState.FAILED: counts[JobState.FAILED] - put_away}


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


def list_jobs(
    session: Session, *, state: JobState | None, kind: str = "", before: UUID | None = None
) -> JobPage:
    """The newest jobs, a page at a time.

    Args:
        session: a reading session.
        state: the only state that is wanted; any when None.
        kind: the only kind that is wanted; any when empty.
        before: the last job of the page before.
    """
    query = select(Job)
    if state is not None:
        query = query.where(Job.state == state, Job.put_away_at.is_(None))
    if kind:
        query = query.where(Job.kind == kind)
    rows, older = newest_page(session, query, Job, before=before)
    return JobPage(jobs=tuple(map(_view, rows)), older=older)


def _view(job: Job) -> JobView:
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        attempt=job.attempt,
        done_steps=job.done_steps,
        total_steps=job.total_steps,
        message=reason_of(job),
        created_at=job.created_at,
        ended_at=job.ended_at,
        put_away=job.put_away_at is not None,
    )
