"""Intraclass correlations of a complete table: the six forms of Shrout and Fleiss (1979).

Ten lines over mean squares; statsmodels has none, and pingouin is under the GPL.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.fairness.ratings import Real
from scoring.fairness.sentence import Few, few

_LEAST = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Icc:
    """The six correlations; None where the points do not vary.

    Attributes:
        scripts: Scripts that every rater read.
        raters: How many raters.
        icc1: One-way, one reading: raters differ from script to script.
        icc2: Two-way, agreement, one reading.
        icc3: Two-way, consistency, one reading.
        icc1k: One-way, mean of all raters.
        icc2k: Two-way, agreement, mean of all raters.
        icc3k: Two-way, consistency, mean of all raters.
        f_rows: F of scripts against the residual.
        f_raters: F of raters against the residual.
    """

    scripts: int
    raters: int
    icc1: float | None
    icc2: float | None
    icc3: float | None
    icc1k: float | None
    icc2k: float | None
    icc3k: float | None
    f_rows: float | None
    f_raters: float | None


def icc_of(table: Real) -> Icc | Few:
    """The six forms, from the scripts that every rater read.

    Args:
        table: Scripts x raters, NaN where there is no reading.
    """
    whole = table[~np.isnan(table).any(axis=1)]
    n, k = whole.shape
    if n < _LEAST or k < _LEAST:
        return few(n if k >= _LEAST else 0, _LEAST)
    rows, raters, rest, within = _mean_squares(whole)
    return Icc(
        scripts=n,
        raters=k,
        icc1=_share(rows - within, rows + (k - 1) * within),
        icc2=_share(rows - rest, rows + (k - 1) * rest + k * (raters - rest) / n),
        icc3=_share(rows - rest, rows + (k - 1) * rest),
        icc1k=_share(rows - within, rows),
        icc2k=_share(rows - rest, rows + (raters - rest) / n),
        icc3k=_share(rows - rest, rows),
        f_rows=_share(rows, rest),
        f_raters=_share(raters, rest),
    )


def _mean_squares(table: Real) -> tuple[float, float, float, float]:
    """Between scripts, between raters, residual, within scripts."""
    n, k = table.shape
    mean = table.mean()
    of_rows = k * ((table.mean(axis=1) - mean) ** 2).sum()
    of_raters = n * ((table.mean(axis=0) - mean) ** 2).sum()
    everything = ((table - mean) ** 2).sum()
    rest = max(everything - of_rows - of_raters, 0.0)
    return (
        float(of_rows / (n - 1)),
        float(of_raters / (k - 1)),
        float(rest / ((n - 1) * (k - 1))),
        float((everything - of_rows) / (n * (k - 1))),
    )


def _share(top: float, bottom: float) -> float | None:
    return top / bottom if abs(bottom) > 1e-12 else None  # noqa: PLR2004 - rounding, not a rule
