"""Versions of the form of results that left the house, and what follows official results."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, one_of, to


class FormVersion(Base):
    """One written form of results of one school and exam; the newest counts."""

    __tablename__ = "form_version"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    school_id: Mapped[UUID] = to("school.id")
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    released_at: Mapped[datetime]
    released_by_id: Mapped[UUID] = to("person.id")
    loaded_at: Mapped[datetime | None]
    loaded_by_id: Mapped[UUID | None] = to("person.id")
    __table_args__ = (
        UniqueConstraint("exam_id", "school_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(loaded_at IS NULL) = (loaded_by_id IS NULL)", name="loaded_by_somebody"),
    )


class AfterStep(StrEnum):
    """What a school owes after the official results (P 8.2)."""

    FAMILIES = "families"
    ANALYSIS = "analysis"


class AfterResults(Base):
    """A school did a step after the official results of an exam: on which day, noted by whom."""

    __tablename__ = "after_results"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    school_id: Mapped[UUID] = to("school.id")
    step: Mapped[AfterStep] = mapped_column(one_of(AfterStep, "step_known"))
    done_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (UniqueConstraint("exam_id", "school_id", "step"),)
