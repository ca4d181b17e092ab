"""Which of two schools may score the other, where the flow alone would have both.

A regular tournament on a circle of schools lets every school score about half of the others. Where
the flow inside it is as good as the free flow, nothing better exists.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from assignment.arrays import Flags, Instance, Ints
from assignment.grouping import Groups

_TOURNAMENTS = 4


def mutual_pairs(instance: Instance, groups: Groups, group: Ints, expert: Ints) -> Ints:
    """(m, 2) pairs of schools that score each other, among units of these groups and experts."""
    schools = len(instance.outside)
    scored = np.array([row.school for row in groups.rows], dtype=np.int64)[group]
    arrows = np.zeros((schools, schools), dtype=bool)
    arrows[instance.home[expert], scored] = True
    both = np.triu(arrows & arrows.T, 1)
    return np.argwhere(both).astype(np.int64)


def tournaments(instance: Instance, groups: Groups) -> Iterator[Flags | None]:
    """(G, S) schools that may score a group, in several random orders of the circle."""
    schools = len(instance.outside)
    rng = np.random.default_rng(schools)
    owner = np.array([row.school for row in groups.rows], dtype=np.int64)
    for _ in range(_TOURNAMENTS):
        place = rng.permutation(schools)
        ahead = (place[None, :] - place[:, None]) % schools
        scores = (ahead >= 1) & (2 * ahead <= schools)
        scores[2 * ahead == schools] = (place[:, None] < place[None, :])[2 * ahead == schools]
        scores |= ~_both_ways(instance, groups)
        yield scores.T[owner]


def _both_ways(instance: Instance, groups: Groups) -> Flags:
    """(S, S) pairs that could score each other: one of the two directions must go."""
    schools = len(instance.outside)
    has_experts = np.zeros(schools, dtype=bool)
    has_experts[instance.home] = True
    has_scripts = np.zeros(schools, dtype=bool)
    has_scripts[[row.school for row in groups.rows]] = True
    active = has_experts & has_scripts
    return np.logical_and(active[:, None], active[None, :])
