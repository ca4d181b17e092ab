"""Decisions of the commission that a school has not said it knows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.titles import ExamTitle, title_of
from app.models import (
    CaseState,
    Exam,
    Outcome,
    Participant,
    RecheckCase,
    RecheckDecision,
    RecheckHandover,
    School,
    SchoolClass,
    Script,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One decision that the school is told.

    Attributes:
        case_id: the case.
        number: what the case is called.
        exam: the exam.
        exam_id: its key.
        school_id: the school.
        class_name: 4А.
        code: the participant's code.
        outcome: where the raw score went.
        changes: points changed, so that the form of results changes too.
    """

    case_id: UUID
    number: str
    exam: ExamTitle
    exam_id: UUID
    school_id: UUID
    class_name: str
    code: str
    outcome: Outcome
    changes: bool


def list_untold(session: Session, *, actor: Actor) -> tuple[Told, ...]:
    """Decisions that the person's schools have not acknowledged, by exam, class and code."""
    schools = actor.school_ids(Permission.RELEASE_RESULTS)
    if not schools:
        return ()
    query = _closed().where(School.id.in_(schools), RecheckCase.acknowledged_at.is_(None))
    return tuple(
        Told(
            case_id=case.id,
            number=f"{handover.number}-{case.position}",
            exam=title_of(exam),
            exam_id=exam.id,
            school_id=school_class.school_id,
            class_name=school_class.name,
            code=code,
            outcome=decision.outcome,
            changes=decision.changes,
        )
        for case, handover, decision, exam, school_class, code in session.execute(query)
    )


def _closed() -> Select[RecheckCase, RecheckHandover, RecheckDecision, Exam, SchoolClass, str]:
    return (
        select(RecheckCase, RecheckHandover, RecheckDecision, Exam, SchoolClass, Participant.code)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .join(RecheckDecision, RecheckDecision.case_id == RecheckCase.id)
        .join(Exam, Exam.id == RecheckCase.exam_id)
        .join(Script, Script.id == RecheckCase.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .where(RecheckCase.state == CaseState.CLOSED, RecheckDecision.act_sha256.is_not(None))
        .order_by(Exam.held_on, Exam.subject, SchoolClass.serial, Participant.code)
    )
