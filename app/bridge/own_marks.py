"""Final points of schools at one exam -> raw scores and marks, as reports count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.bridge.scheme import thresholds_of
from app.finals import newest_totals
from app.models import (
    Exam,
    ExamEntry,
    Participant,
    School,
    SchoolClass,
    Script,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnResult:
    """One participant as he stands here.

    Attributes:
        login: his school's login.
        school: its name.
        code: his code.
        absent: whether he was absent.
        total: the raw score of the newest final points; None until there are any.
        mark: the mark; None without a score or a scale.
        journal: the mark before.
    """

    login: str
    school: str
    code: str
    absent: bool
    total: int | None
    mark: int | None
    journal: int | None


def own_results(session: Session, exam: Exam, school_ids: Sequence[UUID]) -> tuple[OwnResult, ...]:
    """Every participant of the schools who is expected at the exam, by school and code."""
    scale = thresholds_of(exam)
    return tuple(
        OwnResult(
            login=login,
            school=name,
            code=code,
            absent=bool(absent),
            total=total,
            mark=None if scale is None or total is None else scale.mark_of(total),
            journal=journal,
        )
        for login, name, code, absent, total, journal in session.execute(
            _expected(exam, school_ids)
        )
    )


def _expected(exam: Exam, school_ids: Sequence[UUID]) -> Select[Any]:
    totals = newest_totals(exam.id)
    return (
        select(
            School.login,
            School.name,
            Participant.code,
            func.coalesce(ExamEntry.absent, False),
            totals.c.total,
            ExamEntry.previous_mark,
        )
        .select_from(Participant)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .outerjoin(Script, (Script.participant_id == Participant.id) & (Script.exam_id == exam.id))
        .outerjoin(totals, totals.c.script_id == Script.id)
        .outerjoin(
            ExamEntry,
            (ExamEntry.participant_id == Participant.id) & (ExamEntry.exam_id == exam.id),
        )
        .where(
            Participant.campaign_id == exam.campaign_id,
            Participant.school_id.in_(school_ids),
            SchoolClass.grade == exam.grade,
        )
        .order_by(School.name, Participant.code)
    )
