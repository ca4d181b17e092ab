"""Works that somebody wants to hand over to the commission, as many as there are, in one query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import NotYours
from app.models import (
    Campaign,
    Exam,
    FinalResult,
    Participant,
    RecheckCase,
    RecheckHandover,
    School,
    SchoolClass,
    Script,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Selected:
    """A work and where it stands.

    Attributes:
        script_id: the work.
        exam_id: its exam.
        campaign_id: its campaign.
        municipality_id: whose campaign it is.
        school_id: its school.
        subject: the exam's subject.
        grade: the exam's year of school.
        school: the school's name.
        class_name: 4А.
        code: the participant's code.
        is_final: it has final points.
        is_open: the commission has it already.
    """

    script_id: UUID
    exam_id: UUID
    campaign_id: UUID
    municipality_id: UUID
    school_id: UUID
    subject: str
    grade: int
    school: str
    class_name: str
    code: str
    is_final: bool
    is_open: bool


def select_works(session: Session, script_ids: Collection[UUID]) -> list[Selected]:
    """The works in the order of an act: exam, school, class, code.

    Raises:
        NotYours: one of them does not exist.
    """
    wanted = set(script_ids)
    final = _among(session, FinalResult.script_id, FinalResult.script_id.in_(wanted))
    opened = RecheckCase.closed_at.is_(None)
    before = _among(session, RecheckCase.script_id, RecheckCase.script_id.in_(wanted) & opened)
    found = [
        Selected(
            script_id=script_id,
            exam_id=exam.id,
            campaign_id=exam.campaign_id,
            municipality_id=municipality_id,
            school_id=school.id,
            subject=exam.subject,
            grade=exam.grade,
            school=school.name,
            class_name=school_class.name,
            code=code,
            is_final=script_id in final,
            is_open=script_id in before,
        )
        for script_id, exam, municipality_id, school, school_class, code in session.execute(
            _works(wanted)
        )
    ]
    if len(found) != len(wanted):
        raise NotYours
    return found


def _works(
    wanted: Collection[UUID],
) -> Select[UUID, Exam, UUID, School, SchoolClass, str]:
    return (
        select(Script.id, Exam, Campaign.municipality_id, School, SchoolClass, Participant.code)
        .join(Exam, Exam.id == Script.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .where(Script.id.in_(wanted))
        .order_by(
            Exam.subject, Exam.grade, School.name, School.id, SchoolClass.serial, Participant.code
        )
    )


def _among(
    session: Session, key: InstrumentedAttribute[UUID], condition: ColumnElement[bool]
) -> frozenset[UUID]:
    return frozenset(session.scalars(select(key).where(condition)))


def next_number(session: Session, campaign_id: UUID) -> int:
    """The number of the campaign's next act of hand-over."""
    last = session.scalar(
        select(func.max(RecheckHandover.number)).where(RecheckHandover.campaign_id == campaign_id)
    )
    return (last or 0) + 1
