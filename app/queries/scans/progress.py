"""How far the reading of one bundle is, and when it will end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.bundles import reading_jobs
from app.bridge.reasons import reason_of
from app.errors import NotYours
from app.models import Bundle, FileOutcome, Job, JobState, Page
from assignment import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """One moment of the reading.

    Attributes:
        bundle_id: the bundle.
        exam_id: its exam.
        school_id: its school.
        state: waiting, running, done or failed.
        done: pages read.
        total: pages to read, as far as it can be told.
        named: pages tied to a code; while the reading goes on, as far as they seem to be.
        waiting: pages left to a person; the same.
        aside: blank, foreign and duplicate pages.
        refused: files that could not be read.
        pages_a_second: speed so far.
        ends_at: when the reading will end at that speed.
        message: why it failed.
    """

    bundle_id: UUID
    exam_id: UUID
    school_id: UUID
    state: JobState
    done: int
    total: int | None
    named: int
    waiting: int
    aside: int
    refused: int
    pages_a_second: float | None
    ends_at: datetime | None
    message: Sentence | None


def get_progress(session: Session, *, bundle_id: UUID, by: Actor, at: datetime) -> Progress:
    """The reading of a bundle as it stands.

    Raises:
        NotYours: the bundle is not his.
    """
    bundle = session.get(Bundle, bundle_id)
    if bundle is None:
        raise NotYours
    by.require(Permission.UPLOAD_SCANS, school_id=bundle.school_id)
    job = _job(session, bundle_id) or Job(state=JobState.DONE, done_steps=0, tally={}, message="")
    named, waiting, pages = session.execute(
        select(
            func.count(Page.script_id),
            func.count().filter(Page.needs_person),
            func.count(Page.id),
        ).where(Page.bundle_id == bundle_id)
    ).one()
    speed = _speed(job, at=at)
    return Progress(
        bundle_id=bundle_id,
        exam_id=bundle.exam_id,
        school_id=bundle.school_id,
        state=JobState.DONE if bundle.read_at is not None else job.state,
        done=pages or job.done_steps,
        total=pages or job.total_steps,
        named=named if pages else job.tally.get("named", 0),
        waiting=waiting if pages else job.tally.get("waiting", 0),
        aside=pages - named - waiting,
        refused=_refused(bundle) or job.tally.get("refused", 0),
        pages_a_second=speed,
        ends_at=_end(job, speed, at=at),
        message=reason_of(job),
    )


def _refused(bundle: Bundle) -> int:
    return sum(1 for file in bundle.files if file.outcome is FileOutcome.REJECTED)


def _job(session: Session, bundle_id: UUID) -> Job | None:
    """The newest job that reads the bundle; it goes after its term, the pages stay."""
    newest = reading_jobs(bundle_id).order_by(Job.created_at.desc()).limit(1)
    return session.scalars(newest).one_or_none()


def _speed(job: Job, *, at: datetime) -> float | None:
    if job.started_at is None or not job.done_steps:
        return None
    seconds = ((job.ended_at or at) - job.started_at).total_seconds()
    return job.done_steps / seconds if seconds > 0 else None


def _end(job: Job, speed: float | None, *, at: datetime) -> datetime | None:
    if job.state is not JobState.RUNNING or not speed or job.total_steps is None:
        return None
    left = max(job.total_steps - job.done_steps, 0)
    return datetime.fromtimestamp(at.timestamp() + left / speed, tz=at.tzinfo)
