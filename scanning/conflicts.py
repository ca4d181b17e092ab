"""Pages held against each other: one code, one page, one pupil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scanning.alone import alone_of_their_kind, clashing
from scanning.fallen import without_order
from scanning.opinion import SURE, Opinion
from scanning.verdict import CodeSource, WhyPerson

# A script that lies together with all its pages leaves little room for a page of another pupil:
# it would have to meet a script that lost just one page.
COMPLETE_SCRIPT_DOUBT = 0.05
# Where every pupil who wrote has just one page of a kind, a page that shows another's code needs
# two mishaps at once.
ALONE_DOUBT = 0.02
# A page counts as one of a script when it is its page more surely than this.
COUNTS_FROM = 0.9
# Two pupils with one code make fewer than so many pages and one more only if two pages are lost.
LEAST_PAGES_FOR_A_REPEAT = 3
LENGTHS_THAT_AGREE = 3
LEAST_TOGETHER = 0.5  # of the neighbours that are of one script in a stack that nobody disturbed
# An undecided page that is of a code with so much probability stands against others of that code.
LIKELY = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The pages that are taken for one code.

    Attributes:
        code: the code.
        pages: the pages, in the order of the stack.
        together: no page of another code lies between them.
        sheltered: no undecided page lies where it could be one of theirs that another's stands for.
        held: pages that are its own, those counted that only their neighbours tell.
        before: the code of the page that lies before them, if any.
        after: the code of the page that lies after them, if any.
    """

    code: str
    pages: tuple[Opinion, ...]
    together: bool
    sheltered: bool
    held: int
    before: str | None
    after: str | None

    @property
    def count(self) -> int:
        """How many pages these are; pages of one printed number count once."""
        numbers = {item.page for item in self.pages if item.page is not None}
        return len(numbers) + sum(item.page is None for item in self.pages)


def settled(opinions: Sequence[Opinion], *, pages: int | None) -> list[Opinion]:
    """The opinions after what one page says of another: completeness first, then clashes."""
    claims = _claims(opinions, pages)
    limit = pages if pages is not None else _usual_length(claims)
    complete = _all_complete(opinions, claims, limit)
    if not (complete or pages == 1 or _keeps_together(opinions, limit)):
        apart = without_order(opinions, pages=pages)
        twice = _same_page_twice(apart)
        return [_doubted(item, twice, set()) for item in apart]
    whole = {code for code in claims if complete or _lies_whole(claims, code, limit)}
    backed = _backed(opinions, claims, whole, pages)
    twice = _same_page_twice(backed)
    crowded = _apart(claims) if limit is None else _too_many(backed, claims, whole, limit)
    return [_doubted(item, twice, crowded) for item in backed]


def _all_complete(opinions: Sequence[Opinion], claims: dict[str, Claim], limit: int | None) -> bool:
    return all(map(_counts, opinions)) and all(
        claim.count == limit and not clashing(claim.pages) for claim in claims.values()
    )


def _backed(
    opinions: Sequence[Opinion], claims: dict[str, Claim], whole: set[str], pages: int | None
) -> list[Opinion]:
    """The opinions, surer where a script is whole or a page is the only one of its kind."""
    counted = {code: claim.pages for code, claim in claims.items()}
    alone = set[int]() if pages is None else alone_of_their_kind(opinions, counted, pages=pages)
    backed = [
        _surer(item, COMPLETE_SCRIPT_DOUBT) if item.code in whole else item for item in opinions
    ]
    return [_surer(item, ALONE_DOUBT) if item.place in alone else item for item in backed]


def _claims(opinions: Sequence[Opinion], pages: int | None) -> dict[str, Claim]:
    counted = [place for place, item in enumerate(opinions) if _counts(item)]
    codes = [opinions[place].code or "" for place in counted]
    claims = {}
    for code in dict.fromkeys(codes):
        places = [place for place, other in enumerate(codes) if other == code]
        first, last = places[0], places[-1]
        # A script of one page may have its own page anywhere; a longer one beside the others.
        around = slice(max(counted[first] - 1, 0), counted[last] + 2) if pages != 1 else slice(None)
        claims[code] = Claim(
            code=code,
            pages=tuple(opinions[counted[place]] for place in places),
            together=last - first + 1 == len(places),
            sheltered=not any(_may_be_lost_by(item, code, pages) for item in opinions[around]),
            held=sum(item.code == code and item.confidence >= COUNTS_FROM for item in opinions),
            before=codes[first - 1] if first else None,
            after=codes[last + 1] if last + 1 < len(codes) else None,
        )
    return claims


