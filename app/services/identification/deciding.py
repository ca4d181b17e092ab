"""A person decides pages that the program left to him; every decision can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.scans import get_form, list_participants, pages_expected
from app.bridge.scripts import implied_pages, list_stack
from app.errors import NotYours, Refusal, Stale
from app.models import AuditEvent, Page, PageKind, PageSource, Participant, Script
from app.services.identification.images import ask_for_images, retire_images

DECIDED, UNDONE = "page.decided", "page.decision_undone"
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
) -> Settled:
    """Tie a page to a participant's code.

    Args:
        session: a writing session.
        page_id: the page.
        version: of the page as the person saw it.
        code: the code, from the school's list.
        page_number: its number in the script, where the person tells it.
        follow: tie the rest of the script, as `implied_pages` finds it, in the same decision.
        replace: the page takes the place of the one that stands there under that number.
        by: who decides.
        at: when.

    Raises:
        NotYours: the page is not his.
        Stale: somebody else decided it first.
        Refusal: the code is not on the list, or its place is taken.
    """
    page = _open_page(session, page_id=page_id, version=version, by=by)
    expected = pages_expected(page.bundle.exam, get_form(session, exam_id=page.bundle.exam_id))
    script = _script(session, page, code=code.strip())
    others = [other for other in script.pages if other.id != page.id]
    replaced = [other for other in others if replace and other.page_number == page_number]
    _check_room(others, replaced, code=code, page_number=page_number, expected=expected)
    followers = (
        implied_pages(
            page,
            code=code,
            stack=list_stack(session, page=page),
            placed=len(others) - len(replaced),
            expected=expected,
        )
        if follow
        else []
    )
    changed = (page, *followers, *replaced)
    old = [_state(one) for one in changed]
    retire_images(session, changed, at=at)
    _make_room(session, page, replaced, by=by, at=at)
    for one in (page, *followers):
        _place(one, script, by=by, at=at)
    page.page_number = page_number if page_number is not None else page.page_number
    session.flush()
    _tell(session, page, old=old, new={"code": code, "page_number": page_number}, by=by, at=at)
    ask_for_images(session, page, script_ids=[script.id], at=at)
    return Settled(page_id=page.id, followers=tuple(one.id for one in followers))


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
    page = _open_page(session, page_id=page_id, version=version, by=by)
    old, left = [_state(page)], page.script_id
    retire_images(session, [page], at=at)
    _leave(page, kind, by=by, at=at)
    session.flush()
    _tell(session, page, old=old, new={"kind": kind.value}, by=by, at=at)
    if left is not None:
        ask_for_images(session, page, script_ids=[left], at=at)
    return Settled(page_id=page.id)


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
    if any(page.decided_at != event.at for page in pages.values()):
        raise Stale("Страницу с тех пор решил кто-то другой: отменить уже нельзя.")
    scripts = {page.script_id for page in pages.values() if page.script_id}
    retire_images(session, pages.values(), at=at)
    for state in reversed(states):
        _restore(session, pages[UUID(state["id"])], state)
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


def _open_page(session: Session, *, page_id: UUID, version: int, by: Actor) -> Page:
    page = session.get(Page, page_id)
    if page is None:
        raise NotYours
    by.require(Permission.DECIDE_PAGES, school_id=page.bundle.school_id)
    if page.version != version:
        raise Stale("Эту страницу только что решил кто-то другой: посмотрите, что вышло.")
    return page


def _script(session: Session, page: Page, *, code: str) -> Script:
    exam, school_id = page.bundle.exam, page.bundle.school_id
    people = list_participants(session, exam=exam, school_id=school_id, class_id=None)
    found = next((person for person in people if person.code == code), None)
    if found is None:
        raise Refusal(
            "Кода %(code)s нет среди выданных школе для этой работы: "
            "проверьте цифры или добавьте код в реестр.",
            code=code,
        )
    return _script_of(session, exam.id, found)


def _script_of(session: Session, exam_id: UUID, person: Participant) -> Script:
    query = select(Script).where(Script.exam_id == exam_id, Script.participant_id == person.id)
    script = session.scalar(query)
    if script is None:
        script = Script(exam_id=exam_id, participant=person)
        session.add(script)
        session.flush()
    return script


def _check_room(
    others: Sequence[Page],
    replaced: Sequence[Page],
    *,
    code: str,
    page_number: int | None,
    expected: int | None,
) -> None:
    if page_number is not None and expected is not None and page_number > expected:
        raise Refusal(
            "Страницы %(number)s в работе нет: страниц в ней %(expected)s.",
            number=page_number,
            expected=expected,
        )
    taken = [other for other in others if other not in replaced]
    if page_number is not None and any(other.page_number == page_number for other in taken):
        raise Refusal(
            "Страница %(number)s работы %(code)s уже есть. Отметьте «взамен прежней», "
            "если эта лучше, или объявите эту страницу дубликатом.",
            number=page_number,
            code=code,
        )
    if expected is not None and len(taken) >= expected:
        raise Refusal(
            "В работе %(code)s уже все страницы: %(expected)s. Укажите номер и отметьте "
            "«взамен прежней» либо объявите эту страницу дубликатом.",
            code=code,
            expected=expected,
        )


def _place(page: Page, script: Script, *, by: Actor, at: datetime) -> None:
    page.kind, page.needs_person, page.why = PageKind.SCRIPT, False, ""
    page.script, page.source, page.confidence = script, PageSource.PERSON, 1.0
    page.replaced_by_id = None
    page.decided_by_id, page.decided_at = by.person_id, at


def _leave(page: Page, kind: PageKind, *, by: Actor, at: datetime) -> None:
    page.script, page.kind, page.needs_person, page.why = None, kind, False, ""
    page.source, page.confidence = PageSource.PERSON, 1.0
    page.decided_by_id, page.decided_at = by.person_id, at


def _state(page: Page) -> dict[str, Any]:
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
        "decided_by_id": str(page.decided_by_id) if page.decided_by_id else None,
        "decided_at": page.decided_at.isoformat() if page.decided_at else None,
    }


def _restore(session: Session, page: Page, state: dict[str, Any]) -> None:
    page.kind = PageKind(state["kind"])
    page.needs_person, page.why = state["needs_person"], state["why"]
    page.script = session.get(Script, UUID(state["script_id"])) if state["script_id"] else None
    page.page_number, page.confidence = state["page_number"], state["confidence"]
    page.source = PageSource(state["source"]) if state["source"] else None
    page.replaced_by_id = UUID(state["replaced_by_id"]) if state["replaced_by_id"] else None
    page.decided_by_id = UUID(state["decided_by_id"]) if state["decided_by_id"] else None
    decided_at = state["decided_at"]
    page.decided_at = datetime.fromisoformat(decided_at) if decided_at else None
    session.flush()


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


def _tell(
    session: Session,
    page: Page,
    *,
    old: list[dict[str, Any]],
    new: dict[str, Any],
    by: Actor,
    at: datetime,
) -> None:
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
