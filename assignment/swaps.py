"""Single scripts moved, or exchanged between two experts, while that evens out their minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from assignment.arrays import Flags
from assignment.draft import Draft

_STEPS = 400
_NEAR = 12
"""Experts on either end of the order of loads who are tried with each other."""

_GAIN = 1e-9


class _Step(NamedTuple):
    """A unit of `given` goes from one expert to another, one of `taken` comes back, if any."""

    gain: float
    giver: int
    taker: int
    given: int
    taken: int | None


def swapped(draft: Draft, routes: Flags | None) -> Draft:
    """The draft after the steps that make it fairer; levels above fairness stay as they are.

    Args:
        draft: the plan.
        routes: (G, S) schools that may score a group; None: all.
    """
    board = _Board(draft, routes)
    for _ in range(_STEPS):
        step = board.best_step()
        if step is None:
            break
        board.take(step)
    return board.draft()


class _Board:
    def __init__(self, draft: Draft, routes: Flags | None) -> None:
        self.old = draft
        self.routes = routes
        self.weights = draft.groups.weights(draft.instance).tolist()
        pairs = zip(draft.group.tolist(), draft.expert.tolist(), strict=True)
        self.units = Counter(pairs)
        self.able = [frozenset(draft.groups.eligible(g).tolist()) for g in range(len(self.weights))]
        self.cells = draft.cells.tolist()
        self.home = draft.instance.home.tolist()
        self.room = draft.instance.capacity.tolist()
        self.least = draft.instance.min_load.tolist()
        self.in_cell: Counter[tuple[int, int]] = Counter()
        self.counts: Counter[int] = Counter()
        self.loads = [0.0] * len(self.cells)
        self.groups_of: dict[int, set[int]] = {}
        for (group, expert), units in self.units.items():
            self._add(group, expert, units)

    def draft(self) -> Draft:
        """The plan as it stands on the board."""
        rows = sorted((key, units) for key, units in self.units.items() if units)
        count = [units for _, units in rows]
        group = np.repeat(np.array([key[0] for key, _ in rows], dtype=np.int64), count)
        expert = np.repeat(np.array([key[1] for key, _ in rows], dtype=np.int64), count)
        return replace(self.old, group=group, expert=expert)

    def best_step(self) -> _Step | None:
        """The step that gains most among experts far apart; None if none gains."""
        order = sorted(
            {expert for able in self.able for expert in able if self.room[expert]},
            key=lambda expert: (self.loads[expert] / self.room[expert], expert),
        )
        best: _Step | None = None
        for giver in order[::-1][:_NEAR]:
            for taker in order[:_NEAR]:
                for step in self._steps(giver, taker):
                    if best is None or step.gain > best.gain + _GAIN:
                        best = step
        return best

    def take(self, step: _Step) -> None:
        """Carry a step out."""
        self._move(step.given, step.giver, step.taker)
        if step.taken is not None:
            self._move(step.taken, step.taker, step.giver)

    def _steps(self, giver: int, taker: int) -> Iterator[_Step]:
        if giver == taker:
            return
        out = [g for g in sorted(self.groups_of.get(giver, ())) if self._may(g, giver, taker)]
        back = [g for g in sorted(self.groups_of.get(taker, ())) if self._may(g, taker, giver)]
        for group in out:
            if self.counts[taker] < self.room[taker] and self.counts[giver] > self.least[giver]:
                yield from self._gaining(giver, taker, group, None)
            for other in back:
                if self.weights[other] < self.weights[group]:
                    yield from self._gaining(giver, taker, group, other)

    def _gaining(self, giver: int, taker: int, given: int, taken: int | None) -> Iterator[_Step]:
        shift = self.weights[given] - (self.weights[taken] if taken is not None else 0.0)
        before = self._cost(giver, 0.0) + self._cost(taker, 0.0)
        gain = before - self._cost(giver, -shift) - self._cost(taker, shift)
        if gain > _GAIN:
            yield _Step(gain, giver, taker, given, taken)

    def _cost(self, expert: int, more: float) -> float:
        load: float = self.loads[expert] + more
        return load * load / self.room[expert]  # type: ignore[no-any-return]

    def _may(self, group: int, giver: int, taker: int) -> bool:
        """A unit of the group may go over, at no cost above fairness."""
        row = self.old.groups.rows[group]
        if taker not in self.able[group] or self._kind(group, giver) != self._kind(group, taker):
            return False
        if self.routes is not None and not self.routes[group, self.home[taker]]:
            return False
        if self.cells[giver] == self.cells[taker]:
            return True
        return self.in_cell[group, self.cells[taker]] < row.size

    def _kind(self, group: int, expert: int) -> tuple[bool, ...]:
        row, outside = self.old.groups.rows[group], self.old.instance.outside
        kept = row.kept is not None and expert in row.kept
        return expert in row.own, kept, expert in row.begun, bool(outside[self.home[expert]])

    def _move(self, group: int, giver: int, taker: int) -> None:
        self._add(group, giver, -1)
        self._add(group, taker, 1)
        self.units[group, giver] -= 1
        self.units[group, taker] += 1
        if not self.units[group, giver]:
            self.groups_of[giver].discard(group)

    def _add(self, group: int, expert: int, units: int) -> None:
        self.in_cell[group, self.cells[expert]] += units
        self.counts[expert] += units
        self.loads[expert] += units * self.weights[group]
        self.groups_of.setdefault(expert, set()).add(group)
