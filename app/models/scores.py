"""Sheets of points, every version of every point, and final results."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Criterion
from app.models.plans import Assignment
from app.models.scans import Script

if TYPE_CHECKING:
    from app.models.clarify import Reopening


class PointKind(StrEnum):
    """What one saved version says: points, X (not attempted), or taken back."""

    POINTS = "points"
    NOT_ATTEMPTED = "not_attempted"
    CLEARED = "cleared"


class ResultSource(StrEnum):
    """Where final points come from."""

    SINGLE = "single"
    AGREED = "agreed"
    THIRD = "third"
    RECHECK = "recheck"
    CONTROL = "control"


class Sheet(Base):
    """One expert's sheet for one assignment; `revision` counts its saved changes.

    `open_again` are the criteria, if any, for which alone it may be changed.
    """

    __tablename__ = "sheet"
    id: Mapped[Id]
    assignment_id: Mapped[UUID] = to("assignment.id", unique=True)
    revision: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    assignment: Mapped[Assignment] = relationship()
    versions: Mapped[list[PointVersion]] = relationship(
        back_populates="sheet", order_by="PointVersion.number"
    )
    open_again: Mapped[list[Reopening]] = relationship(
        primaryjoin="and_(Sheet.id == Reopening.sheet_id, Reopening.done_at.is_(None))",
        viewonly=True,
    )


class PointVersion(Base):
    """One save of one criterion: never changed, never deleted; the newest counts."""

    __tablename__ = "point_version"
    id: Mapped[Id]
    sheet_id: Mapped[UUID] = to("sheet.id")
    criterion_id: Mapped[UUID] = to("criterion.id")
    number: Mapped[int]
    kind: Mapped[PointKind] = mapped_column(one_of(PointKind, "kind_known"))
    points: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    save_key: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[UUID] = to("person.id")
    sheet: Mapped[Sheet] = relationship(back_populates="versions")
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (
        UniqueConstraint("sheet_id", "number"),
        UniqueConstraint("sheet_id", "save_key"),
        CheckConstraint("(kind = 'points') = (points IS NOT NULL)", name="points_fit_kind"),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
        CheckConstraint("number > 0", name="number_positive"),
    )


class FinalResult(Base):
    """A version of the final points of one script; the highest number counts."""

    __tablename__ = "final_result"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id")
    number: Mapped[int]
    source: Mapped[ResultSource] = mapped_column(one_of(ResultSource, "source_known"))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[UUID] = to("person.id")
    script: Mapped[Script] = relationship()
    points: Mapped[list[FinalPoint]] = relationship(back_populates="result")
    __table_args__ = (
        UniqueConstraint("script_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )


class FinalPoint(Base):
    """The final points of one criterion; none means X (not attempted)."""

    __tablename__ = "final_point"
    id: Mapped[Id]
    result_id: Mapped[UUID] = to("final_result.id")
    criterion_id: Mapped[UUID] = to("criterion.id")
    points: Mapped[int | None]
    result: Mapped[FinalResult] = relationship(back_populates="points")
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (
        UniqueConstraint("result_id", "criterion_id"),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
    )
