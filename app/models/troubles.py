"""What stops a work on its way: readings that differ too much, and works that cannot be scored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.plans import Assignment
from app.models.scans import Script


class TroubleKind(StrEnum):
    """Why an expert set a work aside.

    The first four are for the school, which has the paper; SECOND_OPINION, an unusual answer, is
    for who runs the scoring alone.
    """

    UNREADABLE = "unreadable"
    WRONG_PAGE = "wrong_page"
    PERSONAL_MARK = "personal_mark"
    PAGE_MISSING = "page_missing"
    SECOND_OPINION = "second_opinion"


class Trouble(Base):
    """A work that its expert set aside; answered, it comes back to his list."""

    __tablename__ = "trouble"
    id: Mapped[Id]
    assignment_id: Mapped[UUID] = to("assignment.id")
    kind: Mapped[TroubleKind] = mapped_column(one_of(TroubleKind, "kind_known"))
    note: Mapped[str] = mapped_column(Text, default="")
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID] = to("person.id")
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[UUID | None] = to("person.id")
    answer: Mapped[str] = mapped_column(Text, default="")
    assignment: Mapped[Assignment] = relationship()
    __table_args__ = (
        CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by_id IS NULL)", name="resolved_by_somebody"
        ),
        Index(
            "uq_trouble_open",
            "assignment_id",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )


class Divergence(Base):
    """Readings of one script beyond the tolerance: who settles them, or why nobody can."""

    __tablename__ = "divergence"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id", unique=True)
    found_at: Mapped[datetime]
    total_gap: Mapped[int]
    criteria: Mapped[list[Any]]
    assignment_id: Mapped[UUID | None] = to("assignment.id", unique=True)
    refusals: Mapped[list[Any]]
    settled_at: Mapped[datetime | None]
    script: Mapped[Script] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    __table_args__ = (
        CheckConstraint("total_gap >= 0", name="gap_not_negative"),
        CheckConstraint("settled_at IS NULL OR assignment_id IS NOT NULL", name="settled_by_third"),
    )
