"""Readings as columns: script, rater, task, points; and tables of them for the analyses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.errors import ScoringError

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
TOTAL = "total"
"""The name of a script's total among the tasks."""


class RatingsError(ScoringError):
    """A reading that cannot be; `row` is its place among those given, from 0."""

    def __init__(self, text: str, *, row: int, **params: object) -> None:
        super().__init__(text, **params)
        self.row = row


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ratings:
    """Points that raters gave; four columns of equal length, as numbers into the names.

    Attributes:
        scripts: Names of scripts, sorted.
        raters: Names of raters, sorted.
        tasks: Names of tasks, in the order of their first appearance.
        lowest: A task's lowest category: 0 where its maximum is known, else the least points met.
        highest: A task's highest category: its maximum, or the most points met.
        script: Script of each reading.
        rater: Rater of each reading.
        task: Task of each reading.
        points: Points of each reading.
    """

    scripts: tuple[str, ...]
    raters: tuple[str, ...]
    tasks: tuple[str, ...]
    lowest: Whole
    highest: Whole
    script: Whole
    rater: Whole
    task: Whole
    points: Whole


def ratings_of(
    *,
    scripts: Sequence[str],
    raters: Sequence[str],
    tasks: Sequence[str],
    points: Sequence[int],
    maxima: Mapping[str, int] | None = None,
) -> Ratings:
    """Readings from four columns of equal length.

    Args:
        scripts: Script of each reading.
        raters: Who read.
        tasks: What was read.
        points: Whole points from 0.
        maxima: A task's maximum where it is known; then all categories 0..maximum count.

    Raises:
        RatingsError: Points outside 0..maximum.
    """
    script_names, script = _numbered(scripts)
    rater_names, rater = _numbered(raters)
    first_seen = tuple(dict.fromkeys(tasks))
    place = {name: number for number, name in enumerate(first_seen)}
    task = np.array([place[name] for name in tasks], dtype=np.int64)
    values = np.asarray(points, dtype=np.int64)
    lowest, highest = _scales(first_seen, task, values, maxima or {})
    return Ratings(
        scripts=script_names,
        raters=rater_names,
        tasks=first_seen,
        lowest=lowest,
        highest=highest,
        script=script,
        rater=rater,
        task=task,
        points=values,
    )


def _numbered(keys: Sequence[str]) -> tuple[tuple[str, ...], Whole]:
    names, numbers = np.unique(np.asarray(keys, dtype=str), return_inverse=True)
    return tuple(names.tolist()), numbers.astype(np.int64)


def _scales(
    names: tuple[str, ...], task: Whole, points: Whole, maxima: Mapping[str, int]
) -> tuple[Whole, Whole]:
    known = np.array([maxima.get(name, -1) for name in names], dtype=np.int64)
    least = np.full(len(names), np.iinfo(np.int64).max)
    most = np.zeros(len(names), dtype=np.int64)
    np.minimum.at(least, task, points)
    np.maximum.at(most, task, points)
    wrong = np.flatnonzero((points < 0) | ((known[task] >= 0) & (points > known[task])))
    if len(wrong):
        row = int(wrong[0])
        raise RatingsError(
            "Задание %(task)s: баллы %(points)s, ожидалось целое от 0 до %(maximum)s",
            row=row,
            task=names[task[row]],
            points=int(points[row]),
            maximum=int(max(known[task[row]], most[task[row]])),
        )
    return np.where(known >= 0, 0, least), np.where(known >= 0, known, most)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Item:
    """One thing that several raters scored: a task, or the total of a script.

    Attributes:
        name: The task's name, or `TOTAL`.
        lowest: Its lowest category.
        highest: Its highest category.
        script: Script of each reading, numbered from 0 without gaps.
        rater: Rater of each reading, numbered as in the ratings.
        value: Points of each reading.
        repeated: Readings left out because the same rater had read the script before.
    """

    name: str
    lowest: int
    highest: int
    script: Whole
    rater: Whole
    value: Whole
    repeated: int


def task_item(ratings: Ratings, task: int) -> Item:
    """The readings of one task, the first one of each rater and script."""
    rows = np.flatnonzero(ratings.task == task)
    return _item(
        ratings.tasks[task],
        (int(ratings.lowest[task]), int(ratings.highest[task])),
        ratings.script[rows],
        ratings.rater[rows],
        ratings.points[rows],
    )


def total_item(ratings: Ratings) -> Item:
    """Totals of readings that have every task, the first one of each rater and script."""
    cells = (ratings.script * len(ratings.raters) + ratings.rater) * len(ratings.tasks)
    __, first = np.unique(cells + ratings.task, return_index=True)
    readings, place = np.unique(cells[first] // len(ratings.tasks), return_inverse=True)
    counts = np.bincount(place, minlength=len(readings))
    totals = np.bincount(place, weights=ratings.points[first], minlength=len(readings))
    whole = counts == len(ratings.tasks)
    return _item(
        TOTAL,
        (int(ratings.lowest.sum()), int(ratings.highest.sum())),
        readings[whole] // len(ratings.raters),
        readings[whole] % len(ratings.raters),
        totals[whole].astype(np.int64),
    )


def _item(name: str, scale: tuple[int, int], script: Whole, rater: Whole, value: Whole) -> Item:
    span = int(rater.max(initial=0)) + 1
    __, first = np.unique(script * span + rater, return_index=True)
    first = np.sort(first)
    numbers = np.unique(script[first], return_inverse=True)[1].astype(np.int64)
    return Item(
        name=name,
        lowest=scale[0],
        highest=scale[1],
        script=numbers,
        rater=rater[first],
        value=value[first],
        repeated=len(value) - len(first),
    )


def counts_of(item: Item) -> Whole:
    """Scripts x categories: how many readings gave that category."""
    table = np.zeros((int(item.script.max(initial=-1)) + 1, item.highest - item.lowest + 1))
    np.add.at(table, (item.script, item.value - item.lowest), 1)
    return table.astype(np.int64)


def matrix_of(item: Item) -> Real:
    """Scripts x raters who read the item; NaN where a rater did not read the script."""
    raters, column = np.unique(item.rater, return_inverse=True)
    table = np.full((int(item.script.max(initial=-1)) + 1, len(raters)), np.nan)
    table[item.script, column] = item.value
    return table
