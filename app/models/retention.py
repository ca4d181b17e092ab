"""How long documents are kept and by which rule, and their destruction by two persons."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to


class DocumentKind(StrEnum):
    """Documents that have a term of their own."""

    SCRIPTS = "scripts"
    ACTS = "acts"
    OBSERVERS = "observers"
    SUPPORT = "support"


class RetentionRule(Base):
    """A municipality's own term for a kind of documents, with its legal basis; by versions."""

    __tablename__ = "retention_rule"
    id: Mapped[Id]
    municipality_id: Mapped[UUID] = to("municipality.id")
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind, "kind_known"))
    months: Mapped[int]
    basis: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_retention_rule_standing",
            "municipality_id",
            "kind",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("months BETWEEN 1 AND 120", name="months_range"),
        CheckConstraint("basis <> ''", name="basis_given"),
    )


class Destruction(Base):
    """One destruction: proposed by one person, signed by another, done, told by an act."""

    __tablename__ = "destruction"
    id: Mapped[Id]
    municipality_id: Mapped[UUID] = to("municipality.id")
    number: Mapped[int]
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind, "kind_known"))
    basis: Mapped[str] = mapped_column(String(300))
    months: Mapped[int]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[UUID | None] = to("person.id")
    done_at: Mapped[datetime | None]
    files_gone: Mapped[int] = mapped_column(default=0)
    files_shared: Mapped[int] = mapped_column(default=0)
    act_sha256: Mapped[str | None] = mapped_column(String(64))
    lines: Mapped[list[DestructionLine]] = relationship(
        back_populates="destruction", order_by="DestructionLine.position"
    )
    __table_args__ = (
        UniqueConstraint("municipality_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name="signed_by_somebody"),
        CheckConstraint(
            "signed_by_id IS NULL OR signed_by_id <> proposed_by_id", name="two_persons"
        ),
        CheckConstraint("withdrawn_at IS NULL OR signed_at IS NULL", name="signed_is_final"),
        CheckConstraint("done_at IS NULL OR signed_at IS NOT NULL", name="done_is_signed"),
        CheckConstraint("(done_at IS NULL) = (act_sha256 IS NULL)", name="done_has_act"),
    )


class DestructionLine(Base):
    """What one destruction covers: an exam's works of a school, or a kind in a whole campaign."""

    __tablename__ = "destruction_line"
    id: Mapped[Id]
    destruction_id: Mapped[UUID] = to("destruction.id")
    position: Mapped[int]
    campaign_id: Mapped[UUID] = to("campaign.id")
    exam_id: Mapped[UUID | None] = to("exam.id")
    school_id: Mapped[UUID | None] = to("school.id")
    due_on: Mapped[date]
    files: Mapped[int]
    rows: Mapped[int] = mapped_column(default=0)
    events: Mapped[int] = mapped_column(default=0)
    destruction: Mapped[Destruction] = relationship(back_populates="lines")
    __table_args__ = (
        UniqueConstraint("destruction_id", "position"),
        CheckConstraint("files >= 0 AND rows >= 0 AND events >= 0", name="counts_not_negative"),
        CheckConstraint(
            "(exam_id IS NULL) = (school_id IS NULL)", name="works_are_of_a_school_and_exam"
        ),
    )
