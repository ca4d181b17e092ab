"""Which pages of a bundle are the same page of the form: told by their print, without a barcode.

A kind is a number without a meaning: it says that two pages are the same page of two scripts, not
which page of the script that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scanning.look import Vector, unpacked_look
from scanning.reading import PageReading

MOST_SAMPLES = 12  # scripts whose pages are tried as the first of their kinds
ROUNDS = 12
# Correlation with the own kind less that with the next one: pages are 0.4 to 1.3 apart.
LEAST_GAP = 0.15
# Kinds are learned from every other script and tried on the rest. Where two pages of one script are
# so often of one kind, it is not pages of the form that were told apart, but hands; where so many
# are of none, the pages are printed too much alike.
LEAST_ASKED = 3
MOST_DOUBLED = 0.05
MOST_UNTOLD = 0.4

LEAST_LENGTH = 1e-6  # of a print that shows nothing

Kinds = tuple[int | None, ...]


def kinds_of(
    readings: Sequence[PageReading], codes: Sequence[str | None], *, pages: int | None
) -> Kinds:
    """The kind of every page, None where it cannot be told.

    Args:
        readings: the pages.
        codes: the code that clearly stands on each, whoever wrote it; None where none does.
        pages: pages expected in a script.
    """
    nothing: Kinds = (None,) * len(readings)
    if pages is None:
        return nothing
    if pages == 1:
        return (0,) * len(readings)
    prints = _prints(readings)
    scripts: dict[str, list[int]] = defaultdict(list)
    for place, code in enumerate(codes):
        if code is not None and place in prints.looks:
            scripts[code].append(place)
    groups = [places for _, places in sorted(scripts.items())]
    taught, asked = groups[::2], groups[1::2]
    samples = [places for places in groups if len(places) == pages][:MOST_SAMPLES]
    if not samples or len(asked) < LEAST_ASKED:
        return nothing
    trials = [
        _tried(_nearest(prints, _grown(prints, taught, each)), asked, pages) for each in samples
    ]
    best = min(range(len(trials)), key=lambda number: sum(trials[number]))
    doubled, untold = trials[best]
    if doubled > MOST_DOUBLED or untold > MOST_UNTOLD:
        return nothing
    return _nearest(prints, _grown(prints, groups, samples[best]))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prints:
    """The form of every page, and by place its print beside the mean of its form, with length 1."""

    forms: tuple[int | None, ...]
    looks: dict[int, Vector]


def _prints(readings: Sequence[PageReading]) -> _Prints:
    forms = tuple(
        item.placement.template if item.placement and item.look else None for item in readings
    )
    looks: dict[int, Vector] = {}
    for form in sorted({form for form in forms if form is not None}):
        places = [place for place, each in enumerate(forms) if each == form]
        cells = np.stack([unpacked_look(readings[place].look) for place in places])
        cells -= cells.mean(axis=0)
        cells /= np.maximum(np.linalg.norm(cells, axis=1, keepdims=True), LEAST_LENGTH)
        looks |= dict(zip(places, cells, strict=True))
    return _Prints(forms=forms, looks=looks)


def _grown(
    prints: _Prints, groups: Sequence[Sequence[int]], sample: Sequence[int]
) -> list[tuple[int | None, Vector]]:
    """Form and mean print of every kind, grown from the pages of one script.

    Pages of one code are shared out among different kinds, or hands and pencils would be told
    apart instead of pages.
    """
    centres = [(prints.forms[place], prints.looks[place]) for place in sample]
    for _ in range(ROUNDS):
        members: list[list[Vector]] = [[] for _ in centres]
        for group in groups:
            for place, kind in _shared_out(prints, group, centres):
                members[kind].append(prints.looks[place])
        for kind, (form, centre) in enumerate(centres):
            mean = np.mean(members[kind], axis=0) if members[kind] else centre
            length = max(float(np.linalg.norm(mean)), LEAST_LENGTH)
            centres[kind] = (form, np.asarray(mean / length, np.float32))
    return centres


def _shared_out(
    prints: _Prints, group: Sequence[int], centres: Sequence[tuple[int | None, Vector]]
) -> list[tuple[int, int]]:
    """Pages of one code, each with a kind of its form, the most alike first, no kind twice."""
    pairs = sorted(
        (
            (float(prints.looks[place] @ centre), place, kind)
            for place in group
            for kind, (form, centre) in enumerate(centres)
            if prints.forms[place] == form
        ),
        reverse=True,
    )
    shared: dict[int, int] = {}
    for _, place, kind in pairs:
        if place not in shared and kind not in shared.values():
            shared[place] = kind
    return list(shared.items())


def _nearest(prints: _Prints, centres: Sequence[tuple[int | None, Vector]]) -> Kinds:
    """The kind of every page whose print is nearer to one than to any other of its form."""
    kinds: list[int | None] = [None] * len(prints.forms)
    for place, look in prints.looks.items():
        alike = sorted(
            (
                (float(look @ centre), kind)
                for kind, (form, centre) in enumerate(centres)
                if form == prints.forms[place]
            ),
            reverse=True,
        )
        if len(alike) == 1 or (alike and alike[0][0] - alike[1][0] >= LEAST_GAP):
            kinds[place] = alike[0][1]
    return tuple(kinds)


def _tried(kinds: Kinds, groups: Sequence[Sequence[int]], pages: int) -> tuple[float, float]:
    """The shares of pages of a kind that their script has already, and of pages of no kind.

    On more pages than a script has, a code was written by others, too.
    """
    asked = doubled = untold = 0
    for group in groups:
        told = [kinds[place] for place in group if kinds[place] is not None]
        count = min(len(group), pages)
        asked += count
        untold += max(count - len(told), 0)
        doubled += min(len(told), count) - min(len(set(told)), count)
    return doubled / asked, untold / asked
