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


def orientations(
    instance: Instance, groups: Groups, group: Ints, expert: Ints
) -> Iterator[Flags | None]:
    """(G, S) schools that may score a group: of two schools only one may score the other.

    The first follows a flow's units, the heavier way of two; the others are random tournaments.
    """
    owner = np.array([row.school for row in groups.rows], dtype=np.int64)
    rng = np.random.default_rng(len(instance.outside))
    circle = tournament(instance, groups, rng)
    sent = np.zeros(circle.shape, dtype=np.int64)
    np.add.at(sent, (instance.home[expert], owner[group]), 1)
    followed = np.where(sent == sent.T, circle, sent > sent.T)
    yield followed.T[owner]
    yield circle.T[owner]
    for _ in range(_TOURNAMENTS - 1):
        yield tournament(instance, groups, rng).T[owner]


def tournament(instance: Instance, groups: Groups, rng: np.random.Generator) -> Flags:
    """(S, S) the first school may score the second: the half of the circle ahead of it."""
    schools = len(instance.outside)
    place = rng.permutation(schools)
    ahead = (place[None, :] - place[:, None]) % schools
    scores = (ahead >= 1) & (2 * ahead <= schools)
    opposite = 2 * ahead == schools
    scores[opposite] = (place[:, None] < place[None, :])[opposite]
    return np.logical_or(scores, ~_both_ways(instance, groups))


def _both_ways(instance: Instance, groups: Groups) -> Flags:
    """(S, S) pairs that could score each other: one of the two directions must go."""
    schools = len(instance.outside)
    has_experts = np.zeros(schools, dtype=bool)
    has_experts[instance.home] = True
    has_scripts = np.zeros(schools, dtype=bool)
    has_scripts[[row.school for row in groups.rows]] = True
    active = has_experts & has_scripts
    return np.logical_and(active[:, None], active[None, :])
