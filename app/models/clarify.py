"""Questions on criteria with the chair's answers, readings of a criterion, and what they reopen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, to
from app.models.exams import Criterion
from app.models.experts import Expert
from app.models.scores import Sheet


class Question(Base):
    """An expert's question on a criterion; answered, all experts of the exam see it, unnamed."""

    __tablename__ = "question"
    id: Mapped[Id]
    criterion_id: Mapped[UUID] = to("criterion.id")
    expert_id: Mapped[UUID] = to("expert.id")
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = to("person.id")
    criterion: Mapped[Criterion] = relationship()
    expert: Mapped[Expert] = relationship()
    __table_args__ = (
        CheckConstraint("words <> ''", name="asks_something"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"
        ),
    )


class CriterionReading(Base):
    """A version of how a criterion is read; number 1 is the text before the chair's first word."""

    __tablename__ = "criterion_reading"
    id: Mapped[Id]
    criterion_id: Mapped[UUID] = to("criterion.id")
    number: Mapped[int]
    guide: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime]
    set_by_id: Mapped[UUID] = to("person.id")
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (
        UniqueConstraint("criterion_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )


class Reopening(Base):
    """A sheet handed in before a criterion was read anew, opened again for that criterion alone."""

    __tablename__ = "reopening"
    id: Mapped[Id]
    sheet_id: Mapped[UUID] = to("sheet.id")
    criterion_id: Mapped[UUID] = to("criterion.id")
    ordered_at: Mapped[datetime]
    ordered_by_id: Mapped[UUID] = to("person.id")
    done_at: Mapped[datetime | None]
    sheet: Mapped[Sheet] = relationship()
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (
        Index(
            "uq_reopening_standing",
            "sheet_id",
            "criterion_id",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )
