"""What the coordinator's board keeps: counts of a region, and reports that came back."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, one_of, to


class ReportKind(StrEnum):
    """Reports of the federal system that are read."""

    INDIVIDUAL = "individual"
    MARKS = "marks"
    JOURNAL = "journal"


class DeskCount(Base):
    """How far one school is with one exam, as it was counted at a moment.

    It stands beside the rows that it counts, so that a region is shown at once.
    """

    __tablename__ = "desk_count"
    exam_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality_id: Mapped[UUID]
    held_on: Mapped[date]
    applied: Mapped[int]
    questionnaires: Mapped[int]
    timetables: Mapped[int]
    codes: Mapped[int]
    absent: Mapped[int]
    bundles: Mapped[int]
    waiting: Mapped[int]
    scripts: Mapped[int]
    planned: Mapped[int]
    final: Mapped[int]
    released: Mapped[int]
    loaded: Mapped[int]
    visits: Mapped[int]
    acts: Mapped[int]
    families: Mapped[int]
    analyses: Mapped[int]
    corrected: Mapped[int]
    counted_at: Mapped[datetime]
    # When a municipality was counted is read without its rows.
    __table_args__ = (Index("ix_desk_count_counted", "municipality_id", "counted_at"),)


class FederalReport(Base):
    """A report that came back from the federal system, by the hash of its content."""

    __tablename__ = "federal_report"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    school_id: Mapped[UUID | None] = to("school.id")
    kind: Mapped[ReportKind] = mapped_column(one_of(ReportKind, "kind_known"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
    loaded_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (
        UniqueConstraint("exam_id", "school_id", "kind", "number"),
        # No two without a school are equal to a database: theirs are counted apart.
        Index(
            "uq_federal_report_of_place",
            "exam_id",
            "kind",
            "number",
            unique=True,
            sqlite_where=text("school_id IS NULL"),
            postgresql_where=text("school_id IS NULL"),
        ),
        CheckConstraint("number > 0", name="number_positive"),
    )
