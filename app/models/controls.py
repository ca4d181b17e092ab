"""Control works with agreed points, readings of them, qualification, and stops by the chair."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Criterion, Exam
from app.models.experts import Expert
from app.models.plans import Assignment
from app.models.scans import Script


class ControlUse(StrEnum):
    """What a control work is for: qualification, or among an expert's works unseen."""

    QUALIFICATION = "qualification"
    CONTROL = "control"


class ControlRule(Base):
    """An exam's rule of controls; no row: the exam has none.

    `qualifying_works` 0 means that experts begin without qualification; `days` 0 that every day of
    scoring begins with a control.
    """

    __tablename__ = "control_rule"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id", unique=True)
    every: Mapped[int] = mapped_column(default=12)
    days: Mapped[int] = mapped_column(default=3)
    total_tolerance: Mapped[int] = mapped_column(default=2)
    criterion_tolerance: Mapped[int] = mapped_column(default=1)
    qualifying_works: Mapped[int] = mapped_column(default=0)
    most_outside: Mapped[int] = mapped_column(default=0)
    exam: Mapped[Exam] = relationship()
    __table_args__ = (
        CheckConstraint("every >= 3 AND days >= 0", name="spacing_range"),
        CheckConstraint(
            "total_tolerance >= 0 AND criterion_tolerance >= 0", name="tolerance_range"
        ),
        CheckConstraint(
            "qualifying_works >= 0 AND most_outside >= 0"
            " AND (qualifying_works = 0 OR most_outside < qualifying_works)",
            name="qualification_range",
        ),
    )


class ControlWork(Base):
    """A script whose points the chair has agreed; withdrawn, it is given to nobody more.

    `settles` says that nobody had the script when it was declared: its agreed points are its final
    ones, and plans leave it out.
    """

    __tablename__ = "control_work"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id")
    use: Mapped[ControlUse] = mapped_column(one_of(ControlUse, "use_known"))
    settles: Mapped[bool]
    declared_at: Mapped[datetime]
    declared_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    script: Mapped[Script] = relationship()
    points: Mapped[list[ControlPoint]] = relationship(back_populates="work")
    __table_args__ = (
        Index(
            "uq_control_work_standing",
            "script_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class ControlPoint(Base):
    """The agreed points of one criterion and why; no number means X."""

    __tablename__ = "control_point"
    id: Mapped[Id]
    work_id: Mapped[UUID] = to("control_work.id")
    criterion_id: Mapped[UUID] = to("criterion.id")
    points: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text, default="")
    work: Mapped[ControlWork] = relationship(back_populates="points")
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (
        UniqueConstraint("work_id", "criterion_id"),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
    )


class Qualification(Base):
    """One try of one expert, or the chair's word that he may begin."""

    __tablename__ = "qualification"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    expert_id: Mapped[UUID] = to("expert.id")
    number: Mapped[int]
    works: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    passed: Mapped[bool | None]
    admitted_by_id: Mapped[UUID | None] = to("person.id")
    expert: Mapped[Expert] = relationship()
    readings: Mapped[list[ControlReading]] = relationship(back_populates="qualification")
    __table_args__ = (
        UniqueConstraint("exam_id", "expert_id", "number"),
        CheckConstraint("number > 0 AND works >= 0", name="number_positive"),
        CheckConstraint("(closed_at IS NULL) = (passed IS NULL)", name="closed_with_outcome"),
    )


class ControlReading(Base):
    """A control work given to an expert; once handed in, whether it was outside the tolerance.

    `told_at` is when the expert has seen the word about a control outside the tolerance.
    """

    __tablename__ = "control_reading"
    id: Mapped[Id]
    work_id: Mapped[UUID] = to("control_work.id")
    assignment_id: Mapped[UUID] = to("assignment.id", unique=True)
    qualification_id: Mapped[UUID | None] = to("qualification.id")
    outside: Mapped[bool | None]
    judged_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    work: Mapped[ControlWork] = relationship()
    assignment: Mapped[Assignment] = relationship()
    qualification: Mapped[Qualification | None] = relationship(back_populates="readings")
    __table_args__ = (
        CheckConstraint("(outside IS NULL) = (judged_at IS NULL)", name="judged_with_outcome"),
    )


class ScoringStop(Base):
    """The chair's stop of an expert in an exam: his works wait until it is lifted."""

    __tablename__ = "scoring_stop"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    expert_id: Mapped[UUID] = to("expert.id")
    why: Mapped[str] = mapped_column(Text)
    stopped_at: Mapped[datetime]
    stopped_by_id: Mapped[UUID] = to("person.id")
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = to("person.id")
    expert: Mapped[Expert] = relationship()
    __table_args__ = (
        Index(
            "uq_scoring_stop_standing",
            "exam_id",
            "expert_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )


class SecondLook(Base):
    """A settled script that the chair sent to one more expert after a failed control."""

    __tablename__ = "second_look"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id", unique=True)
    after_id: Mapped[UUID] = to("expert.id")
    assignment_id: Mapped[UUID] = to("assignment.id", unique=True)
    ordered_at: Mapped[datetime]
    ordered_by_id: Mapped[UUID] = to("person.id")
    assignment: Mapped[Assignment] = relationship()
