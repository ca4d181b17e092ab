"""What schools declare to a campaign: who they are, what they take part in, what they need."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Campaign, Exam
from app.models.places import School


class SchoolKind(StrEnum):
    """The type of a school."""

    PRIMARY = "primary"
    BASIC = "basic"
    SECONDARY = "secondary"
    GYMNASIUM = "gymnasium"
    LYCEUM = "lyceum"
    CADET = "cadet"
    BOARDING = "boarding"
    SPECIAL = "special"
    VOCATIONAL = "vocational"
    OTHER = "other"


class SchoolFacts(Base):
    """A school's line in the verified list of a campaign (S 8).

    `levels` are those of НОО, ООО, СОО that it has; `takes` are the subjects by grade.
    """

    __tablename__ = "school_facts"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    school_id: Mapped[UUID] = to("school.id")
    kind: Mapped[SchoolKind] = mapped_column(one_of(SchoolKind, "kind_known"))
    levels: Mapped[list[Any]]
    takes: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    school: Mapped[School] = relationship()
    campaign: Mapped[Campaign] = relationship()
    __table_args__ = (UniqueConstraint("campaign_id", "school_id"),)


class ListKind(StrEnum):
    """Which of a campaign's lists a line stands in."""

    FACTS = "facts"
    APPLICATION = "application"
    QUESTIONNAIRE = "questionnaire"
    EXPERT_NUMBER = "expert_number"


class ListLineVersion(Base):
    """What a declared line said from a moment on; the newest version is what the list says.

    `line` tells lines of one school and list apart: the exam's key of an application, the subject
    of a number of experts. A version that is `removed` keeps what the line said, and why it went.
    """

    __tablename__ = "list_line_version"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    school_id: Mapped[UUID] = to("school.id")
    kind: Mapped[ListKind] = mapped_column(one_of(ListKind, "kind_known"))
    line: Mapped[str] = mapped_column(String(100), default="")
    number: Mapped[int]
    said: Mapped[dict[str, Any]]
    removed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = to("person.id")
    school: Mapped[School] = relationship()
    __table_args__ = (
        UniqueConstraint("campaign_id", "school_id", "kind", "line", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("NOT removed OR reason <> ''", name="removed_says_why"),
    )


class ListVerification(Base):
    """The coordinator's word that the list of schools is whole, and what it held.

    `lines` are the cells of its rows as the list's file has them.
    """

    __tablename__ = "list_verification"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    number: Mapped[int]
    schools: Mapped[int]
    lines: Mapped[list[Any]]
    verified_at: Mapped[datetime]
    verified_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number > 0 AND schools >= 0", name="counts_range"),
    )


class ExamApplication(Base):
    """A school's application (заявка) to one exam, and its own day in the timetable."""

    __tablename__ = "exam_application"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    school_id: Mapped[UUID] = to("school.id")
    classes: Mapped[int]
    participants: Mapped[int]
    held_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    exam: Mapped[Exam] = relationship()
    school: Mapped[School] = relationship()
    __table_args__ = (
        UniqueConstraint("exam_id", "school_id"),
        CheckConstraint("classes > 0 AND participants > 0", name="counts_positive"),
    )


class Questionnaire(Base):
    """A school's questionnaire (анкета) of a campaign: rooms, people and scanners."""

    __tablename__ = "questionnaire"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    school_id: Mapped[UUID] = to("school.id")
    rooms: Mapped[int]
    organisers: Mapped[int]
    scanners: Mapped[int]
    printers: Mapped[int]
    remark: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[datetime]
    campaign: Mapped[Campaign] = relationship()
    school: Mapped[School] = relationship()
    __table_args__ = (
        UniqueConstraint("campaign_id", "school_id"),
        CheckConstraint("rooms > 0 AND organisers > 0", name="needs_positive"),
        CheckConstraint("scanners >= 0 AND printers >= 0", name="devices_not_negative"),
    )


class ExpertNumber(Base):
    """How many experts of a subject a school says it can give."""

    __tablename__ = "expert_number"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    school_id: Mapped[UUID] = to("school.id")
    subject: Mapped[str] = mapped_column(String(100))
    experts: Mapped[int]
    changed_at: Mapped[datetime]
    campaign: Mapped[Campaign] = relationship()
    school: Mapped[School] = relationship()
    __table_args__ = (
        UniqueConstraint("campaign_id", "school_id", "subject"),
        CheckConstraint("experts >= 0", name="experts_not_negative"),
    )
