"""Jobs: rows with a lease, an attempt number and a unique key."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, one_of, to


class JobState(StrEnum):
    """The life of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """Work to do in the background, written in the transaction that caused it.

    What failed waits for a person until `put_away_at`: when he has said that nothing is to be done.
    """

    __tablename__ = "job"
    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    payload: Mapped[dict[str, Any]]
    municipality_id: Mapped[UUID | None] = to("municipality.id")
    state: Mapped[JobState] = mapped_column(
        one_of(JobState, "state_known"), default=JobState.WAITING
    )
    attempt: Mapped[int] = mapped_column(default=0)
    attempts_allowed: Mapped[int] = mapped_column(default=3)
    lapses: Mapped[int] = mapped_column(default=0)
    holder_id: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    done_steps: Mapped[int] = mapped_column(default=0)
    total_steps: Mapped[int | None]
    tally: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[str] = mapped_column(Text, default="")
    message_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_job_state_created_at", "state", "created_at"),
        CheckConstraint("attempt >= 0 AND done_steps >= 0", name="counts_not_negative"),
        CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)", name="running_is_leased"
        ),
        CheckConstraint("put_away_at IS NULL OR state = 'failed'", name="put_away_has_failed"),
    )
