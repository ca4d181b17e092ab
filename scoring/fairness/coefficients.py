"""Coefficients of agreement over tables of counts, many resamples of the scripts at once.

Written here, since no library that the product may carry does all of it: scikit-learn has kappa
for two raters alone, statsmodels has neither Krippendorff's alpha nor Gwet's AC nor missing
readings, and the packages that do are under the GPL. Every coefficient is linear in what a script
contributes, so scripts with equal contributions are one pattern, and a bootstrap by script is a
multinomial draw over patterns: exact, and fast for any number of scripts.

Sources: Krippendorff, Content Analysis, 4th ed., ch. 12; Gwet, Handbook of Inter-Rater
Reliability, 4th ed., ch. 3-6; Fleiss 1971; Cohen 1968.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.fairness.ratings import Real, Whole

_PAIR = 2
_NOUGHT = 1e-12  # what rounding leaves of a difference that is none


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Patterns:
    """Distinct rows of a table of counts, and how many scripts show each.

    Attributes:
        counts: Patterns x categories: readings that gave the category.
        times: Scripts of each pattern.
    """

    counts: Real
    times: Whole


def patterns_of(counts: Whole) -> Patterns:
    """The distinct rows of scripts x categories."""
    rows, times = np.unique(counts, axis=0, return_counts=True)
    return Patterns(counts=rows.astype(float), times=times)


def weights(categories: int, kind: str) -> Real:
    """Agreement weights: 1 on the diagonal, down to 0 in the corner.

    Args:
        categories: How many there are.
        kind: `nominal`, `adjacent` (within one point), `linear` or `quadratic`.
    """
    gap = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))).astype(float)
    widest = max(categories - 1, 1)
    match kind:
        case "nominal":
            return np.asarray(gap == 0, dtype=float)
        case "adjacent":
            return np.asarray(gap <= 1, dtype=float)
        case "linear":
            return np.asarray(1 - gap / widest)
        case _:
            return np.asarray(1 - (gap / widest) ** 2)


def coefficients(patterns: Patterns, times: Real, lowest: int) -> Mapping[str, Real]:
    """All coefficients of interchangeable raters, one value a row of `times`; NaN if undefined.

    Args:
        patterns: What scripts look like.
        times: Resamples x patterns: how often each pattern is there.
        lowest: The lowest category, for the ratio metric.
    """
    categories = patterns.counts.shape[1]
    readings = patterns.counts.sum(axis=1)
    double = readings >= _PAIR
    pairs = np.where(double, times, 0.0)
    shares = _ratio(times @ (patterns.counts / readings[:, None]), times.sum(axis=1)[:, None])
    found: dict[str, Real] = {}
    for name, kind in (("exact", "nominal"), ("adjacent", "adjacent")):
        found[name] = _observed(patterns.counts, readings, pairs, weights(categories, kind))
    for kind in ("nominal", "linear", "quadratic"):
        weight = weights(categories, kind)
        observed = _observed(patterns.counts, readings, pairs, weight)
        expected = np.einsum("bk,kl,bl->b", shares, weight, shares)
        found[f"kappa_{kind}"] = _beyond(observed, expected)
    for name, kind in (("ac1", "nominal"), ("ac2", "quadratic")):
        weight = weights(categories, kind)
        observed = _observed(patterns.counts, readings, pairs, weight)
        found[name] = _beyond(observed, _gwet_chance(shares, weight))
    found.update(_alphas(patterns.counts[double], pairs[:, double], lowest))
    return found


def kappas_of_two(table: Real) -> Mapping[str, Real]:
    """Cohen's kappas of two fixed raters.

    Args:
        table: Resamples x categories x categories: counts of (first, second) points.
    """
    kinds = ("nominal", "linear", "quadratic")
    return {f"kappa_{kind}": weighted_kappa(table, weights(table.shape[1], kind)) for kind in kinds}


def weighted_kappa(table: Real, weight: Real) -> Real:
    """Cohen's kappa (1968) under any agreement weights, 1 for full agreement.

    Args:
        table: Resamples x categories x categories: counts of (first, second) points.
        weight: Categories x categories.
    """
    shares = _ratio(table, table.sum(axis=(1, 2))[:, None, None])
    first, second = shares.sum(axis=2), shares.sum(axis=1)
    observed = np.einsum("bkl,kl->b", shares, weight)
    return _beyond(observed, np.einsum("bk,kl,bl->b", first, weight, second))


def conger(matrix: Real, *, lowest: int, highest: int) -> float | None:
    """Conger's kappa of fixed raters, each with his own margins, some readings missing.

    Args:
        matrix: Scripts x raters, NaN where there is no reading.
        lowest: The lowest category.
        highest: The highest category.
    """
    values = np.arange(lowest, highest + 1)
    hits = matrix[:, :, None] == values
    margins = hits.sum(axis=0) / (~np.isnan(matrix)).sum(axis=0)[:, None]
    patterns = patterns_of(hits.sum(axis=1))
    readings = patterns.counts.sum(axis=1)
    double = np.where(readings >= _PAIR, patterns.times.astype(float), 0.0)[None]
    observed = _observed(patterns.counts, readings, double, np.eye(len(values)))
    spread = margins.var(axis=0, ddof=1) / len(margins)
    chance = (margins.mean(axis=0) ** 2 - spread).sum()
    found = float(_beyond(observed, np.array([chance]))[0])
    return None if np.isnan(found) else found


def error_of_ac(patterns: Patterns, kind: str) -> float | None:
    """Standard error of Gwet's AC, by linearisation over scripts (Gwet 2008)."""
    counts, times = patterns.counts, patterns.times
    readings, n = counts.sum(axis=1), times.sum()
    double = readings >= _PAIR
    weight = weights(counts.shape[1], kind)
    shares = (times @ (counts / readings[:, None]) / n)[None]
    chance = float(_gwet_chance(shares, weight)[0])
    if n <= 1 or not double.any() or abs(1 - chance) < _NOUGHT:
        return None
    each = (counts * (counts @ weight - 1)).sum(axis=1) / np.maximum(readings * (readings - 1), 1)
    part = np.where(double, each - chance, 0) * n / times[double].sum() / (1 - chance)
    coefficient = times @ part / n
    scale = weight.sum() / (len(weight) * (len(weight) - 1))
    own_chance = scale * (counts @ (1 - shares[0])) / readings
    part = part - 2 * (1 - coefficient) * (own_chance - chance) / (1 - chance)
    return float(np.sqrt(times @ (part - coefficient) ** 2 / (n * (n - 1))))


