"""A person decides pages that the program left to him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.scripts import implied_pages, list_stack
from app.changes import answer_wanted, note_changes, places_of, retire_images
from app.models import Page, PageKind, PageSource, Script
from app.services.identification.images import ask_for_images
from app.services.identification.moving import Move, plan_move
from app.services.identification.states import open_page, state_of, tell

ASIDE = frozenset({PageKind.BLANK, PageKind.FOREIGN, PageKind.DUPLICATE, PageKind.RESCAN_WANTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What one decision settled: the page itself, and those that followed it."""

    page_id: UUID
    followers: tuple[UUID, ...] = ()


def assign_page(
    session: Session,
    *,
    page_id: UUID,
    version: int,
    code: str,
    page_number: int | None,
    follow: bool,
    replace: bool,
    by: Actor,
    at: datetime,
    replaces: UUID | None = None,
) -> Settled:
    """Tie a page to a participant's code.

    Args:
        session: a writing session.
        page_id: the page.
        version: of the page as the person saw it.
        code: the code, from the school's list; "" for that of the page which this one replaces.
        page_number: its number in the script, where the person tells it.
        follow: tie the rest of the script, as `implied_pages` finds it, in the same decision.
        replace: the page takes the place of the one that stands there under that number.
        by: who decides.
        at: when.
        replaces: the very page that this one is a better scan of: placed, or wanted anew.

    Raises:
        NotYours: the page is not his.
        Stale: somebody else decided it first.
        Refusal: the code is not on the list, its place is taken, or the page replaced is no such.
    """
    page = open_page(session, page_id=page_id, version=version, by=by)
    move = plan_move(
        session,
        page,
        replaces=replaces,
        code=code.strip(),
        page_number=page_number,
        replace=replace,
    )
    followers = _followers(session, move) if follow else []
    _carry_out(session, move, followers, by=by, at=at)
    return Settled(page_id=page.id, followers=tuple(one.id for one in followers))


def _followers(session: Session, move: Move) -> list[Page]:
    return implied_pages(
        move.page,
        code=move.script.participant.code,
        stack=list_stack(session, page=move.page),
        placed=move.staying,
        expected=move.expected,
    )


def _carry_out(
    session: Session, move: Move, followers: list[Page], *, by: Actor, at: datetime
) -> None:
    page, script = move.page, move.script
    changed = (page, *followers, *move.replaced)
    old, before = [state_of(one) for one in changed], places_of(changed)
    retire_images(session, changed, at=at)
    _make_room(session, page, move.replaced, by=by, at=at)
    for one in (page, *followers):
        _place(one, script, by=by, at=at)
    if move.page_number is not None:
        page.page_number = move.page_number
    session.flush()
    old += _answer(session, page, followers, move.older, at=at)
    note_changes(session, changed, before=before, at=at)
    new = {"code": script.participant.code, "page_number": move.page_number}
    new |= {"replaces": str(move.older.id)} if move.older is not None else {}
    tell(session, page, old=old, new=new, by=by, at=at)
    ask_for_images(session, page, script_ids=[script.id], at=at)


def _answer(
    session: Session, page: Page, followers: Sequence[Page], older: Page | None, *, at: datetime
) -> list[dict[str, Any]]:
    """Pages wanted anew name their new scan; what they were before, for taking it back."""
    if older is not None and older.kind is PageKind.RESCAN_WANTED:
        before = state_of(older)
        older.replaced_by_id = page.id
        session.flush()
        return [before]
    answered = answer_wanted(session, (page, *followers), at=at)
    return [{**state_of(one), "replaced_by_id": None} for one in answered]


def _make_room(
    session: Session, page: Page, replaced: Sequence[Page], *, by: Actor, at: datetime
) -> None:
    """Pages give their place up, and name the one that took it."""
    for one in replaced:
        _leave(one, PageKind.DUPLICATE, by=by, at=at)
        one.replaced_by_id = page.id
    session.flush()


def set_page_aside(
    session: Session, *, page_id: UUID, version: int, kind: PageKind, by: Actor, at: datetime
) -> Settled:
    """Say that a page is blank, foreign, a second scan, or has to be scanned again.

    Raises:
        NotYours: the page is not his.
        Stale: somebody else decided it first.
    """
    if kind not in ASIDE:
        raise ValueError(f"a page of kind {kind.value} is assigned, not set aside")
    page = open_page(session, page_id=page_id, version=version, by=by)
    old, left, before = [state_of(page)], page.script_id, places_of([page])
    retire_images(session, [page], at=at)
    _leave(page, kind, by=by, at=at)
    page.wanted_for_id = left if kind is PageKind.RESCAN_WANTED else None
    session.flush()
    note_changes(session, [page], before=before, at=at)
    tell(session, page, old=old, new={"kind": kind.value}, by=by, at=at)
    if left is not None:
        ask_for_images(session, page, script_ids=[left], at=at)
    return Settled(page_id=page.id)


def _place(page: Page, script: Script, *, by: Actor, at: datetime) -> None:
    page.kind, page.needs_person, page.why = PageKind.SCRIPT, False, ""
    page.script, page.source, page.confidence = script, PageSource.PERSON, 1.0
    page.replaced_by_id = page.wanted_for_id = None
    page.decided_by_id, page.decided_at = by.person_id, at


def _leave(page: Page, kind: PageKind, *, by: Actor, at: datetime) -> None:
    page.script, page.kind, page.needs_person, page.why = None, kind, False, ""
    page.source, page.confidence = PageSource.PERSON, 1.0
    page.decided_by_id, page.decided_at = by.person_id, at
