"""The jobs that read a bundle: one for each time that somebody asked."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from app.models import Job

BUNDLE_JOB = "read_bundle"


def reading_key(bundle_id: UUID, *, attempt: int) -> str:
    """The unique key of the job that reads a bundle; each asking of a person is an attempt."""
    return f"{_prefix(bundle_id)}{attempt}"


def reading_jobs(bundle_id: UUID) -> Select[Job]:
    """Every job that reads the bundle, or has read it."""
    return select(Job).where(Job.key.startswith(_prefix(bundle_id)))


def _prefix(bundle_id: UUID) -> str:
    return f"{BUNDLE_JOB}:{bundle_id}:"
