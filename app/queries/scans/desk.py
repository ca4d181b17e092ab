"""The desk: pages that wait for a person, each with what helps to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.scans import list_forms, pages_expected, reading_of
from app.bridge.scripts import implied_pages, list_stack
from app.models import Bundle, BundleFile, Page, PageKind, Participant, Script
from app.queries.scans.rivals import CLASHES, Rival, list_rivals, written_code
from scanning import Fault

AHEAD = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskGuess:
    """A code that the page may carry.

    Attributes:
        code: the code.
        percent: how probable it is.
        present: pages that its script has already.
        followers: pages that would follow in the same decision.
        follower_numbers: their places in the file, from 1.
    """

    code: str
    percent: int
    present: int
    followers: tuple[UUID, ...]
    follower_numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPage:
    """One page that waits for a person.

    Attributes:
        page_id: the page.
        version: of its row.
        file: the file it came in.
        number_in_file: its place there, from 1.
        why: why a person is asked.
        is_clash: two pages, or two readings, contradict each other.
        page_number: its number in the script, where it is known.
        expected: pages of a script.
        has_code_crop: its code field was found.
        is_faint: the scan is pale: it is shown strengthened.
        printed: what its barcodes say.
        written: what was read in its boxes.
        guesses: codes that it may carry.
        rivals: pages to compare it with.
    """

    page_id: UUID
    version: int
    file: str
    number_in_file: int
    why: str
    is_clash: bool
    page_number: int | None
    expected: int | None
    has_code_crop: bool
    is_faint: bool
    printed: str
    written: str
    guesses: tuple[DeskGuess, ...]
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """How many pages wait, and the page at hand with those after it.

    Attributes:
        left: pages that wait in all.
        place: number of the page at hand among them, from 1.
        pages: the page at hand first; empty when nothing waits.
    """

    left: int
    place: int
    pages: tuple[DeskPage, ...]


def get_desk(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID,
    by: Actor,
    wanted: UUID | None = None,
    after: UUID | None = None,
) -> Desk:
    """The desk at a page, after a page, or at its first page.

    Raises:
        NotYours: the school is not his.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.DECIDE_PAGES,
        by=by,
    )
    waiting, ids = _waiting(session, exam_id=exam_id, school_id=school_id, also=after)
    if not waiting:
        return Desk(left=0, place=0, pages=())
    place = _place(ids, waiting, wanted=wanted, after=after)
    present = _present(session, exam_id=exam_id, school_id=school_id)
    expected = pages_expected(exam, list_forms(session, exam_id=exam_id))
    shown = [*waiting[place:], *waiting[:place]][: 1 + AHEAD]
    return Desk(
        left=len(waiting),
        place=place + 1,
        pages=tuple(_desk_page(session, page_id, present, expected) for page_id in shown),
    )


def _waiting(
    session: Session, *, exam_id: UUID, school_id: UUID, also: UUID | None
) -> tuple[list[UUID], list[UUID]]:
    """Ids of the pages that wait, in the order of the piles; and the same with one more page."""
    query = (
        select(Page.id, Page.needs_person)
        .join(Bundle, Bundle.id == Page.bundle_id)
        .join(BundleFile, BundleFile.id == Page.file_id)
        .where(
            Bundle.exam_id == exam_id,
            Bundle.school_id == school_id,
            Page.needs_person | (Page.id == also),
        )
        .order_by(Bundle.uploaded_at, Bundle.id, BundleFile.position, Page.index)
    )
    found = session.execute(query).all()
    return [page_id for page_id, waits in found if waits], [page_id for page_id, _ in found]


def _place(ids: list[UUID], waiting: list[UUID], *, wanted: UUID | None, after: UUID | None) -> int:
    if wanted in waiting:
        return waiting.index(wanted)
    if after not in ids:
        return 0
    before = ids[: ids.index(after) + 1]
    return sum(1 for page_id in before if page_id in set(waiting)) % len(waiting)


def _present(session: Session, *, exam_id: UUID, school_id: UUID) -> dict[str, int]:
    query = (
        select(Participant.code, func.count(Page.id))
        .join(Script, Script.participant_id == Participant.id)
        .join(Page, Page.script_id == Script.id)
        .where(Script.exam_id == exam_id, Participant.school_id == school_id)
        .group_by(Participant.code)
    )
    return dict(session.execute(query).all())


def _desk_page(
    session: Session, page_id: UUID, present: dict[str, int], expected: int | None
) -> DeskPage:
    page = session.get_one(Page, page_id)
    stack, reading = list_stack(session, page=page), reading_of(page)
    clash = _is_clash(page, present, expected)
    return DeskPage(
        page_id=page.id,
        version=page.version,
        file=page.file.name,
        number_in_file=page.index + 1,
        why=page.why,
        is_clash=clash,
        page_number=page.page_number,
        expected=expected,
        has_code_crop=page.code_crop_sha256 is not None,
        is_faint=Fault.FAINT in reading.quality.faults,
        printed=", ".join(code.text for code in reading.barcodes),
        written=written_code(reading),
        rivals=list_rivals(session, page, clash=clash),
        guesses=tuple(
            _guess(page, guess["code"], guess["confidence"], stack, present, expected)
            for guess in page.candidates
        ),
    )


def _is_clash(page: Page, present: dict[str, int], expected: int | None) -> bool:
    """Two readings contradict each other, or the script it seems to belong to is full."""
    if page.why in CLASHES:
        return True
    best = str(page.candidates[0]["code"]) if page.candidates else ""
    return expected is not None and present.get(best, 0) >= expected


def _guess(
    page: Page,
    code: str,
    confidence: float,
    stack: Sequence[Page],
    present: dict[str, int],
    expected: int | None,
) -> DeskGuess:
    placed = present.get(code, 0)
    followers = (
        implied_pages(page, code=code, stack=stack, placed=placed, expected=expected)
        if page.kind is PageKind.SCRIPT
        else []
    )
    return DeskGuess(
        code=code,
        percent=round(100 * confidence),
        present=placed,
        followers=tuple(other.id for other in followers),
        follower_numbers=tuple(sorted(other.index + 1 for other in followers)),
    )
