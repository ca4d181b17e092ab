"""Emptying rows: what a person could be known by goes, what results rest on stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    Update,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record
from app.models import (
    AnnotationVersion,
    Assignment,
    AuditEvent,
    Bundle,
    BundleFile,
    DestructionLine,
    DocumentKind,
    Exam,
    ExamEntry,
    FileOutcome,
    Observer,
    ObserverAct,
    ObserverTie,
    ObserverVisit,
    Page,
    Participant,
    PointVersion,
    Script,
    ScriptCrop,
    ScriptImage,
    Sheet,
    SupportPost,
    SupportTopic,
    Trouble,
)

_GONE = "Файл уничтожен по сроку хранения."
# Points rest on these events: `trail verify` finds a point that no event explains.
_KEPT_ACTIONS = (
    *("sheet.opened", "points.saved", "sheet.submitted", "sheet.reopened"),
    *("result.settled", "trail.erased"),
)


def empty_line(
    session: Session, kind: DocumentKind, line: DestructionLine, *, by: Actor, at: datetime
) -> set[str]:
    """Empty the rows of one line and count them; the hashes of the files that they named."""
    return _WAYS[kind](session, line, by, at)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Works:
    """The works of one school in one exam, as queries of their keys."""

    bundles: Select[UUID]
    pages: Select[UUID]
    scripts: Select[UUID]
    images: Select[UUID]
    assignments: Select[UUID]
    entries: Select[UUID]


def _of(line: DestructionLine) -> _Works:
    own = (Script.exam_id == line.exam_id) & (Participant.school_id == line.school_id)
    bundles = select(Bundle.id).where(
        Bundle.exam_id == line.exam_id, Bundle.school_id == line.school_id
    )
    scripts = (
        select(Script.id).join(Participant, Participant.id == Script.participant_id).where(own)
    )
    entries = (
        select(ExamEntry.id)
        .join(Participant, Participant.id == ExamEntry.participant_id)
        .where(ExamEntry.exam_id == line.exam_id, Participant.school_id == line.school_id)
    )
    return _Works(
        bundles=bundles,
        pages=select(Page.id).where(Page.bundle_id.in_(bundles)),
        scripts=scripts,
        images=select(ScriptImage.id).where(ScriptImage.script_id.in_(scripts)),
        assignments=select(Assignment.id).where(Assignment.script_id.in_(scripts)),
        entries=entries,
    )


def _works(session: Session, line: DestructionLine, by: Actor, at: datetime) -> set[str]:
    works = _of(line)
    digests = _digests(
        session,
        select(BundleFile.sha256).where(BundleFile.bundle_id.in_(works.bundles)),
        select(Page.image_sha256).where(Page.bundle_id.in_(works.bundles)),
        select(Page.code_crop_sha256).where(Page.bundle_id.in_(works.bundles)),
        select(ScriptImage.sha256).where(ScriptImage.script_id.in_(works.scripts)),
        select(ScriptCrop.sha256).where(ScriptCrop.image_id.in_(works.images)),
    )
    line.rows = _empty_files(session, works.bundles, at)
    line.rows += _empty_pages(session, works.bundles)
    line.rows += _empty_images(session, works.scripts, works.images, at)
    _empty_words(session, works.assignments)
    line.events = _erase_events(session, line, works, by, at)
    return digests


def _digests(session: Session, *queries: Select[Any]) -> set[str]:
    return {one for query in queries for one in session.scalars(query) if one}


def _empty_files(session: Session, bundles: Select[UUID], at: datetime) -> int:
    of_bundles = BundleFile.bundle_id.in_(bundles)
    session.execute(
        update(BundleFile)
        .where(of_bundles, BundleFile.outcome == FileOutcome.REJECTED)
        .values(why=_GONE, why_params={})
        .execution_options(synchronize_session=False)
    )
    return _changed(session, update(BundleFile), of_bundles, name="", destroyed_at=at)


def _empty_pages(session: Session, bundles: Select[UUID]) -> int:
    """Where a page belongs stays; what was read from it goes, but for where its boxes lie."""
    pages = session.scalars(select(Page).where(Page.bundle_id.in_(bundles))).all()
    for page in pages:
        page.reading = {"placement": page.reading.get("placement")}
        page.candidates, page.image_sha256, page.code_crop_sha256 = [], None, None
    session.flush()
    words = AnnotationVersion.page_id.in_([page.id for page in pages])
    _changed(session, update(AnnotationVersion), words & (AnnotationVersion.words != ""), words="…")
    return len(pages)


def _empty_images(
    session: Session,
    scripts: Select[UUID],
    images: Select[UUID],
    at: datetime,
) -> int:
    crops = _changed(session, update(ScriptCrop), ScriptCrop.image_id.in_(images), destroyed_at=at)
    return crops + _changed(
        session,
        update(ScriptImage),
        ScriptImage.script_id.in_(scripts),
        destroyed_at=at,
        replaced_at=func.coalesce(ScriptImage.replaced_at, at),
    )


def _empty_words(session: Session, assignments: Select[UUID]) -> None:
    """What experts and those who answered them wrote about the works."""
    own = Trouble.assignment_id.in_(assignments)
    _changed(session, update(Trouble), own, note="", answer="")
    sheets = select(Sheet.id).where(Sheet.assignment_id.in_(assignments))
    _changed(session, update(PointVersion), PointVersion.sheet_id.in_(sheets), note="")


def _erase_events(
    session: Session, line: DestructionLine, works: _Works, by: Actor, at: datetime
) -> int:
    """Erase the details of what happened to the works, with an event that tells of it."""
    exam = session.get_one(Exam, line.exam_id)
    found = session.scalars(_told_of(works, exam.id)).all()
    if not found:
        return 0
    _changed(
        session,
        update(AuditEvent),
        AuditEvent.id.in_(found),
        salt=None,
        old=None,
        new=None,
        person_id=None,
        why="",
        roles="",
        origin="",
        erased_at=at,
    )
    record(
        session,
        action="trail.erased",
        subject_kind="destruction",
        subject_id=line.destruction_id,
        by=by,
        at=at,
        municipality_id=exam.campaign.municipality_id,
        school_id=line.school_id,
        exam_id=exam.id,
        new={"events": [str(one) for one in found]},
    )
    return len(found)


def _told_of(works: _Works, chain_id: UUID) -> Select[UUID]:
    """Events of the works that no point rests on."""
    subjects = {
        "bundle": works.bundles,
        "page": works.pages,
        "script": works.scripts,
        "assignment": works.assignments,
        "exam_entry": works.entries,
    }
    return (
        select(AuditEvent.id)
        .where(
            AuditEvent.chain_id == chain_id,
            AuditEvent.erased_at.is_(None),
            AuditEvent.action.not_in(_KEPT_ACTIONS),
            or_(
                *(
                    (AuditEvent.subject_kind == kind) & AuditEvent.subject_id.in_(keys)
                    for kind, keys in subjects.items()
                )
            ),
        )
        .order_by(AuditEvent.number)
    )


def _acts(session: Session, line: DestructionLine, _by: Actor, at: datetime) -> set[str]:
    visits = select(ObserverVisit.id).join(Observer).where(Observer.campaign_id == line.campaign_id)
    acts = ObserverAct.visit_id.in_(visits) & ObserverAct.destroyed_at.is_(None)
    digests = _digests(session, select(ObserverAct.sha256).where(acts))
    line.rows = _changed(session, update(ObserverAct), acts, destroyed_at=at, summary="")
    return digests


def _observers(session: Session, line: DestructionLine, _by: Actor, at: datetime) -> set[str]:
    own = (Observer.campaign_id == line.campaign_id) & Observer.destroyed_at.is_(None)
    session.execute(
        delete(ObserverTie)
        .where(ObserverTie.observer_id.in_(select(Observer.id).where(own)))
        .execution_options(synchronize_session=False)
    )
    line.rows = _changed(session, update(Observer), own, name="", telephone="", destroyed_at=at)
    return set()


def _support(session: Session, line: DestructionLine, _by: Actor, at: datetime) -> set[str]:
    own = (SupportTopic.campaign_id == line.campaign_id) & SupportTopic.destroyed_at.is_(None)
    topics = select(SupportTopic.id).where(own)
    posts = SupportPost.topic_id.in_(topics)
    line.rows = _changed(session, update(SupportPost), posts, text="", folded="")
    line.rows += _changed(session, update(SupportTopic), own, title="", folded="", destroyed_at=at)
    return set()


def _changed(session: Session, change: Update, where: ColumnElement[bool], **values: object) -> int:
    """How many rows an update changed; objects that were loaded before do not learn of it."""
    made = session.execute(
        change.where(where).values(**values).execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], made).rowcount


_WAYS: dict[DocumentKind, Callable[[Session, DestructionLine, Actor, datetime], set[str]]] = {
    DocumentKind.SCRIPTS: _works,
    DocumentKind.ACTS: _acts,
    DocumentKind.OBSERVERS: _observers,
    DocumentKind.SUPPORT: _support,
}
