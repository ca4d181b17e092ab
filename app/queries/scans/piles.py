"""Exams of a school with the state of their scans; one exam's bundles and refused files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.scans import list_forms, list_participants
from app.models import (
    Bundle,
    Campaign,
    Exam,
    FileOutcome,
    Page,
    Participant,
    School,
    SchoolClass,
    Script,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PileLine:
    """One exam of one school on the first page of scans."""

    exam_id: UUID
    school_id: UUID
    subject: str
    grade: int
    held_on: date
    school: str
    codes: int
    scripts: int
    waiting: int
    published: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassChoice:
    """A class that a bundle may be of."""

    class_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleLine:
    """One upload: how much came, and what became of it."""

    bundle_id: UUID
    uploaded_at: datetime
    class_name: str
    files: int
    refused: int
    pages: int
    named: int
    waiting: int
    aside: int
    is_read: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedFile:
    """A file that could not be read, and why."""

    name: str
    why: str
    why_params: Mapping[str, object]
    uploaded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PileView:
    """Everything about one exam's scans in one school."""

    line: PileLine
    has_form: bool
    classes: tuple[ClassChoice, ...]
    bundles: tuple[BundleLine, ...]
    refused: tuple[RefusedFile, ...]


def list_piles(session: Session, *, by: Actor) -> tuple[PileLine, ...]:
    """Exams of the schools where the person uploads scans, the latest first."""
    schools = by.school_ids(Permission.UPLOAD_SCANS)
    query = (
        select(Exam, School)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(School, School.municipality_id == Campaign.municipality_id)
        .where(School.id.in_(schools))
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, School.login)
    )
    lines = [_line(session, exam, school) for exam, school in session.execute(query)]
    return tuple(line for line in lines if line.codes)


def get_pile(session: Session, *, exam_id: UUID, school_id: UUID, by: Actor) -> PileView:
    """One exam's scans in one school.

    Raises:
        NotYours: the school is not his.
    """
    exam, school = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.UPLOAD_SCANS,
        by=by,
    )
    bundles = _bundles(session, exam_id=exam_id, school_id=school_id)
    return PileView(
        line=_line(session, exam, school),
        has_form=bool(list_forms(session, exam_id=exam_id)),
        classes=_classes(session, exam, school_id),
        bundles=tuple(_bundle_line(session, bundle) for bundle in bundles),
        refused=tuple(
            RefusedFile(
                name=file.name,
                why=file.why,
                why_params=file.why_params,
                uploaded_at=bundle.uploaded_at,
            )
            for bundle in bundles
            for file in bundle.files
            if file.outcome is FileOutcome.REJECTED
        ),
    )


def _line(session: Session, exam: Exam, school: School) -> PileLine:
    found = session.scalar(
        select(func.count(func.distinct(Script.id)))
        .join(Participant, Participant.id == Script.participant_id)
        .join(Page, Page.script_id == Script.id)
        .where(Script.exam_id == exam.id, Participant.school_id == school.id)
    )
    published = session.scalar(
        select(func.count(Script.id))
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Script.exam_id == exam.id,
            Participant.school_id == school.id,
            Script.published_at.is_not(None),
        )
    )
    waiting = session.scalar(
        select(func.count(Page.id))
        .join(Bundle, Bundle.id == Page.bundle_id)
        .where(Bundle.exam_id == exam.id, Bundle.school_id == school.id, Page.needs_person)
    )
    return PileLine(
        exam_id=exam.id,
        school_id=school.id,
        subject=exam.subject,
        grade=exam.grade,
        held_on=exam.held_on,
        school=school.name,
        codes=len(list_participants(session, exam=exam, school_id=school.id, class_id=None)),
        scripts=found or 0,
        waiting=waiting or 0,
        published=published or 0,
    )


def _classes(session: Session, exam: Exam, school_id: UUID) -> tuple[ClassChoice, ...]:
    query = (
        select(SchoolClass)
        .where(SchoolClass.school_id == school_id, SchoolClass.grade == exam.grade)
        .order_by(SchoolClass.letter)
    )
    return tuple(ClassChoice(class_id=row.id, name=row.name) for row in session.scalars(query))


def _bundles(session: Session, *, exam_id: UUID, school_id: UUID) -> Sequence[Bundle]:
    query = (
        select(Bundle)
        .where(Bundle.exam_id == exam_id, Bundle.school_id == school_id)
        .order_by(Bundle.uploaded_at.desc(), Bundle.id)
    )
    return session.scalars(query).all()


def _bundle_line(session: Session, bundle: Bundle) -> BundleLine:
    named, waiting, pages = session.execute(
        select(
            func.count(Page.script_id),
            func.count().filter(Page.needs_person),
            func.count(Page.id),
        ).where(Page.bundle_id == bundle.id)
    ).one()
    school_class = session.get(SchoolClass, bundle.class_id) if bundle.class_id else None
    return BundleLine(
        bundle_id=bundle.id,
        uploaded_at=bundle.uploaded_at,
        class_name=school_class.name if school_class else "",
        files=len(bundle.files),
        refused=sum(1 for file in bundle.files if file.outcome is FileOutcome.REJECTED),
        pages=pages,
        named=named,
        waiting=waiting,
        aside=pages - named - waiting,
        is_read=bundle.read_at is not None,
    )
