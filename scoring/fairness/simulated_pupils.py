"""A made-up municipality: schools, pupils, what they wrote, and what their schools gave for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.errors import ScoringError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MAXIMA = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3)
"""Most points of each task: eight with a short answer, six scored by criteria."""
BOUNDARIES = (7, 12, 17)
"""Lowest total of the marks 3, 4 and 5."""
SHORT = tuple(place for place, most in enumerate(MAXIMA) if most == 1)
OPEN = tuple(place for place, most in enumerate(MAXIMA) if most > 1)
WRONG_ANSWERS = 6
"""Different wrong answers that a short task collects; a few of them are popular."""
FEWEST_TO_INFLATE = 20
COPYING_CLASS = (14, 32)
COPIERS, COPIED = 0.7, 0.85
"""Share of the class that copies, and of the answers that they take."""
LIFTED_AT_MOST = 2


class SimulationError(ScoringError):
    """A municipality that cannot be made up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """What is planted in the municipality.

    Attributes:
        schools: How many schools.
        experts: How many experts.
        inflating: Share of the schools that lift their own points.
        broad: Share of those that lift everybody, not only works just below a boundary.
        lifting: Chance that a boundary school lifts a work one or two points below a boundary.
        drift: "sudden", "slow" or "none".
        clean: Plant nothing at all.
    """

    schools: int = 30
    experts: int = 12
    inflating: float = 1 / 6
    broad: float = 1 / 3
    lifting: float = 0.75
    drift: str = "sudden"
    clean: bool = False

    def __post_init__(self) -> None:
        if self.schools < 1 or self.experts < 1:
            raise SimulationError("Нужны хотя бы одна школа и один эксперт")
        if self.drift not in {"sudden", "slow", "none"}:
            raise SimulationError(
                "Смещение бывает sudden, slow, none, а не %(drift)s", drift=self.drift
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pupils:
    """Who wrote, what it is worth, and what was planted in it.

    Attributes:
        school: (N,) school of each work.
        klass: (N,) class of each work, over all schools.
        journal: (N,) mark of the school journal, 2 to 5.
        points: (N, T) what a perfect panel would give.
        answers: (N, A) the short answer written: 0 right, 1.. which wrong one.
        school_points: (N, T) what the own school gave.
        kinds: The inflating schools: "boundary" or "broad" by the school's number.
        copied_class: The class that copied, if any.
    """

    school: Ints
    klass: Ints
    journal: Ints
    points: Ints
    answers: Ints
    school_points: Ints
    kinds: dict[int, str]
    copied_class: int | None


def draw_pupils(recipe: Recipe, rng: np.random.Generator) -> Pupils:
    """Schools with their pupils, the points of their works and the schools' own marking."""
    school, klass, ability = _people(recipe, rng)
    points = _points(ability, rng)
    answers = _answers(points, rng)
    kinds = {} if recipe.clean else _inflating(recipe, np.bincount(school), rng)
    copied = None if recipe.clean else _copy(school, klass, points, answers, kinds, rng)
    leniency = rng.normal(0, 0.08, recipe.schools)[school]
    told = 3.3 + 0.75 * ability + leniency + rng.normal(0, 0.45, len(ability))
    given = _as_marked_by_school(points, rng)
    for number, kind in kinds.items():
        _inflate(given, np.flatnonzero(school == number), kind, recipe.lifting, rng)
    return Pupils(
        school=school,
        klass=klass,
        journal=np.clip(np.rint(told), 2, 5).astype(np.int64),
        points=points,
        answers=answers,
        school_points=given,
        kinds=kinds,
        copied_class=copied,
    )


def _people(recipe: Recipe, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    sizes = np.clip(np.exp(rng.normal(3.75, 0.55, recipe.schools)), 7, 160).astype(np.int64)
    classes = np.maximum(1, np.rint(sizes / 25)).astype(np.int64)
    school = np.repeat(np.arange(recipe.schools), sizes)
    place = np.arange(len(school)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    klass = place * classes[school] // sizes[school] + (np.cumsum(classes) - classes)[school]
    ability = (
        0.5
        + rng.normal(0, 0.45, recipe.schools)[school]
        + rng.normal(0, 0.2, int(classes.sum()))[klass]
        + rng.normal(0, 0.9, len(school))
    )
    return school, klass, ability


def _points(ability: Floats, rng: np.random.Generator) -> Ints:
    """Points of a partial-credit model: each further point is a step of its own difficulty."""
    columns = []
    for most, difficulty in zip(MAXIMA, rng.normal(0, 0.9, len(MAXIMA)), strict=True):
        steps = difficulty + np.linspace(-0.7, 0.7, most) * (most > 1)
        reached = np.cumsum(ability[:, None] - steps, axis=1)
        weight = np.exp(np.hstack([np.zeros((len(ability), 1)), reached]))
        share = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
        columns.append((rng.random((len(ability), 1)) > share[:, :-1]).sum(axis=1))
    return np.stack(columns, axis=1).astype(np.int64)


def _answers(points: Ints, rng: np.random.Generator) -> Ints:
    wrong = [
        1 + rng.choice(WRONG_ANSWERS, len(points), p=rng.dirichlet((3, 2, 1.2, 0.8, 0.5, 0.3)))
        for _ in SHORT
    ]
    return np.where(points[:, SHORT] == 1, 0, np.stack(wrong, axis=1)).astype(np.int64)


def _inflating(recipe: Recipe, sizes: Ints, rng: np.random.Generator) -> dict[int, str]:
    large = np.flatnonzero(sizes >= FEWEST_TO_INFLATE)
    count = min(len(large), round(recipe.inflating * recipe.schools))
    chosen = rng.choice(large, count, replace=False) if count else np.zeros(0, dtype=np.int64)
    broad = round(recipe.broad * count)
    return {
        int(number): "broad" if place < broad else "boundary" for place, number in enumerate(chosen)
    }


def _copy(
    school: Ints,
    klass: Ints,
    points: Ints,
    answers: Ints,
    kinds: dict[int, str],
    rng: np.random.Generator,
) -> int | None:
    """Let most of one class write down the short answers of one of its better pupils."""
    sizes = np.bincount(klass)
    home = np.array([school[klass == number][0] for number in range(len(sizes))])
    smallest, largest = COPYING_CLASS
    whole = (sizes >= smallest) & (sizes <= largest)
    fit = np.flatnonzero(whole & ~np.isin(home, list(kinds)))
    if not len(fit):
        return None
    copied = int(rng.choice(fit))
    members = np.flatnonzero(klass == copied)
    ranked = members[np.argsort(points[members].sum(axis=1), kind="stable")]
    source = ranked[int(0.6 * len(ranked))]
    others = rng.permutation(members[members != source])[: int(COPIERS * (len(members) - 1))]
    taken = rng.random((len(others), len(SHORT))) < COPIED
    answers[others] = np.where(taken, answers[source], answers[others])
    points[np.ix_(others, np.array(SHORT))] = answers[others] == 0
    return copied


def _as_marked_by_school(points: Ints, rng: np.random.Generator) -> Ints:
    slips = np.rint(rng.normal(0.08, 0.38, points.shape)).astype(np.int64)
    slips[:, SHORT] = 0
    given: Ints = np.clip(points + slips, 0, np.array(MAXIMA, dtype=np.int64))
    return given


def _inflate(given: Ints, works: Ints, kind: str, lifting: float, rng: np.random.Generator) -> None:
    for work in works:
        total = int(given[work].sum())
        gap = min((edge - total for edge in BOUNDARIES if edge > total), default=0)
        if kind == "broad":
            more = int(rng.integers(1, 3))
        else:
            more = gap if gap <= LIFTED_AT_MOST and rng.random() < lifting else 0
        for _ in range(more):
            room = [task for task in OPEN if given[work, task] < MAXIMA[task]]
            if room:
                given[work, rng.choice(room)] += 1