def _observed(counts: Real, readings: Real, pairs: Real, weight: Real) -> Real:
    """Weighted agreement of pairs of readings, averaged over scripts."""
    agreeing = (counts * (counts @ weight - 1)).sum(axis=1)
    each = np.where(readings >= _PAIR, agreeing / np.maximum(readings * (readings - 1), 1), 0)
    return _ratio(pairs @ each, pairs.sum(axis=1))


def _gwet_chance(shares: Real, weight: Real) -> Real:
    """Chance agreement of AC1 and AC2."""
    categories = weight.shape[0]
    spread = (shares * (1 - shares)).sum(axis=1)
    if categories == 1:
        return np.ones(len(shares))
    chance: Real = weight.sum() / (categories * (categories - 1)) * spread
    return chance


def _alphas(counts: Real, pairs: Real, lowest: int) -> Mapping[str, Real]:
    """Krippendorff's alpha under four metrics, from scripts with two or more readings."""
    categories = counts.shape[1]
    readings = counts.sum(axis=1)
    both = counts[:, :, None] * counts[:, None, :]
    both[:, np.arange(categories), np.arange(categories)] -= counts
    within = (both / np.maximum(readings - 1, 1)[:, None, None]).reshape(len(counts), -1)
    together = (pairs @ within).reshape(len(pairs), categories, categories)
    margins = together.sum(axis=2)
    chance = margins[:, :, None] * margins[:, None, :]
    n = margins.sum(axis=1)
    found = {}
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        distance = _distances(margins, metric, lowest)
        observed = (together * distance).sum(axis=(1, 2))
        expected = _ratio((chance * distance).sum(axis=(1, 2)), n - 1)
        found[f"alpha_{metric}"] = 1 - _ratio(observed, expected)
    return found


def _distances(margins: Real, metric: str, lowest: int) -> Real:
    """Squared distances of categories, resamples x categories x categories (or one for all)."""
    values = lowest + np.arange(margins.shape[1], dtype=float)
    gap = np.subtract.outer(values, values)
    match metric:
        case "nominal":
            return np.asarray(gap != 0, dtype=float)[None]
        case "interval":
            return np.asarray(gap**2)[None]
        case "ratio":
            total = np.add.outer(values, values)
            share = np.divide(gap, total, out=np.zeros_like(gap), where=total > 0)
            return np.asarray(share**2)[None]
        case _:
            # Ranks: half of one's own margin and all of those between the two categories.
            middle = np.cumsum(margins, axis=1) - margins / 2
            ranks: Real = (middle[:, :, None] - middle[:, None, :]) ** 2
            return ranks


def _beyond(observed: Real, expected: Real) -> Real:
    return _ratio(observed - expected, 1 - expected)


def _ratio(top: Real, bottom: Real) -> Real:
    """The quotient; NaN where there is nothing to divide by, which rounding may hide."""
    top, bottom = np.broadcast_arrays(top, bottom)
    nowhere = np.full(top.shape, np.nan)
    found: Real = np.divide(top, bottom, out=nowhere, where=np.abs(bottom) > _NOUGHT)
    return found
