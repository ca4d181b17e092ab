"""Variance components of random effects, crossed or nested, with readings missing.

Henderson's first method: as many sums of squares as effects, each equated to what it must be on
average. It is exact analysis of variance where the design is complete, unbiased where it is not,
and needs no starting point. statsmodels' MixedLM was tried for the same: on a standard data set it
stops before it has converged and says so only in a warning.

Source: Searle, Casella, McCulloch, Variance Components (1992), ch. 5; Brennan, Generalizability
Theory (2001), ch. 7.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scoring.fairness.ratings import Real, Whole

RESIDUAL = "residual"
_SINGULAR = 1e-9


def components(values: Real, effects: Mapping[str, Whole]) -> dict[str, float] | None:
    """The variance of every effect and of the residual; None where the design cannot tell them.

    Args:
        values: One a reading.
        effects: Level of each effect at each reading. An interaction, or an effect nested in
            another, is given by labels of its own levels.

    Returns:
        By effect, and `residual`. Small true variances may come out below nought.
    """
    names = list(effects)
    sums = [values.sum() ** 2 / len(values)]
    sums += [_between(values, effects[name]) for name in names]
    sums.append(float((values**2).sum()))
    lines = [_line(np.zeros(len(values), dtype=np.int64), effects, names)]
    lines += [_line(effects[name], effects, names) for name in names]
    lines.append([float(len(values))] * (len(names) + 1))
    table = np.array(lines[1:]) - np.array(lines[0])
    target = np.array(sums[1:]) - sums[0]
    scale = np.abs(table).max(axis=1, keepdims=True)
    if not scale.all() or np.linalg.svd(table / scale, compute_uv=False).min() < _SINGULAR:
        return None
    found = np.linalg.solve(table, target).tolist()
    return dict(zip([*names, RESIDUAL], found, strict=True))


def _between(values: Real, level: Whole) -> float:
    totals = np.bincount(level, weights=values)
    counts = np.bincount(level)
    there = counts > 0
    return float((totals[there] ** 2 / counts[there]).sum())


def _line(level: Whole, effects: Mapping[str, Whole], names: list[str]) -> list[float]:
    """How often each variance stands in the expectation of the sum over `level`."""
    counts = np.bincount(level)
    found = [_share(level, effects[name], counts) for name in names]
    return [*found, float((counts > 0).sum())]


def _share(level: Whole, other: Whole, counts: Whole) -> float:
    cells, times = np.unique(level * (int(other.max()) + 1) + other, return_counts=True)
    return float((times**2 / counts[cells // (int(other.max()) + 1)]).sum())
