"""How many works a commission finishes by their days, and which days come up short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from scoring.errors import ScoringError


class LoadError(ScoringError):
    """Works or members that cannot be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Works that are due on a day and that some members may read.

    Attributes:
        due_on: The last day.
        works: How many.
        members: Who may read them.
    """

    due_on: date
    works: int
    members: frozenset[str]

    def __post_init__(self) -> None:
        if self.works < 0:
            raise LoadError("Число работ не может быть отрицательным: %(works)s", works=self.works)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueDay:
    """Works due on one day.

    Attributes:
        on: The day.
        due: How many are due.
        in_time: How many of them the commission finishes by then, earlier days served first.
    """

    on: date
    due: int
    in_time: int

    @property
    def short(self) -> int:
        """Works that it does not finish by their day."""
        return self.due - self.in_time


def plan_load(
    demands: Iterable[Demand], *, works_a_day: Mapping[str, int], days: Sequence[date]
) -> tuple[DueDay, ...]:
    """What a commission finishes in time, day by due day.

    A largest flow from works to members and days: a member reads so many works a working day, and
    each work by its day. The days are served in their order, which takes nothing from an earlier
    one: sets of works that can be finished together form a matroid.

    Args:
        demands: The works.
        works_a_day: By member, how many works a day.
        days: Working days that are left, in order; today if it still counts.

    Returns:
        The days on which works are due, in order.
    """
    grouped = _grouped(demands)
    due_days = sorted({demand.due_on for demand in grouped})
    found: list[DueDay] = []
    before = 0
    for day in due_days:
        until = [demand for demand in grouped if demand.due_on <= day]
        done = works_in_time(until, works_a_day=works_a_day, days=days)
        due = sum(demand.works for demand in grouped if demand.due_on == day)
        found.append(DueDay(on=day, due=due, in_time=done - before))
        before = done
    return tuple(found)


def short_of(
    added: Iterable[Demand],
    demands: Iterable[Demand],
    *,
    works_a_day: Mapping[str, int],
    days: Sequence[date],
) -> int:
    """How many of some added works cannot be done by their days beside all others."""
    others, new = tuple(demands), tuple(added)
    before = works_in_time(others, works_a_day=works_a_day, days=days)
    after = works_in_time((*others, *new), works_a_day=works_a_day, days=days)
    return sum(demand.works for demand in new) - (after - before)


def works_in_time(
    demands: Iterable[Demand], *, works_a_day: Mapping[str, int], days: Sequence[date]
) -> int:
    """The largest number of works that can be finished by their days."""
    grouped = [demand for demand in _grouped(demands) if demand.works]
    if not grouped:
        return 0
    spans = _spans(sorted({demand.due_on for demand in grouped}), days)
    return _largest_flow(grouped, works_a_day, spans)


def _grouped(demands: Iterable[Demand]) -> list[Demand]:
    counts: Counter[tuple[date, frozenset[str]]] = Counter()
    for demand in demands:
        counts[demand.due_on, demand.members] += demand.works
    keys = sorted(counts, key=lambda key: (key[0], sorted(key[1])))
    return [Demand(due_on=on, works=counts[on, who], members=who) for on, who in keys]


def _spans(due_days: Sequence[date], days: Sequence[date]) -> dict[date, int]:
    """Working days after the due day before, up to each due day: equal for all works."""
    found: dict[date, int] = {}
    before = date.min
    for due_on in due_days:
        found[due_on] = sum(before < day <= due_on for day in days)
        before = due_on
    return found


def _largest_flow(
    demands: Sequence[Demand], works_a_day: Mapping[str, int], spans: Mapping[date, int]
) -> int:
    slots = {
        (member, due_on): len(demands) + 1 + place
        for place, (member, due_on) in enumerate(
            (member, due_on) for member in sorted(works_a_day) for due_on in spans
        )
    }
    sink = len(demands) + len(slots) + 1
    edges = {(0, at): demand.works for at, demand in enumerate(demands, start=1)}
    for at, demand in enumerate(demands, start=1):
        for (member, due_on), slot in slots.items():
            if member in demand.members and due_on <= demand.due_on:
                edges[at, slot] = demand.works
    for (member, due_on), slot in slots.items():
        edges[slot, sink] = works_a_day[member] * spans[due_on]
    rows, columns = zip(*edges, strict=True)
    values = np.array(list(edges.values()), dtype=np.int32)
    graph = csr_array((values, (rows, columns)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, 0, sink).flow_value)
