"""The commission's procedure, what is handed over to it, its cases and readings (P 9)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Campaign, Criterion, Exam
from app.models.experts import Expert
from app.models.listed import ListedSchool
from app.models.plans import Assignment
from app.models.scans import Script


class Ground(StrEnum):
    """Why a script is read again (P 9.2; O 3.2)."""

    LISTED_SCHOOL = "listed_school"
    DISAGREEMENT = "disagreement"
    SELECTIVE = "selective"


class Method(StrEnum):
    """How the commission reads; what the reader may see, and when.

    REVIEW: one member with the old points in sight. BLIND: one member without them. TWO_BLIND: two
    members without them and without each other. REVEAL: one member without them, who then sees
    them and says why he differs.
    """

    REVIEW = "review"
    BLIND = "blind"
    TWO_BLIND = "two_blind"
    REVEAL = "reveal"


class CaseState(StrEnum):
    """Where a case stands; it follows from its readings and its decision.

    OPENED: a reader is wanted. READING: somebody reads. READ: the chair is to decide. SIGNED: a
    change waits for a second person. CLOSED: the act is there.
    """

    OPENED = "opened"
    READING = "reading"
    READ = "read"
    SIGNED = "signed"
    CLOSED = "closed"


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
        Index(
            "uq_commission_member_standing",
            "municipality_id",
            "expert_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("order_number <> ''", name="order_named"),
    )


class RecheckProcedure(Base):
    """A version of a campaign's procedure of rechecks; the highest number counts.

    `quorum` is the least number of people of the commission, the chair among them, who must be
    present when a case is decided.
    """

    __tablename__ = "recheck_procedure"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    number: Mapped[int]
    method: Mapped[Method] = mapped_column(one_of(Method, "method_known"))
    may_lower: Mapped[bool]
    quorum: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("quorum BETWEEN 1 AND 20", name="quorum_range"),
    )


class RecheckHandover(Base):
    """Works handed over to the commission in one action: ground, procedure, clock, act.

    The procedure is a copy of what stood that day.
    """

    __tablename__ = "recheck_handover"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    number: Mapped[int]
    ground: Mapped[Ground] = mapped_column(one_of(Ground, "ground_known"))
    reason: Mapped[str] = mapped_column(Text)
    method: Mapped[Method] = mapped_column(one_of(Method, "method_known"))
    may_lower: Mapped[bool]
    quorum: Mapped[int]
    receiver: Mapped[str] = mapped_column(String(300))
    lodged_by_id: Mapped[UUID] = to("person.id")
    lodged_at: Mapped[datetime]
    received_on: Mapped[date]
    due_on: Mapped[date]
    works: Mapped[int]
    act_sha256: Mapped[str] = mapped_column(String(64))
    campaign: Mapped[Campaign] = relationship()
    cases: Mapped[list[RecheckCase]] = relationship(
        back_populates="handover", order_by="RecheckCase.position"
    )
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        Index("ix_recheck_handover_due", "due_on", "number", "id"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("due_on > received_on", name="due_after_receipt"),
        CheckConstraint("works > 0", name="works_positive"),
        CheckConstraint("quorum BETWEEN 1 AND 20", name="quorum_range"),
    )


class RecheckCase(Base):
    """One script before the commission; `position` is its number within what was handed over.

    `follows_id` names the case in which an error was found that this script may share, `listed_id`
    the entry of the list by which its school is rechecked.
    """

    __tablename__ = "recheck_case"
    id: Mapped[Id]
    handover_id: Mapped[UUID] = to("recheck_handover.id")
    position: Mapped[int]
    exam_id: Mapped[UUID] = to("exam.id")
    script_id: Mapped[UUID] = to("script.id")
    follows_id: Mapped[UUID | None] = to("recheck_case.id")
    listed_id: Mapped[UUID | None] = to("listed_school.id")
    state: Mapped[CaseState] = mapped_column(
        one_of(CaseState, "state_known"), default=CaseState.OPENED, index=True
    )
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome_known"))
    closed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[UUID | None] = to("person.id")
    handover: Mapped[RecheckHandover] = relationship(back_populates="cases")
    exam: Mapped[Exam] = relationship()
    script: Mapped[Script] = relationship()
    listed: Mapped[ListedSchool | None] = relationship()
    readings: Mapped[list[RecheckReading]] = relationship(
        back_populates="case", order_by="RecheckReading.created_at, RecheckReading.position"
    )
    decisions: Mapped[list[RecheckDecision]] = relationship(
        back_populates="case", order_by="RecheckDecision.number"
    )
    __table_args__ = (
        UniqueConstraint("handover_id", "position"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint("acknowledged_at IS NULL OR state = 'closed'", name="told_when_closed"),
        Index(
            "uq_recheck_case_open",
            "script_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class RecheckReading(Base):
    """One member's reading of a case; the third of two blind ones settles their divergence.

    It stands while its assignment does. `done_at` is set when nothing more is asked of the member:
    his sheet is handed in, and where the procedure wants it, his findings are written.
    """

    __tablename__ = "recheck_reading"
    id: Mapped[Id]
    case_id: Mapped[UUID] = to("recheck_case.id")
    assignment_id: Mapped[UUID] = to("assignment.id", unique=True)
    position: Mapped[int]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    case: Mapped[RecheckCase] = relationship(back_populates="readings")
    assignment: Mapped[Assignment] = relationship()
    findings: Mapped[list[RecheckFinding]] = relationship(back_populates="reading")
    __table_args__ = (CheckConstraint("position BETWEEN 1 AND 3", name="position_range"),)


class RecheckFinding(Base):
    """What a member says of one criterion with the old points in sight; no points mean X."""

    __tablename__ = "recheck_finding"
    id: Mapped[Id]
    reading_id: Mapped[UUID] = to("recheck_reading.id")
    criterion_id: Mapped[UUID] = to("criterion.id")
    points: Mapped[int | None]
    reason_code: Mapped[ReasonCode] = mapped_column(one_of(ReasonCode, "reason_known"))
    words: Mapped[str] = mapped_column(Text, default="")
    reading: Mapped[RecheckReading] = relationship(back_populates="findings")
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (
        UniqueConstraint("reading_id", "criterion_id"),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
    )


class RecheckDecision(Base):
    """What the chair signed; a change of the final result counts when a second person confirms it.

    One that was returned stays, and the next has the next number.
    """

    __tablename__ = "recheck_decision"
    id: Mapped[Id]
    case_id: Mapped[UUID] = to("recheck_case.id")
    number: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome, "outcome_known"))
    changes: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    result_before_id: Mapped[UUID] = to("final_result.id")
    result_after_id: Mapped[UUID | None] = to("final_result.id")
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[UUID] = to("person.id")
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[UUID | None] = to("person.id")
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[UUID | None] = to("person.id")
    return_reason: Mapped[str] = mapped_column(Text, default="")
    act_sha256: Mapped[str | None] = mapped_column(String(64))
    case: Mapped[RecheckCase] = relationship(back_populates="decisions")
    lines: Mapped[list[RecheckLine]] = relationship(back_populates="decision")
    present: Mapped[list[RecheckPresence]] = relationship(back_populates="decision")
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("outcome = 'kept' OR changes", name="outcome_fits_changes"),
        CheckConstraint(
            "(result_after_id IS NOT NULL) = (confirmed_by_id IS NOT NULL)",
            name="change_is_confirmed",
        ),
        CheckConstraint("confirmed_by_id <> signed_by_id", name="two_persons"),
        CheckConstraint("confirmed_at IS NULL OR returned_at IS NULL", name="one_answer"),
        CheckConstraint(
            "(returned_at IS NOT NULL) = (return_reason <> '')", name="return_has_reason"
        ),
    )


class RecheckLine(Base):
    """Old and new points of one criterion in a decision, and why; no points mean X."""

    __tablename__ = "recheck_line"
    id: Mapped[Id]
    decision_id: Mapped[UUID] = to("recheck_decision.id")
    criterion_id: Mapped[UUID] = to("criterion.id")
    old_points: Mapped[int | None]
    new_points: Mapped[int | None]
    reason_code: Mapped[ReasonCode] = mapped_column(one_of(ReasonCode, "reason_known"))
    words: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[RecheckDecision] = relationship(back_populates="lines")
    criterion: Mapped[Criterion] = relationship()
    __table_args__ = (UniqueConstraint("decision_id", "criterion_id"),)


class RecheckPresence(Base):
    """A member who was present when a case was decided; the chair, who signs, is not listed."""

    __tablename__ = "recheck_presence"
    id: Mapped[Id]
    decision_id: Mapped[UUID] = to("recheck_decision.id")
    member_id: Mapped[UUID] = to("commission_member.id")
    decision: Mapped[RecheckDecision] = relationship(back_populates="present")
    member: Mapped[CommissionMember] = relationship()
    __table_args__ = (UniqueConstraint("decision_id", "member_id"),)
