"""Experts: where they work, what they have taught since when, and their conflicts of interest."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.people import Person
from app.models.places import School, SchoolClass


class ConflictLevel(StrEnum):
    """How far a conflict of interest reaches (P 6.8)."""

    SCHOOL = "school"
    CLASS = "class"
    CODE = "code"


class ConflictCategory(StrEnum):
    """Why there is a conflict; a category, never a story that could name a pupil."""

    RELATIVE = "relative"
    TUTOR = "tutor"
    FORMER_WORKPLACE = "former_workplace"
    DISPUTE = "dispute"
    RECUSAL = "recusal"
    OTHER = "other"


class Expert(Base):
    """A teacher appointed to score; his capacity counts scripts in one exam campaign."""

    __tablename__ = "expert"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id", unique=True)
    school_id: Mapped[UUID] = to("school.id")
    capacity: Mapped[int]
    min_load: Mapped[int] = mapped_column(default=0)
    in_commission: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    school: Mapped[School] = relationship()
    workplaces: Mapped[list[Workplace]] = relationship(cascade="all, delete-orphan")
    subjects: Mapped[list[TaughtSubject]] = relationship(
        cascade="all, delete-orphan", order_by="TaughtSubject.subject"
    )
    classes: Mapped[list[TaughtClass]] = relationship(cascade="all, delete-orphan")
    conflicts: Mapped[list[Conflict]] = relationship(
        back_populates="expert", order_by="Conflict.declared_at"
    )
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("min_load >= 0 AND min_load <= capacity", name="min_load_range"),
    )


class Workplace(Base):
    """Another school where the expert also works."""

    __tablename__ = "workplace"
    id: Mapped[Id]
    expert_id: Mapped[UUID] = to("expert.id")
    school_id: Mapped[UUID] = to("school.id")
    school: Mapped[School] = relationship()
    __table_args__ = (UniqueConstraint("expert_id", "school_id"),)


class TaughtSubject(Base):
    """A subject and the day since when the expert has taught it (P 7.4: at least one year)."""

    __tablename__ = "taught_subject"
    id: Mapped[Id]
    expert_id: Mapped[UUID] = to("expert.id")
    subject: Mapped[str] = mapped_column(String(100))
    since_on: Mapped[date]
    __table_args__ = (UniqueConstraint("expert_id", "subject"),)


class TaughtClass(Base):
    """A class that the expert teaches."""

    __tablename__ = "taught_class"
    id: Mapped[Id]
    expert_id: Mapped[UUID] = to("expert.id")
    class_id: Mapped[UUID] = to("school_class.id")
    school_class: Mapped[SchoolClass] = relationship()
    __table_args__ = (UniqueConstraint("expert_id", "class_id"),)


class Conflict(Base):
    """A declared conflict of interest with one school, class or code."""

    __tablename__ = "conflict"
    id: Mapped[Id]
    expert_id: Mapped[UUID] = to("expert.id")
    level: Mapped[ConflictLevel] = mapped_column(one_of(ConflictLevel, "level_known"))
    school_id: Mapped[UUID | None] = to("school.id")
    class_id: Mapped[UUID | None] = to("school_class.id")
    participant_id: Mapped[UUID | None] = to("participant.id")
    category: Mapped[ConflictCategory] = mapped_column(one_of(ConflictCategory, "category_known"))
    declared_at: Mapped[datetime]
    declared_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    expert: Mapped[Expert] = relationship(back_populates="conflicts")
    __table_args__ = (
        CheckConstraint(
            "(level = 'school' AND school_id IS NOT NULL"
            " AND class_id IS NULL AND participant_id IS NULL)"
            " OR (level = 'class' AND class_id IS NOT NULL"
            " AND school_id IS NULL AND participant_id IS NULL)"
            " OR (level = 'code' AND participant_id IS NOT NULL"
            " AND school_id IS NULL AND class_id IS NULL)",
            name="one_reference",
        ),
        *(
            Index(
                f"uq_conflict_standing_{reference}",
                "expert_id",
                f"{reference}_id",
                "category",
                unique=True,
                sqlite_where=text("withdrawn_at IS NULL"),
                postgresql_where=text("withdrawn_at IS NULL"),
            )
            for reference in ("school", "class", "participant")
        ),
    )
