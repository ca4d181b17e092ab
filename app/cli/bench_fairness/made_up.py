"""Made-up municipalities for the benchmark, and what a commission would read in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from scoring.fairness.control import Control, Kind
from scoring.fairness.recheck_evidence import Rechecked, choose_works
from scoring.fairness.simulated_experts import (
    CONTROL,
    LIVE,
    QUALIFICATION,
    SECOND,
    Readings,
    draw_readings,
)
from scoring.fairness.simulated_pupils import (
    BOUNDARIES,
    MAXIMA,
    Floats,
    Pupils,
    Recipe,
    draw_pupils,
)
from scoring.fairness.totals import Totals

FIRST_SEED = 700_001
"""Everything was developed on seeds below a thousand."""
Measured = TypeVar("Measured")
_KINDS = {QUALIFICATION: Kind.QUALIFICATION, CONTROL: Kind.CONTROL}


def over_seeds(task: Callable[[int], Measured], count: int) -> list[Measured]:
    """The task on that many seeds, on two processes."""
    with get_context("spawn").Pool(2) as pool:
        return pool.map(task, range(FIRST_SEED, FIRST_SEED + count), chunksize=1)


def made(recipe: Recipe, seed: int) -> tuple[Pupils, Readings]:
    """Pupils and experts' readings."""
    rng = np.random.default_rng(seed)
    pupils = draw_pupils(recipe, rng)
    return pupils, draw_readings(pupils, recipe, rng)


def totals_of(pupils: Pupils, total: np.ndarray) -> Totals:
    """Totals of the exam, as the schools or the experts gave them."""
    return Totals(
        school=pupils.school,
        total=total,
        journal=pupils.journal.astype(np.float64),
        boundaries=BOUNDARIES,
        most=sum(MAXIMA),
    )


def first_readings(readings: Readings) -> tuple[np.ndarray, np.ndarray]:
    """(N,) total and expert of each work's first reading."""
    live = np.flatnonzero(readings.kind == LIVE)
    rows = live[np.argsort(readings.work[live])]
    return readings.points[rows].sum(axis=1), readings.expert[rows]


def rechecked(totals: Totals, readings: Readings, schools: Iterable[int], seed: int) -> Rechecked:
    """What the experts, as a commission, gave for 25 works of each school."""
    total, expert = first_readings(readings)
    works = np.concatenate([choose_works(totals, school, seed=seed) for school in schools])
    read: Floats = total[works].astype(np.float64)
    return Rechecked(work=works, total=read, member=expert[works])


def controls_of(pupils: Pupils, readings: Readings, *, at_once: bool = True) -> list[Control]:
    """Controls and doubles, by the reader's place, or when the second reading makes them known."""
    given, worth = readings.points.sum(axis=1), pupils.points.sum(axis=1)
    share = readings.place / np.maximum(1, readings.queue[readings.expert])
    pairs = _pairs(readings)
    found: list[tuple[float, Control]] = []
    for row in range(len(given)):
        kind, other = int(readings.kind[row]), pairs.get(row)
        if kind in _KINDS or other is not None:
            known = share[row] if at_once or other is None else max(share[row], share[other])
            late = int(known * readings.queue[readings.expert[row]])
            control = Control(
                expert=f"e{readings.expert[row]}",
                place=int(readings.place[row]) if at_once or other is None else late,
                kind=_KINDS.get(kind, Kind.DOUBLE),
                points=float(given[row]),
                reference=float(worth[readings.work[row]] if other is None else given[other]),
                other=None if other is None else f"e{readings.expert[other]}",
            )
            found.append((known, control))
    return [control for _, control in sorted(found, key=lambda each: each[0])]


def _pairs(readings: Readings) -> dict[int, int]:
    first, second = (
        {int(readings.work[row]): int(row) for row in np.flatnonzero(readings.kind == kind)}
        for kind in (LIVE, SECOND)
    )
    pairs = {row: first[work] for work, row in second.items()}
    return pairs | {other: row for row, other in pairs.items()}


def share(flags: Sequence[bool]) -> float:
    """Share of true ones, 0 where there are none."""
    return float(np.mean(flags)) if len(flags) else 0.0
