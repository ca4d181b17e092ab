"""The trail: who changed what, when, from where, old, new, why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, to


class AuditEvent(Base):
    """One change; only ever added."""

    __tablename__ = "audit_event"
    id: Mapped[Id]
    at: Mapped[datetime]
    person_id: Mapped[UUID | None] = to("person.id")
    origin: Mapped[str] = mapped_column(String(100), default="")
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    municipality_id: Mapped[UUID | None] = to("municipality.id")
    school_id: Mapped[UUID | None] = to("school.id")
    exam_id: Mapped[UUID | None] = to("exam.id")
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    why: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
    )
