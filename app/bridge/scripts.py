"""The pages of a script -> what is missing, what is too many, and in which order they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, defer

from app.models import Bundle, ExamEntry, Page, PageKind, Script

# With no expected number of pages, a longer run of pages is more than one pupil's.
LONGEST_RUN = 12
# Why a page is handed back that would come on top of another.
CLASH = "В работе с этим кодом такая страница уже есть: решите, какая из них верна."


@dataclass(frozen=True, kw_only=True, slots=True)
class Fullness:
    """How the pages of a script compare with what it should have.

    Attributes:
        present: pages that are there.
        missing: numbers of pages that are not; without known numbers, just as many as lack.
        extra: pages above the expected number.
    """

    present: int
    missing: tuple[int, ...]
    extra: int

    @property
    def complete(self) -> bool:
        """Every page is there, and no more."""
        return self.present > 0 and not self.missing and not self.extra


def is_work() -> ColumnElement[bool]:
    """Scripts that are somebody's work: they have pages, or were handed over.

    A code that was misread makes a script too; once the page is moved away it is nobody's work.
    """
    return Script.published_at.is_not(None) | exists().where(Page.script_id == Script.id)


def is_away() -> ColumnElement[bool]:
    """Entries of those who were absent indeed: no page lies under their code."""
    return ExamEntry.absent & ~_has_pages()


def is_contradicted() -> ColumnElement[bool]:
    """Entries that say "absent" while pages lie under the code."""
    return ExamEntry.absent & _has_pages()


def _has_pages() -> ColumnElement[bool]:
    return exists().where(
        Script.exam_id == ExamEntry.exam_id,
        Script.participant_id == ExamEntry.participant_id,
        Page.script_id == Script.id,
    )


def who_has_pages(session: Session, *, exam_id: UUID) -> frozenset[UUID]:
    """Participants of an exam under whose code at least one page lies."""
    query = (
        select(Script.participant_id)
        .join(Page, Page.script_id == Script.id)
        .where(Script.exam_id == exam_id)
    )
    return frozenset(session.scalars(query))


def ordered_pages(pages: Sequence[Page]) -> list[Page]:
    """By page number; a page whose number is not known stands where it lay in the pile."""
    stack = sorted(pages, key=_place)
    numbered = {page.page_number: page for page in stack if page.page_number is not None}
    unnumbered = [page for page in stack if page.page_number is None]
    free = (n for n in range(1, len(pages) + len(numbered) + 1) if n not in numbered)
    places = {page.id: page.page_number or next(free) for page in stack}
    return sorted([*numbered.values(), *unnumbered], key=lambda page: places[page.id])


def fullness(pages: Sequence[Page], *, expected: int | None) -> Fullness:
    """What is missing and what is too many."""
    if expected is None:
        return Fullness(present=len(pages), missing=(), extra=0)
    known = {page.page_number for page in pages if page.page_number is not None}
    unknown = sum(1 for page in pages if page.page_number is None)
    lacking = [number for number in range(1, expected + 1) if number not in known]
    missing = tuple(lacking[unknown:])
    return Fullness(present=len(pages), missing=missing, extra=max(len(pages) - expected, 0))


def is_drawn(script: Script) -> bool:
    """Whether an expert can see every page of the script."""
    current = {image.page_id for image in script.images if image.replaced_at is None}
    return current == {page.id for page in script.pages}


def _place(page: Page) -> tuple[object, ...]:
    return (page.bundle.uploaded_at, str(page.bundle_id), page.file.position, page.index)


def list_stack(session: Session, *, page: Page) -> Sequence[Page]:
    """The pages of the same file, in the order of scanning."""
    query = (
        select(Page)
        .where(Page.file_id == page.file_id)
        .order_by(Page.index)
        .options(defer(Page.reading))
    )
    return session.scalars(query).all()


def implied_pages(
    page: Page, *, code: str, stack: Sequence[Page], placed: int, expected: int | None
) -> list[Page]:
    """The pages that lie beside this one, look like it, and follow when it gets the code.

    Args:
        page: the page that a person decides.
        code: the code that he gives it.
        stack: pages of the file in order.
        placed: pages that the script of that code has already.
        expected: pages of a script.

    Returns:
        Nothing when the pages that look alike are more than the script lacks: then two pupils'
        pages lie together, and each page is decided by itself.
    """
    here = next(place for place, other in enumerate(stack) if other.id == page.id)
    run = [
        *reversed(_alike(page, code, stack[:here][::-1])),
        *_alike(page, code, stack[here + 1 :]),
    ]
    room = (expected if expected is not None else LONGEST_RUN) - placed - 1
    return run if len(run) <= room else []


def _alike(page: Page, code: str, onward: Sequence[Page]) -> list[Page]:
    found = []
    for other in onward:
        if other.kind is PageKind.BLANK:
            continue
        if not other.needs_person or other.kind is not PageKind.SCRIPT:
            break
        if _best(other) not in (None, _best(page), code):
            break
        found.append(other)
    return found


def _best(page: Page) -> str | None:
    """The first candidate of the page."""
    return str(page.candidates[0]["code"]) if page.candidates else None


def count_contested(session: Session, *, exam_id: UUID, school_id: UUID) -> Counter[str]:
    """How many pages that wait for a person have each code as their first candidate."""
    query = (
        select(Page)
        .join(Bundle, Bundle.id == Page.bundle_id)
        .where(
            Bundle.exam_id == exam_id,
            Bundle.school_id == school_id,
            Page.needs_person,
            Page.kind == PageKind.SCRIPT,
        )
        .options(defer(Page.reading))
    )
    return Counter(best for page in session.scalars(query) if (best := _best(page)) is not None)
