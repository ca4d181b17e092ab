"""A made-up municipality's experts: who read what, in which order, and what they gave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.fairness.simulated_pupils import (
    MAXIMA,
    OPEN,
    SHORT,
    Floats,
    Ints,
    Pupils,
    Recipe,
)

CONTROL_WORKS = 24
QUALIFYING = 10
CONTROL_EVERY = 12
DOUBLES = 0.2
SLIPS = 0.004
DRIFT_AT = 0.45
DRIFT_POINTS = 0.5
"""Points that a drifted expert takes from every task scored by criteria."""
ESSENTIAL_TOTAL, ESSENTIAL_TASK = 2, 1
QUALIFICATION, CONTROL, LIVE, SECOND, THIRD = range(5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """What is true of the experts.

    Attributes:
        severity: (E,) points taken from a task scored by criteria, before rounding.
        noise: (E,) spread of a single task, before rounding.
        drifting: The expert who drifts, if any.
        halo: The one whose points follow the impression of the whole work.
        central: The one who avoids the ends.
    """

    severity: Floats
    noise: Floats
    drifting: int | None
    halo: int | None
    central: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """Every reading in the order of each expert's queue.

    Attributes:
        work: (R,) the work.
        expert: (R,) who read it.
        kind: (R,) `QUALIFICATION`, `CONTROL`, `LIVE`, `SECOND` or `THIRD`.
        place: (R,) number in the expert's queue; negative before the live marking.
        queue: (E,) length of each expert's queue.
        points: (R, T) what was given.
        control_works: Works whose points are agreed beforehand.
        truth: What was planted.
    """

    work: Ints
    expert: Ints
    kind: Ints
    place: Ints
    queue: Ints
    points: Ints
    control_works: Ints
    truth: Truth


def draw_readings(pupils: Pupils, recipe: Recipe, rng: np.random.Generator) -> Readings:
    """The experts' queues with controls and doubles, and their points."""
    truth = _truth(recipe, rng)
    controls = rng.choice(len(pupils.school), min(CONTROL_WORKS, len(pupils.school)), replace=False)
    work, expert, kind, place, queue = _queues(len(pupils.school), recipe.experts, controls, rng)
    progress = np.clip(place, 0, None) / np.maximum(1, queue[expert])
    points = _read(
        pupils.points[work], expert, _severity(truth, expert, progress, recipe), truth, rng
    )
    third = _thirds(work, expert, kind, points, truth, recipe.experts, rng)
    more = _read(pupils.points[third[0]], third[1], truth.severity[third[1]], truth, rng)
    return Readings(
        work=np.concatenate([work, third[0]]),
        expert=np.concatenate([expert, third[1]]),
        kind=np.concatenate([kind, np.full(len(third[0]), THIRD)]),
        place=np.concatenate([place, queue[third[1]] + np.arange(len(third[0]))]),
        queue=queue,
        points=np.concatenate([points, more]),
        control_works=controls.astype(np.int64),
        truth=truth,
    )


def _truth(recipe: Recipe, rng: np.random.Generator) -> Truth:
    severity = rng.normal(0, 0.19, recipe.experts)
    noise = np.clip(rng.normal(0.45, 0.08, recipe.experts), 0.2, 0.8)
    planted: list[int | None] = [None, None, None]
    if not recipe.clean and recipe.experts >= len(planted):
        planted = [int(each) for each in rng.choice(recipe.experts, len(planted), replace=False)]
    return Truth(
        severity=severity - severity.mean(),
        noise=noise,
        drifting=None if recipe.drift == "none" else planted[0],
        halo=planted[1],
        central=planted[2],
    )


def _severity(truth: Truth, expert: Ints, progress: Floats, recipe: Recipe) -> Floats:
    """(R,) severity at the moment of each reading."""
    if recipe.drift == "slow":
        share = np.clip((progress - DRIFT_AT) / 0.3, 0, 1)
    else:
        share = (progress >= DRIFT_AT).astype(np.float64)
    drifted = share * (expert == (-1 if truth.drifting is None else truth.drifting))
    severity: Floats = truth.severity[expert] + DRIFT_POINTS * drifted
    return severity


def _queues(
    works: int, experts: int, controls: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    first = rng.integers(experts, size=works)
    doubled = rng.permutation(works)[: int(DOUBLES * works)] if experts > 1 else np.zeros(0, int)
    second = (first[doubled] + rng.integers(1, max(2, experts), size=len(doubled))) % experts
    rows: list[tuple[int, int, int, int]] = []
    lengths = np.zeros(experts, dtype=np.int64)
    for expert in range(experts):
        own = [(int(work), LIVE) for work in np.flatnonzero(first == expert)]
        own += [(int(work), SECOND) for work in doubled[second == expert]]
        queue = _with_controls([own[each] for each in rng.permutation(len(own))], controls, rng)
        lengths[expert] = len(queue)
        qualifying = rng.choice(controls, min(QUALIFYING, len(controls)), replace=False)
        rows += [(int(w), expert, QUALIFICATION, p - QUALIFYING) for p, w in enumerate(qualifying)]
        rows += [(work, expert, kind, place) for place, (work, kind) in enumerate(queue)]
    table = np.array(rows, dtype=np.int64)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3], lengths


def _with_controls(
    own: list[tuple[int, int]], controls: Ints, rng: np.random.Generator
) -> list[tuple[int, int]]:
    queue = []
    for place, each in enumerate(own):
        if place % CONTROL_EVERY == CONTROL_EVERY // 2:
            queue.append((int(rng.choice(controls)), CONTROL))
        queue.append(each)
    return queue


def _read(
    points: Ints, expert: Ints, severity: Floats, truth: Truth, rng: np.random.Generator
) -> Ints:
    """What experts give for works of known worth: rounded and kept within the task."""
    most = np.array(MAXIMA, dtype=np.float64)[list(OPEN)]
    worth = points[:, OPEN].astype(np.float64)
    mood = rng.normal(0, 0.075, (len(points), 1))
    felt = worth - severity[:, None] + mood
    felt += rng.normal(0, 1, worth.shape) * truth.noise[expert][:, None]
    whole = worth.sum(axis=1, keepdims=True) / most.sum() * most
    felt = np.where((expert == truth.halo)[:, None], 0.45 * felt + 0.55 * whole, felt)
    felt = np.where((expert == truth.central)[:, None], 0.5 * felt + 0.25 * most, felt)
    given = points.copy()
    given[:, OPEN] = np.clip(np.rint(felt), 0, most)
    slips = rng.random((len(points), len(SHORT))) < SLIPS
    given[:, SHORT] = np.where(slips, 1 - points[:, SHORT], points[:, SHORT])
    return given


def _thirds(
    work: Ints,
    expert: Ints,
    kind: Ints,
    points: Ints,
    truth: Truth,
    experts: int,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Works whose two readings differ essentially, and a third expert for each."""
    firsts = {int(work[row]): row for row in np.flatnonzero(kind == LIVE)}
    works, readers = [], []
    for row in np.flatnonzero(kind == SECOND):
        other = firsts[int(work[row])]
        gaps = points[row] - points[other]
        if abs(gaps.sum()) <= ESSENTIAL_TOTAL and np.abs(gaps).max() <= ESSENTIAL_TASK:
            continue
        free = set(range(experts)) - {int(expert[row]), int(expert[other]), truth.drifting}
        if free:
            works.append(int(work[row]))
            readers.append(int(rng.choice(sorted(each for each in free if each is not None))))
    return np.array(works, dtype=np.int64), np.array(readers, dtype=np.int64)
