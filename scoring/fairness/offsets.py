"""What every expert takes or adds, in points of the whole work, from all that tells of it.

Controls tell an expert's offset outright, doubles the difference of two experts, and the works
that came to an expert by lot tell it by how they differ from what their journal marks expect. All
three are linear, so one ridge system of the size of the experts holds them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.fairness.intercept import InterceptError, fit_intercept
from scoring.fairness.sentence import Few, few
from scoring.fairness.totals import Floats, Ints, Totals

FEWEST_PAIRS = 20
_PRIOR_VARIANCE = 2.0
"""Points squared: experts of one municipality differ by about a point and a half."""

_LEVEL_PRECISION = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class Offsets:
    """Offsets of all experts.

    Attributes:
        offset: (E,) points that the expert adds to a work; negative for a strict one.
        error: (E,) its standard error.
        reading_variance: Variance of one reading around the agreed total.
        pairs: Comparisons on which that variance stands.
    """

    offset: Floats
    error: Floats
    reading_variance: float
    pairs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparisons:
    """Readings that can be compared.

    Attributes:
        first: (C,) an expert.
        second: (C,) the other one, or -1 where the first stands against agreed points.
        gap: (C,) total of the first less the other's, or less the agreed one.
    """

    first: Ints
    second: Ints
    gap: Floats


def estimate_offsets(
    comparisons: Comparisons,
    residual: Floats,
    expert: Ints,
    experts: int,
    *,
    reading_variance: float | None = None,
) -> Offsets | Few:
    """Offsets from comparisons and from what came to each expert.

    Args:
        comparisons: Controls and doubles.
        residual: (N,) totals less what their journal marks expect.
        expert: (N,) who scored them.
        experts: How many experts there are.
        reading_variance: If it is known from elsewhere; otherwise comparisons give it.

    Returns:
        The offsets, or `Few` when there are fewer than 20 comparisons and no known variance.
    """
    pairs = len(comparisons.gap)
    if reading_variance is None and pairs < FEWEST_PAIRS:
        return few(pairs, FEWEST_PAIRS)
    design = np.zeros((pairs, experts))
    design[np.arange(pairs), comparisons.first] = 1.0
    doubled = comparisons.second >= 0
    design[np.flatnonzero(doubled), comparisons.second[doubled]] -= 1.0
    size: Floats = 1.0 + doubled.astype(np.float64)
    variance = 1.5 if reading_variance is None else reading_variance
    for _ in range(4):
        offset, cover = _ridge(design, comparisons.gap, size * variance, residual, expert)
        if reading_variance is not None:
            break
        left = (comparisons.gap - design @ offset) ** 2 / size
        variance = max(0.1, float(left.sum()) / max(1.0, pairs - experts / 2))
    return Offsets(
        offset=offset,
        error=np.sqrt(np.diag(cover)),
        reading_variance=variance,
        pairs=pairs,
    )


def residuals(totals: Totals) -> Floats:
    """(N,) totals less what their journal marks expect; less the mean where nothing is expected."""
    values = totals.total.astype(np.float64)
    rows = totals.covariates()
    try:
        fit = fit_intercept(values, rows, totals.school)
    except InterceptError:
        plain: Floats = values - values.mean()
        return plain
    left: Floats = values - rows @ fit.beta
    return left


def _ridge(
    design: Floats, gap: Floats, variance: Floats, residual: Floats, expert: Ints
) -> tuple[Floats, Floats]:
    """Offsets, and beside them one unknown level of all works, which lots do not tell apart."""
    experts = design.shape[1]
    count = np.bincount(expert, minlength=experts)
    spread = max(float(residual.var()), 0.1) if len(residual) else 1.0
    information = np.zeros((experts + 1, experts + 1))
    information[:experts, :experts] = design.T @ (design / variance[:, None])
    information[:experts, :experts] += np.diag(1 / _PRIOR_VARIANCE + count / spread)
    information[:experts, experts] = information[experts, :experts] = count / spread
    information[experts, experts] = len(residual) / spread + _LEVEL_PRECISION
    target = np.append(design.T @ (gap / variance), residual.sum() / spread)
    target[:experts] += np.bincount(expert, weights=residual, minlength=experts) / spread
    cover = np.linalg.inv(information)
    return (cover @ target)[:experts], cover[:experts, :experts]
