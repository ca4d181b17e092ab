"""Emptying rows: what a person could be known by goes, what results rest on stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, Update, delete, func, select, update
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record
from app.models import (
    AnnotationVersion,
    AuditEvent,
    Bundle,
    BundleFile,
    DestructionLine,
    DocumentKind,
    Exam,
    FileOutcome,
    Observer,
    ObserverAct,
    ObserverTie,
    ObserverVisit,
    Page,
    Participant,
    Script,
    ScriptCrop,
    ScriptImage,
    SupportPost,
    SupportTopic,
)

_GONE = "Файл уничтожен по сроку хранения."
# Points rest on these events: `trail verify` finds a point that no event explains.
_KEPT_ACTIONS = ("points.saved", "result.settled", "trail.erased")
_ERASED_KINDS = ("bundle", "page", "script", "assignment", "exam_entry")


def empty_line(
    session: Session, kind: DocumentKind, line: DestructionLine, *, by: Actor, at: datetime
) -> set[str]:
    """Empty the rows of one line and count them; the hashes of the files that they named."""
    return _WAYS[kind](session, line, by, at)


def _works(session: Session, line: DestructionLine, by: Actor, at: datetime) -> set[str]:
    bundles = select(Bundle.id).where(
        Bundle.exam_id == line.exam_id, Bundle.school_id == line.school_id
    )
    scripts = (
        select(Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(Script.exam_id == line.exam_id, Participant.school_id == line.school_id)
    )
    images = select(ScriptImage.id).where(ScriptImage.script_id.in_(scripts))
    digests = _digests(
        session,
        select(BundleFile.sha256).where(BundleFile.bundle_id.in_(bundles)),
        select(Page.image_sha256).where(Page.bundle_id.in_(bundles)),
        select(Page.code_crop_sha256).where(Page.bundle_id.in_(bundles)),
        select(ScriptImage.sha256).where(ScriptImage.script_id.in_(scripts)),
        select(ScriptCrop.sha256).where(ScriptCrop.image_id.in_(images)),
    )
    line.rows = _empty_files(session, bundles, at)
    line.rows += _empty_pages(session, bundles)
    line.rows += _empty_images(session, scripts, images, at)
    line.events = _erase_events(session, line, by, at)
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


def _erase_events(session: Session, line: DestructionLine, by: Actor, at: datetime) -> int:
    """Erase the details of what happened to the works, with an event that tells of it."""
    exam = session.get_one(Exam, line.exam_id)
    bundles = select(Bundle.id).where(Bundle.exam_id == exam.id, Bundle.school_id == line.school_id)
    pages = select(Page.id).where(Page.bundle_id.in_(bundles))
    scripts = (
        select(Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(Script.exam_id == exam.id, Participant.school_id == line.school_id)
    )
    of_works = (
        AuditEvent.subject_id.in_(bundles)
        | AuditEvent.subject_id.in_(pages)
        | AuditEvent.subject_id.in_(scripts)
    )
    found = session.scalars(
        select(AuditEvent.id)
        .where(
            AuditEvent.chain_id == exam.id,
            AuditEvent.erased_at.is_(None),
            AuditEvent.subject_kind.in_(_ERASED_KINDS),
            AuditEvent.action.not_in(_KEPT_ACTIONS),
            of_works,
        )
        .order_by(AuditEvent.number)
    ).all()
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
