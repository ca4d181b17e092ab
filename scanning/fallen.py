"""Pages of a stack that lost its order: named by the matching of pages and codes alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from scanning.opinion import Opinion
from scanning.verdict import CodeSource, WhyPerson

# A slip of the pen just where the code's own page is lost leaves nothing but the hand to tell of
# it: where a doubt of one in a thousand was enough, such a page was named wrongly.
STANDS_ALONE = 0.9995
FEW_PAGES = 2  # of a script: one page twice is half of it


def without_order(opinions: Sequence[Opinion], *, pages: int | None) -> list[Opinion]:
    """The opinions where neighbours say nothing, and the other pages of each kind do.

    Args:
        opinions: of every page that may belong to a script.
        pages: pages of a script, or None when it is not known: then barcodes alone name pages.
    """
    shown: dict[str, Counter[int | None]] = defaultdict(Counter)
    for item in opinions:
        if item.nearest is not None:
            shown[item.nearest][item.kind] += 1
    doubled = {code: _doubled(kinds, pages or 0) for code, kinds in shown.items()}
    return [
        _by_matching(item, twice=item.kind in doubled.get(item.code or "", ())) for item in opinions
    ]


def _doubled(kinds: Counter[int | None], pages: int) -> set[int | None]:
    """The kinds of which a code may stand on two pages.

    A slip of the pen doubles one page of a code. Who wrote another's code throughout doubles more,
    and may have done so where the code's own page is lost; pages whose kind nobody knows may double
    any.
    """
    twice = {kind for kind, count in kinds.items() if kind is not None and count > 1}
    throughout = len(twice) > (0 if pages <= FEW_PAGES else 1)
    too_many = len(kinds.keys() - {None}) + kinds[None] > pages
    return set(kinds) if throughout or too_many else set(twice)


def _by_matching(item: Opinion, *, twice: bool) -> Opinion:
    """The opinion: by its barcode, else by the matching, else a person's."""
    if item.source is CodeSource.BARCODE:
        return item
    if not item.shows or item.barred or item.by_kind < STANDS_ALONE:
        return replace(item, why=item.why or WhyPerson.UNSURE)
    why = WhyPerson.CODE_TWICE if twice else None
    return replace(item, confidence=item.by_kind, why=why)