def _keeps_together(opinions: Sequence[Opinion], limit: int | None) -> bool:
    """Whether pages of one script lie together, as far as neighbours that count tell.

    In a stack that fell down, that a page lies beside others of its code says nothing.
    """
    beside = [
        one.code == other.code
        for one, other in pairwise(opinions)
        if _counts(one) and _counts(other)
    ]
    usual = 1.0 if limit is None else (limit - 1) / limit
    return sum(beside) >= LEAST_TOGETHER * usual * len(beside)


def _counts(item: Opinion) -> bool:
    """Whether a page stands for its code by itself; what only its neighbours tell does not."""
    told = item.shows or item.source is CodeSource.BARCODE
    return item.code is not None and item.confidence >= COUNTS_FROM and told


def _may_be_lost_by(item: Opinion, code: str, pages: int | None) -> bool:
    """Whether an undecided page may be the code's own while another pupil's shows that code.

    What neighbours tell of a page is told by the rest of its script; a script of one page has none.
    """
    anothers = item.code not in (None, code) and item.confidence >= COUNTS_FROM and pages != 1
    return not _counts(item) and not anothers


def _lies_whole(claims: dict[str, Claim], code: str, limit: int | None) -> bool:
    """All pages lie together, as many as there should be; or one is there twice.

    One page too many is a page scanned twice when both neighbours have all of theirs: then nobody
    else misses it.
    """
    claim = claims[code]
    if not (claim.together and claim.sheltered) or limit is None:
        return False
    if claim.count == limit:
        return not clashing(claim.pages)
    beside = [claims[name].held for name in (claim.before, claim.after) if name is not None]
    repeat = claim.count == limit + 1 and limit >= LEAST_PAGES_FOR_A_REPEAT
    return repeat and all(count >= limit for count in beside)


def _surer(item: Opinion, doubt: float) -> Opinion:
    """The opinion with less doubt; named where that was all it lacked."""
    if item.source is CodeSource.BARCODE or item.confidence < COUNTS_FROM:
        return item
    confidence = 1 - (1 - item.confidence) * doubt
    only_unsure = item.why is WhyPerson.UNSURE and item.shows
    why = None if only_unsure and confidence >= SURE else item.why
    return replace(item, confidence=confidence, why=why)


def _doubted(item: Opinion, twice: set[int], crowded: set[int]) -> Opinion:
    """The opinion, left to a person where it clashes with another."""
    if item.why is not None:
        return item
    if item.place in twice:
        return replace(item, why=WhyPerson.CODE_TWICE)
    return replace(item, why=WhyPerson.TOO_MANY_PAGES) if item.place in crowded else item


def _same_page_twice(opinions: Sequence[Opinion]) -> set[int]:
    """Pages of a code and number that another pupil's page claims by hand."""
    written = {
        (item.written, item.page)
        for item in opinions
        if item.page is not None and item.written is not None and item.written != item.code
    }
    return {item.place for item in opinions if (item.code, item.page) in written}


def _too_many(
    opinions: Sequence[Opinion], claims: dict[str, Claim], whole: set[str], limit: int
) -> set[int]:
    """Pages named by handwriting alone, of codes that stand on more pages than a script has."""
    places: set[int] = set()
    for code, claim in claims.items():
        strangers = [item for item in opinions if _may_be(item, code, claim)]
        if code in whole and not strangers:
            continue
        # One stray page inside another script is that page's trouble alone.
        count = claim.count + (len(strangers) if len(strangers) > 1 else 0)
        twice = clashing(claim.pages)
        if count > limit and (not twice or len(strangers) > 1):
            places |= _by_hand(claim)
        places |= _by_hand(claim) & (twice or set())
    return places


def _may_be(item: Opinion, code: str, claim: Claim) -> bool:
    """Whether a page that does not count as one of the code's may be one after all."""
    if item.place in {page.place for page in claim.pages}:
        return False
    if item.written == code:
        return True
    undecided = item.confidence < COUNTS_FROM
    return undecided and any(
        candidate.code == code and candidate.confidence >= LIKELY for candidate in item.candidates
    )


def _usual_length(claims: dict[str, Claim]) -> int | None:
    """The length that most scripts have, where the layout does not tell and three agree."""
    lengths = [claim.count for claim in claims.values()]
    if not lengths:
        return None
    usual = max(set(lengths), key=lambda length: (lengths.count(length), length))
    return usual if lengths.count(usual) >= LENGTHS_THAT_AGREE else None


def _apart(claims: dict[str, Claim]) -> set[int]:
    """Pages of codes that stand at two places of the stack with another code between."""
    return {place for claim in claims.values() if not claim.together for place in _by_hand(claim)}


def _by_hand(claim: Claim) -> set[int]:
    return {item.place for item in claim.pages if item.source is not CodeSource.BARCODE}
