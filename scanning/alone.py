"""Pages that are the only ones of their kind for their code, where nobody else lacks one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scanning.opinion import Opinion

LIKELY_ITS_OWN = 0.9  # an undecided page is so surely of a code that the code lacks none


def alone_of_their_kind(
    opinions: Sequence[Opinion], claims: Mapping[str, Sequence[Opinion]], *, pages: int
) -> set[int]:
    """Places of pages that no other pupil's page can stand for, but by two mishaps at once.

    A pupil who writes another's code leaves a gap: a page of this kind lacks under his own. Where
    every code that stands in the stack has its page of a kind, or two pages under one code tell
    where the gap comes from, the pages that stand alone are their pupils'.

    Args:
        opinions: of every page.
        claims: the pages that count for each code.
        pages: pages of a script; with one, nothing tells who wrote at all.
    """
    if pages == 1:
        return set()
    found = _by_kind(claims, pages)
    counted = {item.place for items in claims.values() for item in items}
    others = [item for item in opinions if item.place not in counted]
    closed = {kind for kind in range(pages) if _is_closed(kind, found, claims, others)}
    return {
        places[0]
        for (code, kind), places in found.items()
        if kind in closed and len(places) == 1 and not _claimed(code, kind, others)
    }


def _by_kind(
    claims: Mapping[str, Sequence[Opinion]], pages: int
) -> dict[tuple[str, int], list[int]]:
    """The places that count for each code and kind; of one page the others tell the kind."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for code, items in claims.items():
        known = {item.kind for item in items if item.kind is not None}
        missing = set(range(pages)) - known
        last = missing.pop() if len(items) == pages and len(missing) == 1 else None
        for item in items:
            kind = last if item.kind is None else item.kind
            if kind is not None:
                found[code, kind].append(item.place)
    return dict(found)


def _is_closed(
    kind: int,
    found: Mapping[tuple[str, int], Sequence[int]],
    claims: Mapping[str, Sequence[Opinion]],
    others: Sequence[Opinion],
) -> bool:
    """Whether no code lacks its page of the kind, but those whose page can be pointed at."""
    told = {
        item.code
        for item in others
        if item.kind == kind and item.confidence >= LIKELY_ITS_OWN and item.code is not None
    }
    lacking = [code for code in claims if (code, kind) not in found and code not in told]
    doubled = sum(len(places) - 1 for (_, each), places in found.items() if each == kind)
    return len(lacking) <= doubled


def _claimed(code: str, kind: int, others: Sequence[Opinion]) -> bool:
    """Whether a page that does not count may be the code's own of this kind."""
    return any(code in (item.code, item.written) and item.kind in (kind, None) for item in others)


def clashing(items: Sequence[Opinion]) -> set[int] | None:
    """The places of one code's pages that are twice of a kind; None where a kind is not known."""
    places: dict[int, list[int]] = defaultdict(list)
    for item in items:
        if item.kind is None:
            return None
        places[item.kind].append(item.place)
    return {place for group in places.values() if len(group) > 1 for place in group}
