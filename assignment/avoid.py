"""Fewer mutual pairs of schools in a plan whose other levels must not get worse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assignment.arrays import Flags
from assignment.draft import Draft, flow_draft
from assignment.orient import mutual_pairs, tournament

_TRIED = 24
"""Flows solved at most."""


def fewer_mutual(free: Draft) -> Flags:
    """(G, S) schools that may score a group: as the free flow does, but for one way of many pairs.

    Pairs lose their lighter way together, then by halves, where the levels above mutual pairs stay
    what they are.
    """
    search = _Search(free)
    search.drop(search.lighter())
    return search.allowed()


class _Search:
    def __init__(self, free: Draft) -> None:
        self.free = free
        instance, groups = free.instance, free.groups
        self.owner = np.array([row.school for row in groups.rows], dtype=np.int64)
        circle = tournament(instance, groups, np.random.default_rng(len(instance.outside)))
        self.sent = np.zeros(circle.shape, dtype=np.int64)
        np.add.at(self.sent, (instance.home[free.expert], self.owner[free.group]), 1)
        unused = (self.sent == 0) & (self.sent.T == 0)
        self.open = np.where(unused, circle, self.sent > 0)
        self.bound = free.worth()[:-2]
        self.left = _TRIED

    def allowed(self) -> Flags:
        """The ways that are open now."""
        flags: Flags = self.open.T[self.owner]
        return flags

    def lighter(self) -> list[tuple[int, int]]:
        """The lighter way of every mutual pair, the lightest first."""
        free = self.free
        pairs = mutual_pairs(free.instance, free.groups, free.group, free.expert).tolist()
        ways = [(a, b) if self.sent[a, b] <= self.sent[b, a] else (b, a) for a, b in pairs]
        return sorted(ways, key=lambda way: (int(self.sent[way]), way))

    def drop(self, ways: Sequence[tuple[int, int]]) -> None:
        """Close these ways, or those of them that nothing needs."""
        if not ways or not self.left:
            return
        self.left -= 1
        before = self.open.copy()
        for way in ways:
            self.open[way] = False
        free = self.free
        found, _ = flow_draft(free.instance, free.groups, cells=free.cells, allowed=self.allowed())
        if not found.unmet.any() and found.worth()[:-2] <= self.bound:
            return
        self.open = before
        half = len(ways) // 2
        if half:
            self.drop(ways[:half])
            self.drop(ways[half:])
