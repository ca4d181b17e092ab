"""Where a page goes when a person names its code, and what makes room for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.scans import get_forms, list_participants, pages_expected
from app.errors import NotYours, Refusal
from app.models import Page, PageKind, Participant, Script


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Where a page goes, and what makes room for it.

    Attributes:
        page: the page.
        script: whose it becomes.
        page_number: its number in the script, where it is known.
        older: the very page that it is a better scan of.
        replaced: pages of the script that leave their place to it.
        expected: pages of a whole script, where it is known.
    """

    page: Page
    script: Script
    page_number: int | None
    older: Page | None
    replaced: list[Page]
    expected: int | None

    @property
    def staying(self) -> int:
        """Other pages of the script that stay where they are."""
        others = [other for other in self.script.pages if other.id != self.page.id]
        return len(others) - len(self.replaced)


def plan_move(
    session: Session,
    page: Page,
    *,
    replaces: UUID | None,
    code: str,
    page_number: int | None,
    replace: bool,
) -> Move:
    """Find the place of a page, and check that it can stand there.

    Args:
        session: a writing session.
        page: the page.
        replaces: the very page that this one is a better scan of.
        code: the code, or "" for that of the page which this one replaces.
        page_number: its number in the script, where the person tells it.
        replace: the page takes the place of the one that stands there under that number.

    Raises:
        NotYours: the page replaced is of another place.
        Refusal: the code is not on the list, its place is taken, or the page replaced is no such.
    """
    older = _older_scan(session, page, replaces)
    script = _script(session, page, code=code or _code_of(session, older))
    _check_older(older, script)
    if older is not None and page_number is None:
        page_number = older.page_number
    others = [other for other in script.pages if other.id != page.id]
    replaced = [
        other
        for other in others
        if other is older or (replace and other.page_number == page_number)
    ]
    expected = pages_expected(page.bundle.exam, get_forms(session, exam_id=page.bundle.exam_id))
    own = script.participant.code
    _check_room(others, replaced, code=own, page_number=page_number, expected=expected)
    return Move(
        page=page,
        script=script,
        page_number=page_number,
        older=older,
        replaced=replaced,
        expected=expected,
    )


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
    """The script, kept from others: what is in it is counted before a page is added."""
    query = select(Script).where(Script.exam_id == exam_id, Script.participant_id == person.id)
    script = session.scalar(query.with_for_update())
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
