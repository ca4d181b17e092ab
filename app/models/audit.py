"""The trail: who changed what, when, from where, old, new, why; sealed in chains."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, to


class AuditChain(Base):
    """One chain of events: an exam's, a municipality's, or the installation's own.

    Its id is that of the exam or the municipality, or the zero id for the installation.
    """

    __tablename__ = "audit_chain"
    id: Mapped[Id]
    count: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64))
    __table_args__ = (CheckConstraint("count >= 0", name="count_not_negative"),)


class AuditEvent(Base):
    """One change; only ever added. The database refuses to change or delete it.

    `commitment` stands for the details in the seal, so that details with personal data can be
    erased (with an event that says so) and the chain still holds.
    """

    __tablename__ = "audit_event"
    id: Mapped[Id]
    chain_id: Mapped[UUID] = to("audit_chain.id", index=False)
    number: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[UUID | None] = to("person.id")
    roles: Mapped[str] = mapped_column(String(300), default="")
    origin: Mapped[str] = mapped_column(String(100), default="")
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    municipality_id: Mapped[UUID | None] = to("municipality.id")
    school_id: Mapped[UUID | None] = to("school.id", index=False)
    exam_id: Mapped[UUID | None] = to("exam.id")
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    why: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str | None] = mapped_column(String(32))
    commitment: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("chain_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(erased_at IS NULL) = (salt IS NOT NULL)", name="erased_has_no_salt"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_action_at", "action", "at"),
        Index("ix_audit_event_school_id_at", "school_id", "at"),
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
    )


class AuditCheckpoint(Base):
    """The signed state of a chain at a moment; copies of it leave the machine."""

    __tablename__ = "audit_checkpoint"
    id: Mapped[Id]
    chain_id: Mapped[UUID] = to("audit_chain.id")
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(String(128))
    __table_args__ = (UniqueConstraint("chain_id", "number", "at"),)
