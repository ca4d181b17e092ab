"""What is thought of every page before pages are held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scanning.barcode import BarcodeClaim, claim_of
from scanning.codes import IssuedCodes
from scanning.evidence import CodeDigits, FieldEvidence, field_evidence, shown
from scanning.hands import hand_odds
from scanning.kinds import Kinds, kinds_of
from scanning.matching import matched
from scanning.reading import PageReading
from scanning.stack import Matrix, posteriors
from scanning.verdict import Candidate, CodeSource, WhyPerson

SURE = 0.999  # of a thousand pages named, one may be wrong
BARCODE_CONFIDENCE = 0.9999
AGREES_WITH_STACK = 0.9  # the field shows the very code that the stack tells
AGREES_WITH_BARCODE = 0.9
# Beside a field filled at random: three of five digits, or more of them less clearly.
LEAST_OWN_EVIDENCE = 1e3
CLEARLY_WRITTEN = 0.5
SETTLED_BY_DIGITS = 0.9
PLAINLY_OFF_THE_LIST = 0.8  # no misread digit is so sure, but for one page in fifty
# Beside a page that plainly shows a code nobody was given, others of its script lie: a field that
# shows that code a tenth as well as the best one of the list may be one of them.
RIVAL_SHARE = 0.1
BARCODE_WEIGHT = 1e6
MOST_CANDIDATES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """One page that may belong to a script.

    Attributes:
        place: in the given sequence of readings.
        code: the code it is taken for; None when none is likely enough.
        confidence: probability that the page is of `code`'s holder.
        source: what that rests on.
        why: why a person has to look; None where the page stands by itself.
        shows: the field itself shows `code`, whatever the stack says.
        barred: the field is empty, or as likely shows a code that nobody was given: no other page
            can name this one.
        page: number told by the barcode.
        kind: which pages of other scripts are the same page of the form, as `kinds_of` tells it.
        by_kind: probability of `code` without a word about the order of the stack, when every code
            has one page of a kind.
        written: an issued code that is clearly written in the field, right or wrong; or None.
        nearest: the issued code that the field shows best, however clearly; None where it shows
            none.
        candidates: for a person to choose from.
    """

    place: int
    code: str | None
    confidence: float
    source: CodeSource
    why: WhyPerson | None
    shows: bool
    barred: bool
    page: int | None
    kind: int | None
    by_kind: float
    written: str | None
    nearest: str | None
    candidates: tuple[Candidate, ...]


def opinions(
    readings: Sequence[PageReading],
    places: Sequence[int],
    issued: IssuedCodes,
    *,
    pages: int | None,
) -> list[Opinion]:
    """An opinion of each page at `places`, the order of the stack taken into account."""
    if not places:
        return []
    claims = [claim_of(readings[place].barcodes, issued) for place in places]
    digits = CodeDigits.of(issued.codes)
    fields = [field_evidence(readings[place].digits, digits) for place in places]
    weights = np.stack(
        [_weight(claim, field, issued) for claim, field in zip(claims, fields, strict=True)]
    )
    shares = _posteriors(weights, issued, pages)
    strangers = sorted({field.written for field in fields if _is_plainly_off(field, issued)})
    told = [
        _opinion(place, claim, field, share, issued)
        for place, claim, field, share in zip(places, claims, fields, shares, strict=True)
    ]
    told = [_rivalled(item, readings[item.place], strangers) for item in told]
    codes = [item.code if item.source is CodeSource.BARCODE else item.written for item in told]
    kinds = kinds_of([readings[place] for place in places], codes, pages=pages)
    hands = hand_odds(
        [readings[place].hand for place in places],
        [None if item.written is None else issued.codes.index(item.written) for item in told],
        codes=len(issued),
    )
    by_kind = _by_kind(told, weights * hands, kinds, issued, pages)
    return [
        replace(item, kind=kind, by_kind=share)
        for item, kind, share in zip(told, kinds, by_kind, strict=True)
    ]


def _by_kind(
    told: Sequence[Opinion], weights: Matrix, kinds: Kinds, issued: IssuedCodes, pages: int | None
) -> list[float]:
    """For every opinion, how sure its code is where each code has one page of a kind."""
    if pages is None:
        return [0.0] * len(told)
    shares = matched(weights, kinds, pages=pages)
    return [
        0.0 if item.code is None else float(shares[row, issued.codes.index(item.code)])
        for row, item in enumerate(told)
    ]


def _is_plainly_off(field: FieldEvidence, issued: IssuedCodes) -> bool:
    is_off = bool(field.written) and field.written not in issued
    return is_off and field.certainty > PLAINLY_OFF_THE_LIST


def _rivalled(item: Opinion, reading: PageReading, strangers: Sequence[str]) -> Opinion:
    """The opinion; left to a person where the field may as well show a code that nobody was given.

    The list alone makes the nearest issued code look certain; the other pages of the stranger's
    script say that there is one more code to be told from it.
    """
    if not strangers or item.code is None or item.source is CodeSource.BARCODE:
        return item
    own, *theirs = shown(reading.digits, (item.code, *strangers))
    if max(theirs) < RIVAL_SHARE * own:
        return item
    if item.why:
        return replace(item, barred=True)
    return replace(item, why=WhyPerson.NOT_ON_LIST, shows=False, barred=True)


def _posteriors(weights: Matrix, issued: IssuedCodes, pages: int | None) -> Matrix:
    """The posteriors, with the codes taken in the order of their numbers on the way."""
    ordered = sorted(range(len(issued)), key=lambda index: (int(issued.codes[index]), index))
    shares = posteriors(weights[:, ordered], pages=pages)
    back = np.empty_like(shares)
    back[:, ordered], back[:, -1] = shares[:, :-1], shares[:, -1]
    return back


def _weight(claim: BarcodeClaim, field: FieldEvidence, issued: IssuedCodes) -> Matrix:
    printed = [BARCODE_WEIGHT if code in claim.codes else 1.0 for code in issued.codes]
    return np.asarray(field.any_way * np.array(printed))


def _opinion(
    place: int, claim: BarcodeClaim, field: FieldEvidence, share: Matrix, issued: IssuedCodes
) -> Opinion:
    printed = len(claim.codes) == 1
    best = issued.codes.index(claim.codes[0]) if printed else int(share[:-1].argmax())
    why = _why_barcode(claim, field, best) if claim.codes else _why_digits(field, share, issued)
    confidence = BARCODE_CONFIDENCE if printed else float(share[best])
    clear = field.certainty > CLEARLY_WRITTEN and field.written in issued
    return Opinion(
        place=place,
        code=issued.codes[best] if confidence > CLEARLY_WRITTEN else None,
        confidence=min(confidence, BARCODE_CONFIDENCE),
        source=CodeSource.BARCODE if printed else _source(field, best),
        why=why,
        shows=_shows(field, best),
        barred=field.empty or _is_plainly_off(field, issued),
        page=claim.page,
        kind=None,
        by_kind=0.0,
        written=field.written if clear else None,
        nearest=_nearest(field, issued),
        candidates=_candidates(claim, field, share, issued),
    )


def _source(field: FieldEvidence, best: int) -> CodeSource:
    """Whether the digits of the field settle its code, or the order of the stack does."""
    settled = field.exact[best] >= SETTLED_BY_DIGITS * field.exact.sum()
    return CodeSource.DIGITS if settled else CodeSource.SEQUENCE


def _why_barcode(claim: BarcodeClaim, field: FieldEvidence, best: int) -> WhyPerson | None:
    if len(claim.codes) > 1:
        return WhyPerson.TWO_BARCODES
    if not field.empty and field.agrees(best) < AGREES_WITH_BARCODE:
        return WhyPerson.BARCODE_AGAINST_DIGITS
    return None


def _why_digits(field: FieldEvidence, share: Matrix, issued: IssuedCodes) -> WhyPerson | None:
    if field.empty:
        return WhyPerson.CODE_EMPTY
    best = int(share[:-1].argmax())
    own = int(field.exact.argmax())
    # A code that nobody was given stands there for itself, whatever is likely beside it.
    if _is_plainly_off(field, issued):
        return WhyPerson.NOT_ON_LIST
    if share[best] >= SURE and _shows(field, best):
        return None
    if not field.written:
        return WhyPerson.CODE_UNREADABLE
    if field.written not in issued and field.certainty > CLEARLY_WRITTEN:
        return WhyPerson.NOT_ON_LIST
    return WhyPerson.UNSURE if own == best else WhyPerson.AGAINST_STACK


def _shows(field: FieldEvidence, index: int) -> bool:
    """Whether the field by itself shows this code."""
    agrees = field.agrees(index) >= AGREES_WITH_STACK
    return not field.empty and agrees and bool(field.exact[index] >= LEAST_OWN_EVIDENCE)


def _nearest(field: FieldEvidence, issued: IssuedCodes) -> str | None:
    own = int(field.exact.argmax())
    shows_any = not field.empty and bool(field.exact[own] >= LEAST_OWN_EVIDENCE)
    return issued.codes[own] if shows_any else None


def _candidates(
    claim: BarcodeClaim, field: FieldEvidence, share: Matrix, issued: IssuedCodes
) -> tuple[Candidate, ...]:
    """The most probable codes: half by the whole stack, half by what the field alone shows."""
    alone = field.any_way / max(float(field.any_way.sum()), 1e-12)
    mixed = (share[:-1] + alone) / 2
    mixed = np.where([code in claim.codes for code in issued.codes], 1.0, mixed)
    order = np.argsort(-mixed, kind="stable")[:MOST_CANDIDATES]
    return tuple(
        Candidate(code=issued.codes[index], confidence=round(float(mixed[index]), 4))
        for index in order
    )
