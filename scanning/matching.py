"""One page of a kind for every pupil: which code each page has in a stack without an order.

Belief propagation on the matching of pages and codes, kind by kind (Huang and Jebara,
"Approximating the permanent with belief propagation", 2009); that a pupil was there at all joins
the kinds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

NOBODY = 0.01  # share of pages whose field belongs to nobody on the list
PRESENT = 0.95  # share of the codes whose pupils wrote
LOST = 0.02  # of the pages of those who wrote, missing in the stack
CERTAIN = 1e9  # beside a field filled at random: more would drown what speaks against it
ROUNDS = 40
KEPT = 0.5  # of the last message in the next one, or two explanations take turns

Matrix = npt.NDArray[np.float64]


def matched(weights: Matrix, kinds: Sequence[int | None], *, pages: int) -> Matrix:
    """For every page, the probability of every code when no code has two pages of one kind.

    A page of no known kind has no probability of any code.

    Args:
        weights: (pages of the stack, codes): how likely the code's holder filled the field so,
            beside a field filled at random.
        kinds: which pages are the same page of the form, from 0.
        pages: kinds there are.
    """
    shares = np.zeros_like(weights)
    places = [[p for p, kind in enumerate(kinds) if kind == each] for each in range(pages)]
    tables = [np.minimum(weights[group], CERTAIN) for group in places]
    claims = [table / (NOBODY + table.sum(axis=1, keepdims=True)) for table in tables]
    for _ in range(ROUNDS):
        taken = np.stack([claim.sum(axis=0) for claim in claims])
        for kind, (table, room) in enumerate(zip(tables, _room(taken), strict=True)):
            free = room / (1 + room * (taken[kind] - claims[kind]))
            offers = table * free
            others = NOBODY + offers.sum(axis=1, keepdims=True) - offers
            claims[kind] = KEPT * claims[kind] + (1 - KEPT) * table / others
            shares[places[kind]] = offers / (others + offers)
    return shares


def _room(taken: Matrix) -> Matrix:
    """For every kind and code, the odds that its pupil left a page of it, by his other pages."""
    seen = np.log((1 - LOST) * taken + LOST)
    elsewhere = np.clip(seen.sum(axis=0) - seen, -50, 50)
    odds = PRESENT / (1 - PRESENT) * np.exp(elsewhere)
    present = odds / (1 + odds)
    return np.asarray(present * (1 - LOST) / (present * LOST + 1 - present))
