"""Campaigns, exams, criteria, marks, page templates, participants' codes."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.places import Municipality, School, SchoolClass


class AgreedRule(StrEnum):
    """How two close readings become one."""

    HIGHER = "higher"
    MEAN_UP = "mean_up"
    FIRST = "first"


class Campaign(Base):
    """A year's checks (кампания ВПР) of one municipality."""

    __tablename__ = "campaign"
    id: Mapped[Id]
    municipality_id: Mapped[UUID] = to("municipality.id")
    name: Mapped[str] = mapped_column(String(200))
    year: Mapped[int]
    municipality: Mapped[Municipality] = relationship()
    exams: Mapped[list[Exam]] = relationship(
        back_populates="campaign", order_by="Exam.held_on, Exam.grade, Exam.subject"
    )
    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        CheckConstraint("year BETWEEN 2015 AND 2100", name="year_range"),
    )


class Exam(Base):
    """One check: a subject of one grade in one campaign, with its schedule and rules."""

    __tablename__ = "exam"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    subject: Mapped[str] = mapped_column(String(100))
    grade: Mapped[int]
    held_on: Mapped[date]
    criteria_open_at_local: Mapped[time]
    scoring_ends_on: Mapped[date]
    form_due_on: Mapped[date]
    results_on: Mapped[date | None]
    experts_per_script: Mapped[int] = mapped_column(default=1)
    distinct_schools: Mapped[bool] = mapped_column(default=False)
    sum_tolerance: Mapped[int] = mapped_column(default=1)
    criterion_tolerance: Mapped[int] = mapped_column(default=1)
    x_diverges: Mapped[bool] = mapped_column(default=False)
    agreed_rule: Mapped[AgreedRule] = mapped_column(
        one_of(AgreedRule, "agreed_rule_known"), default=AgreedRule.MEAN_UP
    )
    pages_expected: Mapped[int | None]
    marks_source: Mapped[str | None] = mapped_column(String(300))
    marks_year: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    campaign: Mapped[Campaign] = relationship(back_populates="exams")
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="exam", order_by="Criterion.position", foreign_keys="Criterion.exam_id"
    )
    marks: Mapped[list[MarkThreshold]] = relationship(order_by="MarkThreshold.mark")
    templates: Mapped[list[ExamTemplate]] = relationship(order_by="ExamTemplate.number")
    __table_args__ = (
        UniqueConstraint("campaign_id", "subject", "grade"),
        CheckConstraint("grade BETWEEN 1 AND 11", name="grade_range"),
        CheckConstraint("criteria_open_at_local >= '14:00:00'", name="criteria_after_two"),
        CheckConstraint("held_on <= scoring_ends_on", name="scoring_after_exam"),
        CheckConstraint("scoring_ends_on <= form_due_on", name="form_after_scoring"),
        CheckConstraint(
            "results_on IS NULL OR form_due_on <= results_on", name="results_after_form"
        ),
        CheckConstraint("experts_per_script BETWEEN 1 AND 3", name="experts_range"),
        CheckConstraint("sum_tolerance >= 0 AND criterion_tolerance >= 0", name="tolerance_range"),
        CheckConstraint("pages_expected IS NULL OR pages_expected > 0", name="pages_range"),
    )


class Criterion(Base):
    """The smallest scored thing: 1, 9.1, 4К1; it may depend on another."""

    __tablename__ = "criterion"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(12))
    max_points: Mapped[int]
    depends_on_id: Mapped[UUID | None] = to("criterion.id")
    guide: Mapped[str] = mapped_column(Text, default="")
    tolerance: Mapped[int | None]
    exam: Mapped[Exam] = relationship(back_populates="criteria", foreign_keys=[exam_id])
    depends_on: Mapped[Criterion | None] = relationship(remote_side="Criterion.id")
    __table_args__ = (
        UniqueConstraint("exam_id", "label"),
        UniqueConstraint("exam_id", "position"),
        CheckConstraint("max_points > 0", name="max_positive"),
        CheckConstraint("tolerance IS NULL OR tolerance >= 0", name="tolerance_range"),
        CheckConstraint("depends_on_id IS NULL OR depends_on_id <> id", name="no_self_dependency"),
    )


class MarkThreshold(Base):
    """The least raw score for a mark; mark 2 begins at 0 and has no row."""

    __tablename__ = "mark_threshold"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    mark: Mapped[int]
    min_points: Mapped[int]
    __table_args__ = (
        UniqueConstraint("exam_id", "mark"),
        CheckConstraint("mark BETWEEN 3 AND 5", name="mark_range"),
        CheckConstraint("min_points > 0", name="min_points_positive"),
    )


class ExamTemplate(Base):
    """A version of one of the exam's forms: where the code, the name and the answers lie.

    An exam can have several forms at once (A4 and A5): of each the newest version counts, until
    the form is retired.
    """

    __tablename__ = "exam_template"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    number: Mapped[int]
    form: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(60), default="")
    layout: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = to("person.id")
    retired_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("exam_id", "number"),
        CheckConstraint("number > 0 AND form > 0", name="number_positive"),
    )


class Participant(Base):
    """A participant is a code: no name, and no field that invites one (P 6.6)."""

    __tablename__ = "participant"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    school_id: Mapped[UUID] = to("school.id")
    class_id: Mapped[UUID] = to("school_class.id")
    code: Mapped[str] = mapped_column(String(12))
    school: Mapped[School] = relationship()
    school_class: Mapped[SchoolClass] = relationship()
    __table_args__ = (UniqueConstraint("campaign_id", "school_id", "code"),)


class ExamEntry(Base):
    """What the form of results asks of one participant in one exam besides points."""

    __tablename__ = "exam_entry"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    participant_id: Mapped[UUID] = to("participant.id")
    variant: Mapped[int | None]
    absent: Mapped[bool] = mapped_column(default=False)
    previous_mark: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("exam_id", "participant_id"),
        CheckConstraint("variant IS NULL OR variant > 0", name="variant_positive"),
        CheckConstraint(
            "previous_mark IS NULL OR previous_mark BETWEEN 2 AND 5", name="previous_mark_range"
        ),
        CheckConstraint("NOT (absent AND variant IS NOT NULL)", name="absent_without_variant"),
    )
