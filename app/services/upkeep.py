"""What an administrator does to the running installation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.errors import NotYours, Refusal
from app.models import Job, JobState
from app.queue import MOST_ATTEMPTS, make_ready
from app.queue import cancel as cancel_job


def try_again(session: Session, *, job_id: UUID, by: Actor, at: datetime) -> None:
    """Give a job that was set aside three more attempts.

    Raises:
        NotYours: there is no such job, or he is no administrator.
        Refusal: the job has not failed.
    """
    by.require(Permission.MANAGE_INSTALLATION)
    job = session.get(Job, job_id)
    if job is None:
        raise NotYours
    if job.state is not JobState.FAILED:
        raise Refusal("Повторить можно только задание, отложенное с ошибкой.")
    old = {"attempt": job.attempt, "message": job.message % job.message_params}
    job.state, job.ended_at, job.put_away_at = JobState.WAITING, None, None
    # Attempts go on being counted: a late worker of an earlier one must stay refused.
    job.attempts_allowed, job.lapses = job.attempt + MOST_ATTEMPTS, 0
    job.message, job.message_params = "", {}
    make_ready(session, job)
    record(
        session,
        action="job.tried_again",
        subject_kind="job",
        subject_id=job.id,
        by=by,
        at=at,
        municipality_id=job.municipality_id,
        old=old,
    )


def put_away(session: Session, *, job_id: UUID, by: Actor, at: datetime) -> None:
    """Say of a job that was set aside that nothing is to be done; it goes after its term.

    Raises:
        NotYours: there is no such job, or he is no administrator.
        Refusal: the job has not failed, or was put away before.
    """
    by.require(Permission.MANAGE_INSTALLATION)
    job = session.get(Job, job_id)
    if job is None:
        raise NotYours
    if job.state is not JobState.FAILED or job.put_away_at is not None:
        raise Refusal("Убрать можно только задание, отложенное с ошибкой.")
    job.put_away_at = at
    record(
        session,
        action="job.put_away",
        subject_kind="job",
        subject_id=job.id,
        by=by,
        at=at,
        municipality_id=job.municipality_id,
        old={"kind": job.kind, "attempt": job.attempt, "message": job.message % job.message_params},
    )


def cancel(session: Session, *, job_id: UUID, by: Actor, at: datetime) -> None:
    """End a job that waits or runs; its worker stops within seconds and stores nothing more.

    Raises:
        NotYours: there is no such job, or he is no administrator.
        Refusal: the job has ended.
    """
    by.require(Permission.MANAGE_INSTALLATION)
    job = session.get(Job, job_id)
    if job is None:
        raise NotYours
    if job.state not in {JobState.WAITING, JobState.RUNNING}:
        raise Refusal("Задание уже закончено: отменять нечего.")
    old = {"state": job.state.value, "attempt": job.attempt}
    cancel_job(job, at=at)
    record(
        session,
        action="job.cancelled",
        subject_kind="job",
        subject_id=job.id,
        by=by,
        at=at,
        municipality_id=job.municipality_id,
        old=old,
    )
