"""The commission, its cases and its decisions (P 9)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Exam
from app.models.experts import Expert
from app.models.plans import Assignment
from app.models.scans import Script


class Ground(StrEnum):
    """Why a script is read again (P 9.2; O 3.2)."""

    LISTED_SCHOOL = "listed_school"
    DISAGREEMENT = "disagreement"
    SELECTIVE = "selective"


class Outcome(StrEnum):
    """What the commission decided."""

    RAISED = "raised"
    KEPT = "kept"
    LOWERED = "lowered"


class ReasonCode(StrEnum):
    """Why points change, or stay."""

    CONFIRMED = "confirmed"
    SCAN = "scan"
    TRANSCRIPTION = "transcription"
    MISAPPLIED = "misapplied"
    WRONG_PLACE = "wrong_place"
    ILLEGIBLE = "illegible"
    UNUSUAL = "unusual"
    ADDING_UP = "adding_up"
    OTHER = "other"


class CommissionMember(Base):
    """An expert approved for rechecks by an order of the municipality (P 9.3)."""

    __tablename__ = "commission_member"
    id: Mapped[Id]
    municipality_id: Mapped[UUID] = to("municipality.id")
    expert_id: Mapped[UUID] = to("expert.id")
    order_number: Mapped[str] = mapped_column(String(60))
    order_on: Mapped[date]
    appointed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    expert: Mapped[Expert] = relationship()
    __table_args__ = (
        UniqueConstraint("municipality_id", "expert_id", "order_number"),
        CheckConstraint("order_number <> ''", name="order_named"),
    )


class RecheckCase(Base):
    """One script before the commission: its ground, its clock, its readers."""

    __tablename__ = "recheck_case"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    script_id: Mapped[UUID] = to("script.id")
    ground: Mapped[Ground] = mapped_column(one_of(Ground, "ground_known"))
    reason: Mapped[str] = mapped_column(Text)
    lodged_by_id: Mapped[UUID] = to("person.id")
    lodged_at: Mapped[datetime]
    received_on: Mapped[date]
    due_on: Mapped[date]
    assignment_id: Mapped[UUID | None] = to("assignment.id", unique=True)
    closed_at: Mapped[datetime | None]
    exam: Mapped[Exam] = relationship()
    script: Mapped[Script] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    decision: Mapped[RecheckDecision | None] = relationship(back_populates="case")
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("due_on > received_on", name="due_after_receipt"),
        Index(
            "uq_recheck_case_open",
            "script_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class RecheckDecision(Base):
    """What was decided and why; the points before stand in the result before."""

    __tablename__ = "recheck_decision"
    id: Mapped[Id]
    case_id: Mapped[UUID] = to("recheck_case.id", unique=True)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome, "outcome_known"))
    reason_code: Mapped[ReasonCode] = mapped_column(one_of(ReasonCode, "reason_known"))
    reason: Mapped[str] = mapped_column(Text)
    result_before_id: Mapped[UUID] = to("final_result.id")
    result_after_id: Mapped[UUID | None] = to("final_result.id")
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[UUID] = to("person.id")
    case: Mapped[RecheckCase] = relationship(back_populates="decision")
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("(outcome = 'kept') = (result_after_id IS NULL)", name="change_has_result"),
    )
