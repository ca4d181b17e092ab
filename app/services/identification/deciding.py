"""A person decides pages that the program left to him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.scans import get_forms, list_participants, pages_expected
from app.bridge.scripts import implied_pages, list_stack
from app.changes import answer_wanted, note_changes, places_of, retire_images
from app.errors import NotYours, Refusal, Stale
from app.models import Page, PageKind, PageSource, Participant, Script
from app.services.identification.images import ask_for_images
from app.services.identification.states import state_of, tell

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
    page = _open_page(session, page_id=page_id, version=version, by=by)
    expected = pages_expected(page.bundle.exam, get_forms(session, exam_id=page.bundle.exam_id))
    older = _older_scan(session, page, replaces)
    script = _script(session, page, code=code.strip() or _code_of(session, older))
    code = script.participant.code
    _check_older(older, script)
    if older is not None and page_number is None:
        page_number = older.page_number
    others = [other for other in script.pages if other.id != page.id]
    replaced = [
        other
        for other in others
        if other is older or (replace and other.page_number == page_number)
    ]
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
    old, before = [state_of(one) for one in changed], places_of(changed)
    retire_images(session, changed, at=at)
    _make_room(session, page, replaced, by=by, at=at)
    for one in (page, *followers):
        _place(one, script, by=by, at=at)
    page.page_number = page_number if page_number is not None else page.page_number
    session.flush()
    old += _answer(session, page, followers, older, at=at)
    note_changes(session, changed, before=before, at=at)
    new = {"code": code, "page_number": page_number}
    new |= {"replaces": str(older.id)} if older is not None else {}
    tell(session, page, old=old, new=new, by=by, at=at)
    ask_for_images(session, page, script_ids=[script.id], at=at)
    return Settled(page_id=page.id, followers=tuple(one.id for one in followers))


def _older_scan(session: Session, page: Page, replaces: UUID | None) -> Page | None:
    """The page that this one is a better scan of, of the same exam and school."""
    if replaces is None:
        return None
    older = session.get(Page, replaces)
    here = (page.bundle.exam_id, page.bundle.school_id)
    if older is None or older is page or (older.bundle.exam_id, older.bundle.school_id) != here:
        raise NotYours
    wanted = older.kind is PageKind.RESCAN_WANTED and older.replaced_by_id is None
    if older.script_id is None and not wanted:
        raise Refusal("Эту страницу заменить нельзя: она не стоит в работе и её не ждут заново.")
    return older


def _code_of(session: Session, older: Page | None) -> str:
    """The code of the script that the older scan stands in, or is wanted for."""
    script_id = None if older is None else older.script_id or older.wanted_for_id
    if script_id is None:
        raise Refusal("Выберите код из списка или введите его.")
    return session.get_one(Script, script_id).participant.code


def _check_older(older: Page | None, script: Script) -> None:
    if older is not None and older.script_id not in (None, script.id):
        raise Refusal("Страница, которую вы заменяете, стоит в работе с другим кодом.")


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
    page = _open_page(session, page_id=page_id, version=version, by=by)
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
    page.replaced_by_id = page.wanted_for_id = None
    page.decided_by_id, page.decided_at = by.person_id, at


def _leave(page: Page, kind: PageKind, *, by: Actor, at: datetime) -> None:
    page.script, page.kind, page.needs_person, page.why = None, kind, False, ""
    page.source, page.confidence = PageSource.PERSON, 1.0
    page.decided_by_id, page.decided_at = by.person_id, at
