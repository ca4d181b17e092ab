"""A page comes to a script or leaves it: who is told, and which wanted re-scan is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import record
from app.models import Bundle, ChangeKind, Page, PageKind, Script, ScriptChange, ScriptImage


def places_of(pages: Iterable[Page]) -> dict[UUID, UUID | None]:
    """Which script each page belongs to now: what `note_changes` compares with."""
    return {page.id: page.script_id for page in pages}


def note_changes(
    session: Session, pages: Iterable[Page], *, before: Mapping[UUID, UUID | None], at: datetime
) -> int:
    """Tell of pages that came to a script handed over, or left it; how many were told.

    Args:
        session: a writing session.
        pages: as they stand now, flushed.
        before: the script of each of them earlier.
        at: when.
    """
    made = [
        ScriptChange(
            script_id=script_id, page_id=page.id, kind=kind, page_number=page.page_number, at=at
        )
        for page in pages
        for script_id, kind in _moves(before.get(page.id), page.script_id)
        if session.get_one(Script, script_id).published_at is not None
    ]
    session.add_all(made)
    session.flush()
    return len(made)


def answer_wanted(session: Session, pages: Iterable[Page], *, at: datetime) -> list[Page]:
    """Pages wanted anew whose new scan is among these placed pages; each names its answer.

    The new scan came in a later upload, to the script that waits for it, under the same number
    where both are known.

    Args:
        session: a writing session.
        pages: pages that were placed just now, flushed.
        at: when.
    """
    placed = list(pages)
    waiting = _waiting_for(session, {page.script_id for page in placed} - {None})
    answered = []
    for page in placed:
        wanted = next((one for one in waiting if _answers(page, one)), None)
        if wanted is not None:
            waiting.remove(wanted)
            wanted.replaced_by_id = page.id
            tell_rescanned(session, wanted, at=at)
            answered.append(wanted)
    session.flush()
    return answered


def _waiting_for(session: Session, scripts: AbstractSet[UUID | None]) -> list[Page]:
    """Pages that these scripts want scanned anew, by number."""
    query = (
        select(Page)
        .where(
            Page.kind == PageKind.RESCAN_WANTED,
            Page.wanted_for_id.in_(scripts),
            Page.replaced_by_id.is_(None),
        )
        .order_by(Page.page_number, Page.id)
    )
    return list(session.scalars(query))


def _answers(page: Page, wanted: Page) -> bool:
    numbers = {page.page_number, wanted.page_number} - {None}
    later = wanted.decided_at is not None and page.bundle.uploaded_at > wanted.bundle.uploaded_at
    same_place = wanted.wanted_for_id == page.script_id and len(numbers) < 2  # noqa: PLR2004 - two
    return later and same_place


def tell_rescanned(session: Session, page: Page, *, at: datetime) -> None:
    """Add to the trail that the program found a new scan of a page."""
    bundle: Bundle = page.bundle
    record(
        session,
        action="page.rescanned",
        subject_kind="page",
        subject_id=page.id,
        by=None,
        at=at,
        school_id=bundle.school_id,
        exam_id=bundle.exam_id,
        new={"page": str(page.replaced_by_id)},
    )


def retire_images(session: Session, pages: Iterable[Page], *, at: datetime) -> None:
    """Take the images of pages out of reach: another script or number shows another part."""
    session.execute(
        update(ScriptImage)
        .where(
            ScriptImage.page_id.in_([page.id for page in pages]),
            ScriptImage.replaced_at.is_(None),
        )
        .values(replaced_at=at)
    )


def _moves(old: UUID | None, new: UUID | None) -> list[tuple[UUID, ChangeKind]]:
    if old == new:
        return []
    moves = ((old, ChangeKind.LOST), (new, ChangeKind.GAINED))
    return [(script_id, kind) for script_id, kind in moves if script_id is not None]
