"""The evidence of a clash: what the page itself says, and the pages it has to be compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, defer

from app.bridge.scripts import CLASH
from app.models import Bundle, Page, PageKind, Participant, Script
from scanning import PageReading, WhyPerson
from scanning.verdict import SENTENCES

CLASHES = frozenset(
    {
        CLASH,
        *(
            SENTENCES[why]
            for why in (
                WhyPerson.BARCODE_AGAINST_DIGITS,
                WhyPerson.CODE_TWICE,
                WhyPerson.TOO_MANY_PAGES,
                WhyPerson.TWO_BARCODES,
            )
        ),
    }
)
COMPARED_CODES, MOST_SHOWN = 2, 8
LEAST_LIKELY = 0.01
NO_DIGIT, LEAST_SURE = 10, 0.5


class Standing(StrEnum):
    """What a page is to the one that is decided."""

    PLACED = "placed"
    WAITS = "waits"
    WANTED = "wanted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    """A page to compare with.

    Attributes:
        page_id: the page.
        standing: it stands in a script, waits for a person too, or is wanted anew.
        code: of its script, or its first candidate; "" where nothing is known.
        page_number: its number in the script, where it is known.
        file: the file it came in.
        number_in_file: its place there, from 1.
        has_code_crop: its code field was found.
    """

    page_id: UUID
    standing: Standing
    code: str
    page_number: int | None
    file: str
    number_in_file: int
    has_code_crop: bool


def written_code(reading: PageReading) -> str:
    """The digits as they were read: "?" for one that is not sure, "_" for an empty box."""
    return "".join(_digit(row) for row in reading.digits)


def _digit(row: tuple[float, ...] | None) -> str:
    if row is None:
        return "_"
    best = max(range(len(row)), key=row.__getitem__)
    return "?" if best == NO_DIGIT or row[best] < LEAST_SURE else str(best)


def list_rivals(session: Session, page: Page, *, clash: bool) -> tuple[Rival, ...]:
    """Pages that stand where this one may belong, claim the same code, or are wanted anew."""
    codes = [
        str(guess["code"])
        for guess in page.candidates[:COMPARED_CODES]
        if guess["confidence"] >= LEAST_LIKELY
    ]
    found = [
        *_placed(session, page, codes),
        *(_waiting(session, page, codes[0]) if codes and clash else ()),
        *_wanted(session, page),
    ]
    return tuple(found[:MOST_SHOWN])


def _here(page: Page) -> tuple[ColumnElement[bool], ...]:
    bundle = page.bundle
    return (
        Page.id != page.id,
        Page.replaced_by_id.is_(None),
        Page.bundle_id.in_(
            select(Bundle.id).where(
                Bundle.exam_id == bundle.exam_id, Bundle.school_id == bundle.school_id
            )
        ),
    )


def _placed(session: Session, page: Page, codes: Sequence[str]) -> Iterable[Rival]:
    query = (
        select(Page, Participant.code)
        .join(Script, Script.id == Page.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(*_here(page), Participant.code.in_(codes))
        .order_by(Page.page_number, Page.index)
        .options(defer(Page.reading))
    )
    rows = sorted(
        session.execute(query).all(),
        key=lambda row: (codes.index(row[1]), row[0].page_number != page.page_number),
    )
    return [_rival(other, Standing.PLACED, code) for other, code in rows]


def _waiting(session: Session, page: Page, code: str) -> Iterable[Rival]:
    query = (
        select(Page)
        .where(*_here(page), Page.needs_person)
        .order_by(Page.bundle_id, Page.file_id, Page.index)
        .options(defer(Page.reading))
    )
    return [
        _rival(other, Standing.WAITS, code)
        for other in session.scalars(query)
        if other.candidates and other.candidates[0]["code"] == code
    ]


def _wanted(session: Session, page: Page) -> Iterable[Rival]:
    query = (
        select(Page, Participant.code)
        .outerjoin(Script, Script.id == Page.wanted_for_id)
        .outerjoin(Participant, Participant.id == Script.participant_id)
        .where(*_here(page), Page.kind == PageKind.RESCAN_WANTED)
        .order_by(Participant.code, Page.page_number, Page.index)
        .options(defer(Page.reading))
    )
    return [_rival(other, Standing.WANTED, code or "") for other, code in session.execute(query)]


def _rival(page: Page, standing: Standing, code: str) -> Rival:
    return Rival(
        page_id=page.id,
        standing=standing,
        code=code,
        page_number=page.page_number,
        file=page.file.name,
        number_in_file=page.index + 1,
        has_code_crop=page.code_crop_sha256 is not None,
    )
