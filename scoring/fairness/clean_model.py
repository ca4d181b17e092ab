"""What an honest municipality looks like: levels of schools, and windows at mark boundaries.

The model is fitted to the schools that stand out least, and every school is held against it. What
stands out by chance alone is learnt by drawing clean municipalities from the model and treating
them the same way, since plain |z| > 2 flags half of the honest schools.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.fairness.intercept import InterceptFit, fit_intercept
from scoring.fairness.spike import Spikes, find_spikes
from scoring.fairness.totals import Floats, Ints, Totals

ROUNDS = 2
STANDS_OUT = 2.0
LEFT_OUT = 0.4
"""At most this share of the schools is left out of the model of honest ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Every school held against the model of honest schools.

    Attributes:
        fit: The model, fitted to the reference schools.
        gap: (S,) school's mean above what its journal marks expect.
        z: (S,) the same in standard errors of an honest school.
        shrunk: (S,) the gap drawn to nought by how little the school's size tells.
        spikes: The windows at the boundaries.
        reference: (S,) schools on which the model was fitted.
    """

    fit: InterceptFit
    gap: Floats
    z: Floats
    shrunk: Floats
    spikes: Spikes
    reference: npt.NDArray[np.bool_]


def hold(totals: Totals, rows: Floats) -> Held:
    """Fit the model, leave out the schools that stand out, and fit again."""
    reference = np.ones(len(totals.sizes), dtype=bool)
    held = _against(totals, rows, reference)
    for _ in range(ROUNDS):
        outside = np.maximum(held.z, held.spikes.z)
        limit = max(STANDS_OUT, float(np.quantile(outside, 1 - LEFT_OUT)))
        later = outside <= limit
        if (later == reference).all():
            break
        reference = later
        held = _against(totals, rows, reference)
    return held


def _against(totals: Totals, rows: Floats, reference: npt.NDArray[np.bool_]) -> Held:
    taken = reference[totals.school]
    fit = fit_intercept(totals.total[taken].astype(np.float64), rows[taken], totals.school[taken])
    sizes = totals.sizes
    expected = rows @ fit.beta
    gap = np.bincount(totals.school, weights=totals.total - expected) / sizes
    variance = fit.between + fit.within / sizes
    shrunk = gap * fit.between / variance
    spikes = find_spikes(
        totals.total,
        expected + gap[totals.school] * (sizes / (sizes + OWN_LEVEL))[totals.school],
        float(np.sqrt(fit.within)),
        totals.school,
        len(sizes),
        totals.boundaries,
    )
    return Held(
        fit=fit,
        gap=gap,
        z=gap / np.sqrt(variance),
        shrunk=shrunk,
        spikes=spikes,
        reference=reference,
    )


OWN_LEVEL = 5.0
"""A school's density is centred on its own mean, drawn to the expected one as by five works."""


def expected_counts(totals: Totals, held: Held, school: int) -> Floats:
    """(most + 1,) how many works of a school an honest density puts at each total."""
    own = totals.school == school
    size = int(own.sum())
    mean = (totals.covariates() @ held.fit.beta)[own]
    mean = mean + held.gap[school] * size / (size + OWN_LEVEL)
    scale = np.arange(totals.most + 1)
    density = np.exp(-0.5 * (scale - mean[:, None]) ** 2 / held.fit.within)
    counts: Floats = (density / density.sum(axis=1, keepdims=True)).sum(axis=0)
    return counts


def draw_clean(totals: Totals, rows: Floats, fit: InterceptFit, rng: np.random.Generator) -> Ints:
    """Totals of a municipality in which schools differ, and nobody lifts anything."""
    level = rng.normal(0, np.sqrt(fit.between), len(totals.sizes))
    mean = rows @ fit.beta + level[totals.school]
    drawn = np.rint(mean + rng.normal(0, np.sqrt(fit.within), len(mean)))
    return np.clip(drawn, 0, totals.most).astype(np.int64)
