"""Plans of checking, their rows, and the assignments that a published plan leaves behind."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Exam
from app.models.experts import Expert
from app.models.scans import Script


class Scheme(StrEnum):
    """The three checking schemes (P 7.1)."""

    IN_SCHOOL = "in_school"
    CROSS_SCHOOL = "cross_school"
    MUNICIPAL = "municipal"


class PlanLevel(StrEnum):
    """Whose plan it is: the municipality's, or a school's spread of what it received."""

    MUNICIPAL = "municipal"
    SCHOOL = "school"


class PlanState(StrEnum):
    """The life of a plan; at most one published plan stands for a level and place."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class PlanStatus(StrEnum):
    """Whether everything found a place."""

    OK = "ok"
    PARTIAL = "partial"
    INFEASIBLE = "infeasible"


class Round(StrEnum):
    """Which reading of a script an assignment is.

    `EXTRA` is a third independent reading by plan; `OPINION` is one more that a person called,
    beside the plan; `THIRD` is called by a divergence. `CONTROL` and
    `QUALIFICATION` are readings of works of known worth: they settle nothing.
    """

    FIRST = "first"
    SECOND = "second"
    EXTRA = "extra"
    OPINION = "opinion"
    THIRD = "third"
    RECHECK = "recheck"
    CONTROL = "control"
    QUALIFICATION = "qualification"


BY_PLAN = (Round.FIRST, Round.SECOND, Round.EXTRA)
"""Readings that a plan can give, in their order."""
BLIND = (*BY_PLAN, Round.OPINION)
"""Readings none of which sees another, in their order."""
CONTROLS = (Round.CONTROL, Round.QUALIFICATION)
"""Readings of works of known worth: many experts have the same one at once."""

_ONE_READER = (
    "withdrawn_at IS NULL AND round <> 'opinion' AND round <> 'recheck' AND round <> 'control'"
    " AND round <> 'qualification'"
)


class Plan(Base):
    """A solved plan with what is needed to trust it: seed, digest of its input, solver.

    `replaces_id` is the plan that stood when this draft was solved: a draft whose predecessor is
    not the standing plan any more came too late.
    """

    __tablename__ = "plan"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    level: Mapped[PlanLevel] = mapped_column(one_of(PlanLevel, "level_known"))
    school_id: Mapped[UUID | None] = to("school.id")
    parent_id: Mapped[UUID | None] = to("plan.id")
    replaces_id: Mapped[UUID | None] = to("plan.id")
    scheme: Mapped[Scheme] = mapped_column(one_of(Scheme, "scheme_known"))
    state: Mapped[PlanState] = mapped_column(
        one_of(PlanState, "state_known"), default=PlanState.DRAFT
    )
    status: Mapped[PlanStatus] = mapped_column(one_of(PlanStatus, "status_known"))
    seed: Mapped[int]
    digest: Mapped[str] = mapped_column(String(80))
    solver_version: Mapped[str] = mapped_column(String(40))
    options: Mapped[dict[str, Any]]
    metrics: Mapped[dict[str, Any]]
    shortages: Mapped[list[Any]]
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = to("person.id")
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[UUID | None] = to("person.id")
    exam: Mapped[Exam] = relationship()
    rows: Mapped[list[PlanRow]] = relationship(back_populates="plan")
    __table_args__ = (
        CheckConstraint(
            "(level = 'municipal' AND school_id IS NULL AND parent_id IS NULL)"
            " OR (level = 'school' AND school_id IS NOT NULL AND parent_id IS NOT NULL)",
            name="place_fits_level",
        ),
        CheckConstraint(
            "state NOT IN ('published', 'superseded') OR published_at IS NOT NULL",
            name="published_has_time",
        ),
        Index(
            "uq_plan_published_municipal",
            "exam_id",
            unique=True,
            sqlite_where=text("state = 'published' AND level = 'municipal'"),
            postgresql_where=text("state = 'published' AND level = 'municipal'"),
        ),
        Index(
            "uq_plan_published_school",
            "exam_id",
            "school_id",
            unique=True,
            sqlite_where=text("state = 'published' AND level = 'school'"),
            postgresql_where=text("state = 'published' AND level = 'school'"),
        ),
    )


class PlanRow(Base):
    """One reading of one script: the school that receives it and, once known, the expert."""

    __tablename__ = "plan_row"
    id: Mapped[Id]
    plan_id: Mapped[UUID] = to("plan.id")
    script_id: Mapped[UUID] = to("script.id")
    position: Mapped[int]
    school_id: Mapped[UUID | None] = to("school.id")
    expert_id: Mapped[UUID | None] = to("expert.id")
    plan: Mapped[Plan] = relationship(back_populates="rows")
    script: Mapped[Script] = relationship()
    expert: Mapped[Expert | None] = relationship()
    __table_args__ = (
        UniqueConstraint("plan_id", "script_id", "position"),
        UniqueConstraint("plan_id", "script_id", "expert_id"),
        CheckConstraint("position BETWEEN 1 AND 3", name="position_range"),
    )


class Assignment(Base):
    """One script given to one expert; its random id is all that the expert's address bar shows."""

    __tablename__ = "assignment"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id")
    expert_id: Mapped[UUID] = to("expert.id")
    round: Mapped[Round] = mapped_column(one_of(Round, "round_known"))
    plan_id: Mapped[UUID | None] = to("plan.id")
    queue_position: Mapped[int]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    script: Mapped[Script] = relationship()
    expert: Mapped[Expert] = relationship()
    __table_args__ = (
        Index(
            "uq_assignment_active_reader",
            "script_id",
            "expert_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "uq_assignment_active_round",
            "script_id",
            "round",
            unique=True,
            sqlite_where=text(_ONE_READER),
            postgresql_where=text(_ONE_READER),
        ),
    )
