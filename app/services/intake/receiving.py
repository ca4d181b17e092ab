"""An upload becomes a bundle, its files and the job that reads them, in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.bundles import BUNDLE_JOB, reading_jobs, reading_key
from app.bridge.places import get_place
from app.bridge.scans import get_forms
from app.errors import NotYours, Refusal
from app.models import (
    Bundle,
    BundleFile,
    Destruction,
    DestructionLine,
    DocumentKind,
    Exam,
    FileOutcome,
    JobState,
    SchoolClass,
)
from app.queue import enqueue

LONGEST_NAME = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file that lies in the store already."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownFile:
    """A file of this upload whose content came before.

    Attributes:
        name: how it is named now.
        uploaded_at: when it came.
        act: the number of the act by which it was destroyed; None while it is kept.
    """

    name: str
    uploaded_at: datetime
    act: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """What an upload left behind; no bundle where every file was known."""

    bundle_id: UUID | None
    known: tuple[KnownFile, ...]


def receive_bundle(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID,
    class_id: UUID | None,
    files: Sequence[StoredFile],
    by: Actor,
    at: datetime,
) -> Received:
    """Take the files of one upload in; a file that came before is told and left out.

    Args:
        session: a writing session.
        exam_id: which exam.
        school_id: whose scripts.
        class_id: the class, where the pile is of one class only.
        files: in the order of the pile, already in the store.
        by: who uploads.
        at: when.

    Raises:
        NotYours: the exam, school or class is not his.
        Refusal: there is no file, or the exam has no page template.
    """
    exam = _get_exam(session, exam_id=exam_id, school_id=school_id, class_id=class_id, by=by)
    if not files:
        raise Refusal("Файлы не выбраны: укажите хотя бы один скан.")
    get_forms(session, exam_id=exam.id)
    known = _known_files(session, exam_id=exam_id, school_id=school_id, files=files)
    fresh = {file.sha256: file for file in files if file.sha256 not in known}
    told = tuple(
        KnownFile(name=file.name, uploaded_at=known[file.sha256][0], act=known[file.sha256][1])
        for file in files
        if file.sha256 in known
    )
    if not fresh:
        return Received(bundle_id=None, known=told)
    bundle = Bundle(
        exam_id=exam_id,
        school_id=school_id,
        class_id=class_id,
        uploaded_by_id=by.person_id,
        uploaded_at=at,
        files=[_row(position, file) for position, file in enumerate(fresh.values(), start=1)],
    )
    session.add(bundle)
    session.flush()
    _ask_for_reading(session, bundle, attempt=1, at=at)
    _tell_received(session, bundle, new={"files": len(fresh), "known": len(told)}, by=by, at=at)
    return Received(bundle_id=bundle.id, known=told)


def _tell_received(
    session: Session, bundle: Bundle, *, new: dict[str, int], by: Actor, at: datetime
) -> None:
    record(
        session,
        action="bundle.received",
        subject_kind="bundle",
        subject_id=bundle.id,
        by=by,
        at=at,
        school_id=bundle.school_id,
        exam_id=bundle.exam_id,
        new=new,
    )


def _get_exam(
    session: Session, *, exam_id: UUID, school_id: UUID, class_id: UUID | None, by: Actor
) -> Exam:
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.UPLOAD_SCANS,
        by=by,
    )
    if class_id is not None:
        school_class = session.get(SchoolClass, class_id)
        if school_class is None or school_class.school_id != school_id:
            raise NotYours
    return exam


def _known_files(
    session: Session, *, exam_id: UUID, school_id: UUID, files: Sequence[StoredFile]
) -> dict[str, tuple[datetime, int | None]]:
    """When the contents came before, and by which act they went.

    What was refused then may come again; what was destroyed by its term may not.
    """
    act = (
        select(func.max(Destruction.number))
        .join(DestructionLine, DestructionLine.destruction_id == Destruction.id)
        .where(
            DestructionLine.exam_id == exam_id,
            DestructionLine.school_id == school_id,
            Destruction.kind == DocumentKind.SCRIPTS,
            Destruction.signed_at == BundleFile.destroyed_at,
        )
        .correlate(BundleFile)
        .scalar_subquery()
    )
    query = (
        select(BundleFile.sha256, Bundle.uploaded_at, act)
        .join(Bundle, Bundle.id == BundleFile.bundle_id)
        .where(
            Bundle.exam_id == exam_id,
            Bundle.school_id == school_id,
            BundleFile.outcome != FileOutcome.REJECTED,
            BundleFile.sha256.in_([file.sha256 for file in files]),
        )
        .order_by(Bundle.uploaded_at.desc())
    )
    return {digest: (at, number) for digest, at, number in session.execute(query)}


def _row(position: int, file: StoredFile) -> BundleFile:
    return BundleFile(
        position=position,
        name=file.name[-LONGEST_NAME:],
        sha256=file.sha256,
        size_bytes=file.size_bytes,
    )


def _ask_for_reading(session: Session, bundle: Bundle, *, attempt: int, at: datetime) -> None:
    enqueue(
        session,
        kind=BUNDLE_JOB,
        key=reading_key(bundle.id, attempt=attempt),
        payload={"bundle_id": str(bundle.id)},
        at=at,
        municipality_id=bundle.exam.campaign.municipality_id,
    )


def read_again(session: Session, *, bundle_id: UUID, by: Actor, at: datetime) -> None:
    """Ask once more for a bundle whose job ended in failure.

    Raises:
        NotYours: the bundle is not his.
        Refusal: it is being read, or has been.
    """
    bundle = session.get(Bundle, bundle_id)
    if bundle is None:
        raise NotYours
    by.require(Permission.UPLOAD_SCANS, school_id=bundle.school_id)
    jobs = session.scalars(reading_jobs(bundle_id)).all()
    if bundle.read_at is not None or any(job.state != JobState.FAILED for job in jobs):
        raise Refusal("Пачка уже прочитана или читается: повторять чтение не нужно.")
    _ask_for_reading(session, bundle, attempt=len(jobs) + 1, at=at)
    record(
        session,
        action="bundle.read_again",
        subject_kind="bundle",
        subject_id=bundle.id,
        by=by,
        at=at,
        school_id=bundle.school_id,
        exam_id=bundle.exam_id,
    )
