"""Taking one's own newest decision about pages back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.changes import note_changes, places_of, retire_images
from app.errors import Refusal, Stale
from app.models import AuditEvent, Page, PageKind
from app.services.identification.images import ask_for_images
from app.services.identification.states import DECIDED, restore

UNDONE = "page.decision_undone"


def undo_last(session: Session, *, exam_id: UUID, school_id: UUID, by: Actor, at: datetime) -> UUID:
    """Take back one's own newest decision about the exam's pages; the page's id.

    Raises:
        NotYours: the school is not his.
        Refusal: there is nothing to take back.
        Stale: somebody has decided about one of the pages since.
    """
    by.require(Permission.DECIDE_PAGES, school_id=school_id)
    event = _last_decision(session, exam_id=exam_id, school_id=school_id, by=by)
    if event is None or event.old is None:
        raise Refusal("Отменять нечего: ваших решений по этим страницам нет.")
    states = event.old["pages"]
    pages = {page.id: page for page in _pages(session, [UUID(state["id"]) for state in states])}
    if any(_decided_since(page, event.at) for page in pages.values()):
        raise Stale("Страницу с тех пор решил кто-то другой: отменить уже нельзя.")
    scripts = {page.script_id for page in pages.values() if page.script_id}
    before = places_of(pages.values())
    retire_images(session, pages.values(), at=at)
    for state in reversed(states):
        restore(session, pages[UUID(state["id"])], state)
    note_changes(session, pages.values(), before=before, at=at)
    page = pages[event.subject_id]
    scripts |= {one.script_id for one in pages.values() if one.script_id}
    record(
        session,
        action=UNDONE,
        subject_kind="page",
        subject_id=page.id,
        by=by,
        at=at,
        school_id=school_id,
        exam_id=exam_id,
        new={"decision": str(event.id)},
    )
    ask_for_images(session, page, script_ids=sorted(scripts, key=str), at=at)
    return page.id


def _decided_since(page: Page, at: datetime) -> bool:
    """Whether somebody decided the page after that; a page wanted anew keeps its earlier hour."""
    if page.kind is PageKind.RESCAN_WANTED and page.replaced_by_id is not None:
        return page.decided_at is None or page.decided_at > at
    return page.decided_at != at


def _last_decision(
    session: Session, *, exam_id: UUID, school_id: UUID, by: Actor
) -> AuditEvent | None:
    """The newest decision of this person that he has not taken back."""
    query = (
        select(AuditEvent)
        .where(
            AuditEvent.action.in_((DECIDED, UNDONE)),
            AuditEvent.person_id == by.person_id,
            AuditEvent.exam_id == exam_id,
            AuditEvent.school_id == school_id,
        )
        .order_by(AuditEvent.at.desc())
    )
    undone: set[str] = set()
    for event in session.scalars(query):
        if event.action == UNDONE and event.new is not None:
            undone.add(event.new["decision"])
        elif str(event.id) not in undone:
            return event
    return None


def _pages(session: Session, ids: Sequence[UUID]) -> Sequence[Page]:
    return session.scalars(select(Page).where(Page.id.in_(ids))).all()
