"""A page as a person saw it, and its decided part as the trail keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.errors import NotYours, Stale
from app.models import Page, PageKind, PageSource, Script

DECIDED = "page.decided"


def open_page(session: Session, *, page_id: UUID, version: int, by: Actor) -> Page:
    """The page, as long as it is as the person saw it.

    Raises:
        NotYours: the page is not his.
        Stale: somebody else changed it first.
    """
    page = session.get(Page, page_id, with_for_update=True)
    if page is None:
        raise NotYours
    by.require(Permission.DECIDE_PAGES, school_id=page.bundle.school_id)
    if page.version != version:
        raise Stale("Эту страницу только что решил кто-то другой: посмотрите, что вышло.")
    return page


def state_of(page: Page) -> dict[str, Any]:
    """The decided part of a page, as the trail keeps it."""
    return {
        "id": str(page.id),
        "kind": page.kind.value,
        "script_id": str(page.script_id) if page.script_id else None,
        "page_number": page.page_number,
        "source": page.source.value if page.source else None,
        "confidence": page.confidence,
        "needs_person": page.needs_person,
        "why": page.why,
        "replaced_by_id": str(page.replaced_by_id) if page.replaced_by_id else None,
        "wanted_for_id": str(page.wanted_for_id) if page.wanted_for_id else None,
        "decided_by_id": str(page.decided_by_id) if page.decided_by_id else None,
        "decided_at": page.decided_at.isoformat() if page.decided_at else None,
    }


def restore(session: Session, page: Page, state: dict[str, Any]) -> None:
    """Make the page again what it was."""
    script = session.get_one(Script, UUID(state["script_id"])) if state["script_id"] else None
    page.kind = PageKind(state["kind"])
    page.wanted_for_id = UUID(state["wanted_for_id"]) if state["wanted_for_id"] else None
    page.needs_person, page.why = state["needs_person"], state["why"]
    page.script = script
    page.page_number, page.confidence = state["page_number"], state["confidence"]
    page.source = PageSource(state["source"]) if state["source"] else None
    page.replaced_by_id = UUID(state["replaced_by_id"]) if state["replaced_by_id"] else None
    page.decided_by_id = UUID(state["decided_by_id"]) if state["decided_by_id"] else None
    decided_at = state["decided_at"]
    page.decided_at = datetime.fromisoformat(decided_at) if decided_at else None
    session.flush()


def tell(
    session: Session,
    page: Page,
    *,
    old: list[dict[str, Any]],
    new: dict[str, Any],
    by: Actor,
    at: datetime,
) -> None:
    """Add a decision to the trail, with what its pages were before."""
    record(
        session,
        action=DECIDED,
        subject_kind="page",
        subject_id=page.id,
        by=by,
        at=at,
        school_id=page.bundle.school_id,
        exam_id=page.bundle.exam_id,
        old={"pages": old},
        new=new,
    )
