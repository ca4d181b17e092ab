"""Schools that an official list names for non-objective results (P 9.2; O 3.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, to
from app.models.places import School


class ListedSchool(Base):
    """A school in the list of a year, and which list that is.

    A corrected or withdrawn entry stays as a version: works may have been handed over by it.
    """

    __tablename__ = "listed_school"
    id: Mapped[Id]
    school_id: Mapped[UUID] = to("school.id")
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = to("person.id")
    school: Mapped[School] = relationship()
    __table_args__ = (
        Index(
            "uq_listed_school_standing",
            "school_id",
            "year",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("source <> ''", name="source_given"),
        CheckConstraint("year BETWEEN 2015 AND 2100", name="year_range"),
    )
