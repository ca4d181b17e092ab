"""Whether an expert may score an exam now: qualified, where the exam asks it, and not stopped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.controls import IN_LIST
from app.errors import Refusal
from app.models import Assignment, ControlRule, Exam, Qualification, ScoringStop


class NotAdmitted(Refusal):
    """The expert's works wait: for his qualification, or for the chair's word."""


_PASSED = (
    select(Qualification.id)
    .where(
        Qualification.exam_id == bindparam("exam_id"),
        Qualification.expert_id == bindparam("expert_id"),
        Qualification.passed.is_(True),
    )
    .exists()
)
# What bars an expert from an exam, in one statement made once: every save asks for it.
STANDING = (
    select(ScoringStop, ControlRule.qualifying_works, _PASSED)
    .select_from(Exam)
    .outerjoin(
        ScoringStop,
        and_(
            ScoringStop.exam_id == Exam.id,
            ScoringStop.expert_id == bindparam("expert_id"),
            ScoringStop.lifted_at.is_(None),
        ),
    )
    .outerjoin(ControlRule, ControlRule.exam_id == Exam.id)
    .where(Exam.id == bindparam("exam_id"))
)


@dataclass(frozen=True, slots=True)
class Admission:
    """What an exam asks of an expert, and whether the chair has stopped him."""

    stop: ScoringStop | None
    qualifying_works: int | None
    has_passed: bool

    @property
    def is_qualified(self) -> bool:
        """Whether the exam asks no qualification of the expert, or he has it."""
        return not self.qualifying_works or self.has_passed

    @property
    def bar(self) -> NotAdmitted | None:
        """Why the expert may not score the exam now; None where he may."""
        if self.stop is not None:
            return NotAdmitted(
                "Председатель приостановил вашу проверку: %(why)s. Работы ждут вас, сохранённые"
                " баллы целы.",
                why=self.stop.why,
            )
        if not self.is_qualified:
            return NotAdmitted(
                "Сначала пройдите отбор: проверьте несколько работ с согласованными баллами."
            )
        return None


def _standing(session: Session, *, exam_id: UUID, expert_id: UUID) -> Admission:
    found = session.execute(STANDING, {"exam_id": exam_id, "expert_id": expert_id})
    return Admission(*found.one())


def find_stop(session: Session, *, exam_id: UUID, expert_id: UUID) -> ScoringStop | None:
    """The chair's stop that stands."""
    return _standing(session, exam_id=exam_id, expert_id=expert_id).stop


def is_qualified(session: Session, *, exam_id: UUID, expert_id: UUID) -> bool:
    """Whether the exam asks no qualification of the expert, or he has it."""
    return _standing(session, exam_id=exam_id, expert_id=expert_id).is_qualified


def list_admissions(
    session: Session, *, exam_id: UUID, experts: Collection[UUID]
) -> dict[UUID, Admission]:
    """How each of some experts stands to the exam, whatever their number in three statements."""
    asked = session.scalar(
        select(ControlRule.qualifying_works).where(ControlRule.exam_id == exam_id)
    )
    stops = select(ScoringStop).where(
        ScoringStop.exam_id == exam_id,
        ScoringStop.expert_id.in_(experts),
        ScoringStop.lifted_at.is_(None),
    )
    stopped = {one.expert_id: one for one in session.scalars(stops)}
    passed = set(
        session.scalars(
            select(Qualification.expert_id).where(
                Qualification.exam_id == exam_id, Qualification.passed.is_(True)
            )
        )
    )
    return {one: Admission(stopped.get(one), asked, one in passed) for one in experts}


def find_bar(session: Session, assignment: Assignment) -> NotAdmitted | None:
    """Why points may not be given to the work now; None where they may."""
    if assignment.round not in IN_LIST:
        return None
    return find_bar_of(session, exam_id=assignment.script.exam_id, expert_id=assignment.expert_id)


def find_bar_of(session: Session, *, exam_id: UUID, expert_id: UUID) -> NotAdmitted | None:
    """Why the expert may not score the exam now; None where he may."""
    return _standing(session, exam_id=exam_id, expert_id=expert_id).bar
