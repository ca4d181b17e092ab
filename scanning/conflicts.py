"""Pages held against each other: one code, one page, one pupil."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from scanning.opinion import SURE, Opinion
from scanning.verdict import CodeSource, WhyPerson

# A script that has all its pages leaves little room for a page that slipped in by mistake:
# the slip would have to meet a script that lost just one page.
COMPLETE_SCRIPT_DOUBT = 0.05
# A page counts as one of a script when it is its page more surely than this.
COUNTS_FROM = 0.9


def settled(opinions: Sequence[Opinion], *, pages: int | None) -> list[Opinion]:
    """The opinions after what one page says of another: completeness first, then clashes."""
    backed = _backed_by_completeness(opinions, pages=pages)
    clashing = _same_page_twice(backed) | _too_many(backed, pages=pages)
    twice = _same_page_twice(backed)
    return [
        item
        if item.place not in clashing or item.why is not None
        else replace(item, why=_why(item.place in twice))
        for item in backed
    ]


def _why(same_page: bool) -> WhyPerson:  # noqa: FBT001
    return WhyPerson.CODE_TWICE if same_page else WhyPerson.TOO_MANY_PAGES


def _backed_by_completeness(opinions: Sequence[Opinion], *, pages: int | None) -> list[Opinion]:
    claims = _pages_of_codes(opinions)
    return [
        _surer(item) if _count(claims.get(item.code or "", [])) == pages else item
        for item in opinions
    ]


def _pages_of_codes(opinions: Sequence[Opinion]) -> dict[str, list[Opinion]]:
    claims = defaultdict(list)
    for item in opinions:
        if item.code is not None and item.confidence >= COUNTS_FROM:
            claims[item.code].append(item)
    return dict(claims)


def _count(claiming: Sequence[Opinion]) -> int:
    """How many pages these are; pages of one printed number count once."""
    numbers = {item.page for item in claiming if item.page is not None}
    return len(numbers) + sum(item.page is None for item in claiming)


def _surer(item: Opinion) -> Opinion:
    """The opinion with less doubt; named where that was all it lacked."""
    if item.code is None or item.source is not CodeSource.DIGITS:
        return item
    confidence = 1 - (1 - item.confidence) * COMPLETE_SCRIPT_DOUBT
    only_unsure = item.why is WhyPerson.UNSURE and item.written == item.code
    why = None if only_unsure and confidence >= SURE else item.why
    return replace(item, confidence=confidence, why=why)


def _same_page_twice(opinions: Sequence[Opinion]) -> set[int]:
    """Pages of a code and number that another pupil's page claims by hand."""
    written = {
        (item.written, item.page)
        for item in opinions
        if item.page is not None and item.written is not None and item.written != item.code
    }
    return {item.place for item in opinions if (item.code, item.page) in written}


def _too_many(opinions: Sequence[Opinion], *, pages: int | None) -> set[int]:
    """Pages named by handwriting alone, of codes that stand on more pages than a script has."""
    limit = pages if pages is not None else _usual_length(opinions)
    if limit is None:
        return _apart(opinions)
    places = set()
    for code, claiming in _pages_of_codes(opinions).items():
        strangers = [item for item in opinions if item.written == code and item.code != code]
        # One stray page inside another script is that page's trouble alone.
        count = _count(claiming) + (len(strangers) if len(strangers) > 1 else 0)
        if count > limit:
            places |= {item.place for item in claiming if item.source is CodeSource.DIGITS}
    return places


def _usual_length(opinions: Sequence[Opinion]) -> int | None:
    """The length that most scripts have, where the layout does not tell and three agree."""
    lengths = [_count(items) for items in _pages_of_codes(opinions).values()]
    if not lengths:
        return None
    usual = max(set(lengths), key=lambda length: (lengths.count(length), length))
    return usual if lengths.count(usual) >= 3 else None  # noqa: PLR2004


def _apart(opinions: Sequence[Opinion]) -> set[int]:
    """Pages of codes that stand at two places of the stack with another code between."""
    runs: dict[str, int] = defaultdict(int)
    last = None
    for item in opinions:
        if item.code is not None and item.code != last:
            runs[item.code] += 1
            last = item.code
    return {
        item.place
        for item in opinions
        if item.source is CodeSource.DIGITS and item.code is not None and runs[item.code] > 1
    }
