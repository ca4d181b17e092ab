"""All pages of a bundle and the issued list, decided together -> code, page number, confidence."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from scanning.barcode import claim_of
from scanning.codes import IssuedCodes
from scanning.conflicts import settled
from scanning.opinion import BARCODE_CONFIDENCE, Opinion, opinions
from scanning.reading import PageReading
from scanning.strokes import scanned_again
from scanning.verdict import PageKind, PageVerdict, WhyPerson

BLANK_CONFIDENCE = 0.99
FOREIGN_CONFIDENCE = 0.9


def identify(
    readings: Sequence[PageReading], issued: IssuedCodes, *, pages_expected: int | None
) -> tuple[PageVerdict, ...]:
    """Decide all pages of a bundle together; one verdict a reading, in the same order.

    A page is named when its barcode says so and its handwriting does not object, or when what is
    written, the order of the stack and the number of pages leave less than one doubt in a thousand.

    Args:
        readings: the pages in the order of the stack.
        issued: the codes that may stand on them.
        pages_expected: pages of a script, or None when it is not known.
    """
    verdicts: dict[int, PageVerdict] = {}
    for place, reading in enumerate(readings):
        verdict = _without_code(reading, issued)
        if verdict is not None:
            verdicts[place] = verdict
    same = _repeated(readings, skip=verdicts)
    same |= _scanned_again(readings, skip=verdicts.keys() | same.keys())
    places = [place for place in range(len(readings)) if place not in verdicts | same]
    for item in settled(
        opinions(readings, places, issued, pages=pages_expected), pages=pages_expected
    ):
        verdicts[item.place] = _verdict(item, readings[item.place])
    _mark_second_scans(verdicts)
    for place, first in same.items():
        verdicts[place] = _repeat(verdicts[first], readings[place], first)
    return tuple(verdicts[place] for place in range(len(readings)))


def _without_code(reading: PageReading, issued: IssuedCodes) -> PageVerdict | None:
    """The verdict of a page that can belong to no script, or None."""
    claim = claim_of(reading.barcodes, issued)
    if reading.quality.blank and not reading.barcodes:
        return PageVerdict(
            kind=PageKind.BLANK,
            code=None,
            page=None,
            rotation=reading.rotation,
            source=None,
            confidence=BLANK_CONFIDENCE,
            needs_person=False,
            why=None,
        )
    if claim.foreign:
        return _foreign(reading, WhyPerson.FOREIGN_BARCODE)
    if reading.placement is None and not claim.codes:
        return _foreign(reading, WhyPerson.NO_FORM)
    return None


def _foreign(reading: PageReading, why: WhyPerson) -> PageVerdict:
    return PageVerdict(
        kind=PageKind.FOREIGN,
        code=None,
        page=None,
        rotation=reading.rotation,
        source=None,
        confidence=FOREIGN_CONFIDENCE,
        needs_person=True,
        why=why,
    )


def _repeated(readings: Sequence[PageReading], *, skip: dict[int, PageVerdict]) -> dict[int, int]:
    """Pages whose image is that of an earlier page, each with the earlier one's place."""
    first: dict[str, int] = {}
    repeated = {}
    for place, reading in enumerate(readings):
        if place in skip:
            continue
        if reading.digest in first:
            repeated[place] = first[reading.digest]
        first.setdefault(reading.digest, place)
    return repeated


def _scanned_again(readings: Sequence[PageReading], *, skip: AbstractSet[int]) -> dict[int, int]:
    """Pages whose boxes hold the very strokes of an earlier page, with the earlier one's place."""
    return scanned_again(
        ["" if place in skip else reading.strokes for place, reading in enumerate(readings)]
    )


def _verdict(item: Opinion, reading: PageReading) -> PageVerdict:
    named = item.why is None
    return PageVerdict(
        kind=PageKind.SCRIPT,
        code=item.code if named else None,
        page=item.page,
        rotation=reading.rotation,
        source=item.source if named else None,
        confidence=round(min(item.confidence, BARCODE_CONFIDENCE), 6),
        needs_person=not named,
        why=item.why,
        candidates=() if named else item.candidates,
    )


def _mark_second_scans(verdicts: dict[int, PageVerdict]) -> None:
    """A page of a code and number that was there already is a duplicate of it."""
    seen: dict[tuple[str, int], int] = {}
    for place in sorted(verdicts):
        verdict = verdicts[place]
        if verdict.code is None or verdict.page is None:
            continue
        key = (verdict.code, verdict.page)
        if key in seen:
            verdicts[place] = _repeat(verdict, None, seen[key])
        seen.setdefault(key, place)


def _repeat(verdict: PageVerdict, reading: PageReading | None, first: int) -> PageVerdict:
    """The verdict of a page that repeats another."""
    return PageVerdict(
        kind=PageKind.DUPLICATE,
        code=verdict.code,
        page=verdict.page,
        rotation=verdict.rotation if reading is None else reading.rotation,
        source=verdict.source,
        confidence=verdict.confidence,
        needs_person=verdict.needs_person,
        why=verdict.why,
        candidates=verdict.candidates,
        same_as=first,
    )
