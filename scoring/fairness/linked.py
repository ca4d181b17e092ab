"""Whether experts can be compared at all: groups that no common script joins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scoring.fairness.ratings import Whole
from scoring.fairness.sentence import Sentence, sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Unlinked:
    """Experts of different groups never read a common script: no common scale exists.

    Attributes:
        groups: The groups by expert, the largest first; names within a group are sorted.
        why: The sentence that names them.
    """

    groups: tuple[tuple[str, ...], ...]
    why: Sentence


def group_of_raters(script: Whole, rater: Whole, raters: int) -> Whole:
    """The number of each rater's group, from columns of who read what."""
    scripts = int(script.max(initial=-1)) + 1
    ones = np.ones(len(script), dtype=np.int8)
    size = raters + scripts
    graph = coo_array((ones, (rater, raters + script)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:raters], dtype=np.int64)


def unlinked(names: tuple[str, ...], groups: Whole) -> Unlinked | None:
    """The groups where there is more than one; None where all experts are linked."""
    members: dict[int, list[str]] = {}
    for name, group in zip(names, groups.tolist(), strict=True):
        members.setdefault(group, []).append(name)
    if len(members) <= 1:
        return None
    ordered = sorted((tuple(sorted(one)) for one in members.values()), key=lambda g: (-len(g), g))
    listed = "; ".join(", ".join(group) for group in ordered)
    return Unlinked(
        groups=tuple(ordered),
        why=sentence(
            "Эксперты не связаны общими работами, их строгость не сравнить. Группы: %(groups)s."
            " Дайте экспертам разных групп общие работы",
            groups=listed,
        ),
    )
