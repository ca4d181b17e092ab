"""Works to read again beside works at random, and a class that copied."""

from __future__ import annotations

from functools import partial

import numpy as np

from app.cli.bench_fairness.line import Line, at_least, at_most
from app.cli.bench_fairness.made_up import (
    controls_of,
    first_readings,
    made,
    over_seeds,
    share,
    totals_of,
)
from scoring.fairness.alike import Alike, find_alike
from scoring.fairness.control import Control, Kind
from scoring.fairness.offsets import Comparisons, estimate_offsets
from scoring.fairness.recheck_list import chances_of_change, recheck_list
from scoring.fairness.sentence import Few
from scoring.fairness.simulated_pupils import BOUNDARIES, Recipe

SEEDS, QUICK_SEEDS = 40, 4
_TENTH = 10


def run(*, quick: bool) -> list[Line]:
    """Every line about works and classes."""
    count = QUICK_SEEDS if quick else SEEDS
    lines = []
    for name, known in (("doubles alone", False), ("doubles and controls", True)):
        found = np.array(over_seeds(partial(one_list, controls=known), count))
        listed, at_random, told, seen = found.mean(axis=0)
        lines += [
            at_least(f"recheck list at 10 %, times random ({name})", listed / at_random, 2.4),
            at_most("  top decile: told less seen", abs(told - seen), 0.12),
        ]
    classes = [each for seed in over_seeds(one_copied, count) for each in seed]
    copied = share([flagged for guilty, flagged in classes if guilty])
    clean = share([flagged for guilty, flagged in classes if not guilty])
    return [*lines, at_least("copied class", copied, 0.9), at_most("  a clean class", clean, 0.005)]


def one_list(seed: int, *, controls: bool) -> tuple[float, float, float, float]:
    """Shares of changed marks: listed, at random, told for the top decile, seen there."""
    pupils, readings = made(Recipe(), seed)
    total, expert = first_readings(readings)
    totals = totals_of(pupils, total)
    told = [each for each in controls_of(pupils, readings) if each.kind is Kind.DOUBLE or controls]
    offsets = estimate_offsets(
        _comparisons(told), _residual(total, pupils.journal), expert, len(readings.queue)
    )
    if isinstance(offsets, Few):
        raise TypeError(offsets)
    chance = chances_of_change(totals, expert, offsets)
    listed = recheck_list(
        totals,
        chance,
        expert=expert,
        disputed=np.zeros(len(total), dtype=bool),
        budget=len(total) // _TENTH,
        seed=seed,
    )
    changed = np.searchsorted(BOUNDARIES, total, side="right") != np.searchsorted(
        BOUNDARIES, pupils.points.sum(axis=1), side="right"
    )
    top = np.argsort(-chance)[: len(total) // _TENTH]
    works = [each.work for each in listed.works]
    return (
        float(changed[works].mean()),
        float(changed.mean()),
        float(chance[top].mean()),
        float(changed[top].mean()),
    )


def _comparisons(told: list[Control]) -> Comparisons:
    # A double stands in the list from either side and is compared once.
    once = [each for each in told if each.other is None or each.expert < each.other]
    return Comparisons(
        first=np.array([int(each.expert[1:]) for each in once]),
        second=np.array([int(each.other[1:]) if each.other else -1 for each in once]),
        gap=np.array([each.points - each.reference for each in once]),
    )


def _residual(total: np.ndarray, journal: np.ndarray) -> np.ndarray:
    means = {mark: total[journal == mark].mean() for mark in np.unique(journal)}
    return np.asarray(total - np.array([means[mark] for mark in journal]), dtype=np.float64)


def one_copied(seed: int) -> list[tuple[bool, bool]]:
    """Of each class: whether it copied, and whether it stands out."""
    pupils, _ = made(Recipe(), seed)
    found = find_alike(pupils.answers, pupils.points.sum(axis=1), pupils.klass, seed=seed)
    return [
        (number == pupils.copied_class, isinstance(each, Alike) and each.stands_out)
        for number, each in found
    ]
