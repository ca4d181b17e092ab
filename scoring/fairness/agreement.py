"""A6: how far readers of the same scripts agree, task by task and on the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.fairness.coefficients import (
    Patterns,
    coefficients,
    conger,
    error_of_ac,
    kappas_of_two,
    patterns_of,
)
from scoring.fairness.icc import Icc, icc_of
from scoring.fairness.ratings import (
    Item,
    Ratings,
    Real,
    Whole,
    counts_of,
    matrix_of,
    task_item,
    total_item,
)
from scoring.fairness.sentence import Few, Sentence, few, sentence

FEWEST_SCRIPTS = 50
RESAMPLES = 1000
_CHUNK = 100
_PAIR = 2
_TAILS = (2.5, 97.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A coefficient with its 95 % interval; None where it is not defined.

    Attributes:
        value: The coefficient.
        low: Lower end of the interval, by resampling scripts.
        high: Upper end.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How raters agree on one task, or on the total.

    Attributes:
        task: The task's name, or `total`.
        lowest: The lowest category.
        highest: The highest category.
        scripts: Scripts with two or more readings: n of all figures.
        readings: Readings of these scripts.
        raters: Raters of these scripts.
        repeated: Readings left out, since the same rater had read the script before.
        figures: By name; kappas are Cohen's where two raters read everything, else those of
            interchangeable raters (Fleiss, with weights and missing readings by Gwet).
        kappa_of: `two_raters` or `interchangeable`.
        conger: Conger's unweighted kappa of fixed raters.
        ac_errors: Standard errors of ac1 and ac2 by linearisation, as other programs print them.
        icc: Of scripts that every rater read.
        enough: What is lacking where n is below 50; then no colour and no conclusion.
        told: The finding as a sentence, with its interval and n.
    """

    task: str
    lowest: int
    highest: int
    scripts: int
    readings: int
    raters: int
    repeated: int
    figures: Mapping[str, Figure]
    kappa_of: str
    conger: float | None
    ac_errors: Mapping[str, float | None]
    icc: Icc | Few
    enough: Few | None
    told: Sentence


def agreement(ratings: Ratings, *, seed: int, resamples: int = RESAMPLES) -> tuple[Agreement, ...]:
    """Agreement on every task, and on the total where there are several tasks.

    Args:
        ratings: Any readings; scripts read once do not count.
        seed: Of the resampling.
        resamples: Of scripts, for the intervals.
    """
    rng = np.random.default_rng(seed)
    items = [task_item(ratings, task) for task in range(len(ratings.tasks))]
    if len(items) > 1:
        items.append(total_item(ratings))
    return tuple(_agreement(item, rng, resamples) for item in items)


def _agreement(item: Item, rng: np.random.Generator, resamples: int) -> Agreement:
    counts = counts_of(item)
    double = counts.sum(axis=1) >= _PAIR
    n = int(double.sum())
    raters = np.unique(item.rater[double[item.script]])
    two = len(raters) == _PAIR
    patterns = patterns_of(counts)
    figures = _figures(item, patterns, rng, resamples) if n else {}
    if two:
        figures = {**figures, **_cohen(item, raters, rng, resamples)}
    enough = few(n, FEWEST_SCRIPTS) if n < FEWEST_SCRIPTS else None
    return Agreement(
        task=item.name,
        lowest=item.lowest,
        highest=item.highest,
        scripts=n,
        readings=int(counts[double].sum()),
        raters=len(raters),
        repeated=item.repeated,
        figures=figures,
        kappa_of="two_raters" if two else "interchangeable",
        ac_errors=_errors(patterns) if n else {},
        conger=conger(matrix_of(item), lowest=item.lowest, highest=item.highest) if n else None,
        icc=icc_of(matrix_of(item)),
        enough=enough,
        told=_told(n, figures, enough),
    )


def _errors(patterns: Patterns) -> dict[str, float | None]:
    return {
        "ac1": error_of_ac(patterns, "nominal"),
        "ac2": error_of_ac(patterns, "quadratic"),
    }


def _figures(
    item: Item, patterns: Patterns, rng: np.random.Generator, resamples: int
) -> dict[str, Figure]:
    point = coefficients(patterns, patterns.times[None].astype(float), item.lowest)
    drawn = _draws(patterns.times, rng, resamples)
    parts = [coefficients(patterns, part, item.lowest) for part in drawn]
    return {
        name: _figure(value[0], [part[name] for part in parts]) for name, value in point.items()
    }


def _cohen(
    item: Item, raters: Whole, rng: np.random.Generator, resamples: int
) -> dict[str, Figure]:
    """Kappas of two fixed raters, each with his own margins."""
    table = np.full((int(item.script.max()) + 1, _PAIR), -1)
    rows = np.isin(item.rater, raters)
    column = (item.rater[rows] == raters[1]).astype(int)
    table[item.script[rows], column] = item.value[rows] - item.lowest
    both = table[(table >= 0).all(axis=1)]
    cells, times = np.unique(both, axis=0, return_counts=True)
    size = item.highest - item.lowest + 1

    def tables(drawn: Real) -> Real:
        found = np.zeros((len(drawn), size, size))
        found[:, cells[:, 0], cells[:, 1]] = drawn
        return found

    point = kappas_of_two(tables(times[None].astype(float)))
    parts = [kappas_of_two(tables(part)) for part in _draws(times, rng, resamples)]
    return {
        name: _figure(value[0], [part[name] for part in parts]) for name, value in point.items()
    }


def _draws(times: Whole, rng: np.random.Generator, resamples: int) -> list[Real]:
    """Resamples of scripts, as counts of patterns, in parts that fit the memory."""
    shares = times / times.sum()
    starts = range(0, resamples, _CHUNK)
    return [
        rng.multinomial(times.sum(), shares, size=min(_CHUNK, resamples - start)).astype(float)
        for start in starts
    ]


def _figure(value: float, parts: list[Real]) -> Figure:
    drawn = np.concatenate(parts) if parts else np.zeros(0)
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value):
        return Figure(value=None, low=None, high=None)
    if not len(drawn):
        return Figure(value=float(value), low=None, high=None)
    low, high = np.percentile(drawn, _TAILS)
    return Figure(value=float(value), low=float(low), high=float(high))


def _told(n: int, figures: Mapping[str, Figure], enough: Few | None) -> Sentence:
    if n == 0:
        return sentence("Нет работ, которые прочли два эксперта: согласие не измерить")
    kappa = figures["kappa_quadratic"]
    exact = figures["exact"].value or 0.0
    if kappa.value is None:
        return sentence(
            "Все баллы одинаковы (работ: %(n)s): согласие сверх случайного не определить", n=n
        )
    if enough is not None:
        return enough.why
    return sentence(
        "Точное совпадение баллов %(exact)s %%, взвешенная каппа %(kappa)s"
        " (95 %%: от %(low)s до %(high)s), работ: %(n)s",
        exact=round(100 * exact),
        kappa=_short(kappa.value),
        low=_short(kappa.low),
        high=_short(kappa.high),
        n=n,
    )


def _short(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}".replace(".", ",")
