"""A random intercept for each school, by profile likelihood.

statsmodels' MixedLM is not used: on a standard data set of 65 schools it stops unconverged and
gives a wrong school variance in silence. With one random intercept the likelihood has a single
unknown beyond least squares, the ratio of the two variances, and that is searched on a line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from scoring.errors import ScoringError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEWEST_GROUPS = 2
_NARROWEST, _WIDEST = -12.0, 6.0
"""Natural logarithms between which the ratio of variances is searched."""


class InterceptError(ScoringError):
    """Data on which no level of schools can be estimated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InterceptFit:
    """What the model y = X beta + u(school) + e came to.

    Attributes:
        beta: (P,) coefficients.
        between: Variance of the schools' intercepts.
        within: Variance of single results around them.
        log_likelihood: At the maximum, of the kind that was searched.
    """

    beta: Floats
    between: float
    within: float
    log_likelihood: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sums:
    """All that the likelihood needs of the data."""

    sizes: Floats
    rows: Floats
    values: Floats
    cross: Floats
    moments: Floats
    square: float
    free: float
    restricted: bool


def fit_intercept(
    values: Floats, rows: Floats, school: Ints, *, restricted: bool = False
) -> InterceptFit:
    """Maximum likelihood of a linear model with a random intercept for each school.

    Args:
        values: (N,) results.
        rows: (N, P) covariates, with a column of ones where an intercept is meant.
        school: (N,) numbers of schools; not all need to occur.
        restricted: Maximise the restricted likelihood (REML) instead.

    Returns:
        The fit; `between` is 0 where schools differ no more than chance.

    Raises:
        InterceptError: Fewer than two schools, too few results, or results that do not differ.
    """
    groups, place = np.unique(school, return_inverse=True)
    if len(groups) < FEWEST_GROUPS or len(values) <= len(groups):
        raise InterceptError(
            "Чтобы сравнить школы, нужны хотя бы две школы и несколько работ в каждой"
        )
    if np.ptp(values) == 0:
        raise InterceptError("Все результаты одинаковы: сравнивать нечего")
    sums = _sums(values, rows, place, len(groups), restricted=restricted)
    found = minimize_scalar(
        lambda ratio: _deviance(float(np.exp(ratio)), sums),
        bounds=(_NARROWEST, _WIDEST),
        method="bounded",
        options={"xatol": 1e-6},
    )
    ratio = float(np.exp(found.x))
    if _deviance(0.0, sums) <= found.fun:
        ratio = 0.0
    return _fit_at(ratio, sums)


def _sums(values: Floats, rows: Floats, place: Ints, groups: int, *, restricted: bool) -> _Sums:
    sizes = np.bincount(place, minlength=groups).astype(np.float64)
    means = [np.bincount(place, weights=column, minlength=groups) / sizes for column in rows.T]
    return _Sums(
        sizes=sizes,
        rows=np.stack(means, axis=1),
        values=np.bincount(place, weights=values, minlength=groups) / sizes,
        cross=rows.T @ rows,
        moments=rows.T @ values,
        square=float(values @ values),
        free=float(len(values) - restricted * np.linalg.matrix_rank(rows)),
        restricted=restricted,
    )


def _cross(ratio: float, sums: _Sums) -> tuple[Floats, Floats]:
    """Cross products of the covariates at a ratio of variances, and each school's correction."""
    taken = sums.sizes**2 * ratio / (1 + sums.sizes * ratio)
    return sums.cross - (sums.rows * taken[:, None]).T @ sums.rows, taken


def _solved(ratio: float, sums: _Sums) -> tuple[Floats, float]:
    """Generalised least squares at a ratio of variances: coefficients and their RSS."""
    cross, taken = _cross(ratio, sums)
    moments = sums.moments - sums.rows.T @ (taken * sums.values)
    square = sums.square - float(taken @ sums.values**2)
    beta: Floats = np.linalg.lstsq(cross, moments, rcond=1e-10)[0].astype(np.float64)
    return beta, max(square - float(beta @ moments), 1e-12)


def _deviance(ratio: float, sums: _Sums) -> float:
    rss = _solved(ratio, sums)[1]
    profile = sums.free * np.log(rss / sums.free) + np.log1p(sums.sizes * ratio).sum()
    if sums.restricted:
        roots = np.linalg.eigvalsh(_cross(ratio, sums)[0])
        profile += np.log(roots[roots > roots.max() * 1e-10]).sum()
    return float(profile)


def _fit_at(ratio: float, sums: _Sums) -> InterceptFit:
    beta, rss = _solved(ratio, sums)
    within = rss / sums.free
    constant = sums.free * (1 + float(np.log(2 * np.pi)))
    return InterceptFit(
        beta=beta,
        between=ratio * within,
        within=within,
        log_likelihood=-0.5 * (_deviance(ratio, sums) + constant),
    )
