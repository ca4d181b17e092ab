"""Keeping a report that came back from the federal system, once it has been read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.subjects import same_subject
from app.errors import NotYours, Refusal
from app.exchange.federal_reports import read_individual, read_journal, read_marks
from app.models import Exam, FederalReport, ReportKind, School
from app.storage import FileStore

_LONGEST_NAME = 300
_READERS: Mapping[ReportKind, Callable[[bytes], object]] = {
    ReportKind.INDIVIDUAL: read_individual,
    ReportKind.MARKS: read_marks,
    ReportKind.JOURNAL: read_journal,
}


def keep_report(
    session: Session,
    *,
    store: FileStore,
    exam_id: UUID,
    school_id: UUID | None,
    kind: ReportKind,
    name: str,
    data: bytes,
    by: Actor,
    at: datetime,
) -> FederalReport:
    """Keep a version of a report; it has been read to its end before.

    Args:
        session: a writing session.
        store: where files lie.
        exam_id: of which exam.
        school_id: of a school's own report; None for the municipality's.
        kind: which report.
        name: the file's name.
        data: the file.
        by: who brought it.
        at: when.

    Raises:
        NotYours: the exam or the school is not his.
        ExchangeError: the file is not that report.
        Refusal: the report is of another exam.
    """
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise NotYours
    _require(session, exam, school_id, by)
    _check(exam, kind, data)
    made = FederalReport(
        exam_id=exam_id,
        school_id=school_id,
        kind=kind,
        number=_next_number(session, exam_id=exam_id, school_id=school_id, kind=kind),
        name=name[:_LONGEST_NAME],
        sha256=store.put(data),
        loaded_at=at,
        loaded_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    _trace(session, made, exam, by=by, at=at)
    return made


def _trace(session: Session, made: FederalReport, exam: Exam, *, by: Actor, at: datetime) -> None:
    record(
        session,
        action="report.kept",
        subject_kind="report",
        subject_id=made.id,
        by=by,
        at=at,
        municipality_id=exam.campaign.municipality_id,
        school_id=made.school_id,
        exam_id=exam.id,
        new={"number": made.number, "sha256": made.sha256},
    )


def _next_number(
    session: Session, *, exam_id: UUID, school_id: UUID | None, kind: ReportKind
) -> int:
    last = session.scalar(
        select(func.max(FederalReport.number)).where(
            FederalReport.exam_id == exam_id,
            FederalReport.school_id == school_id,
            FederalReport.kind == kind,
        )
    )
    return (last or 0) + 1


def _require(session: Session, exam: Exam, school_id: UUID | None, by: Actor) -> None:
    if school_id is None:
        by.require(Permission.EDIT_EXAM, municipality_id=exam.campaign.municipality_id)
        return
    school = session.get(School, school_id)
    if school is None or school.municipality_id != exam.campaign.municipality_id:
        raise NotYours
    by.require(Permission.RELEASE_RESULTS, school_id=school_id)


def _check(exam: Exam, kind: ReportKind, data: bytes) -> None:
    _READERS[kind](data)
    if kind is not ReportKind.INDIVIDUAL:
        return
    found = read_individual(data)
    same_grade = found.grade in (None, exam.grade)
    fits = not found.subject or same_subject(found.subject, exam.subject)
    if not (same_grade and fits):
        raise Refusal(
            "Это отчёт другой работы: «%(subject)s, %(grade)s класс».",
            subject=found.subject,
            grade=found.grade or "",
        )
