"""Works heaped just above a mark boundary, against what a smooth density of the school expects.

For each boundary c the totals c-2, c-1, c, c+1 are a window. Given how many works stand in it, a
smooth density says how they spread; lifting moves works from the lower two onto c, a few onto
c + 1. The figure is the score statistic of that lifting, summed over the boundaries. It is
one-sided and needs no "largest bin": in an honest class eleven pupils may stand just below a
boundary and none on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.fairness.totals import Floats, Ints

FEWEST_IN_WINDOWS = 12
ON_BOUNDARY = 0.8
"""Share of lifted works that are given just the points that lack; the others one more."""
OFFSETS = (-2, -1, 0, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spikes:
    """The windows of every school.

    Attributes:
        observed: (S, B, 4) works at c-2, c-1, c, c+1.
        expected: (S, B, 4) the same, as a smooth density spreads the works of the window.
        z: (S,) the lifting, in standard errors; 0 where the windows hold no works.
    """

    observed: Floats
    expected: Floats
    z: Floats

    @property
    def in_windows(self) -> Floats:
        """(S,) works in all windows of a school."""
        count: Floats = self.observed.sum(axis=(1, 2))
        return count


def find_spikes(
    total: Ints,
    mean: Floats,
    spread: float,
    school: Ints,
    schools: int,
    boundaries: tuple[int, ...],
) -> Spikes:
    """Count the windows and compare them with the density of works around their own means.

    Args:
        total: (N,) totals.
        mean: (N,) expected total of each work, honest level of its school included.
        spread: Standard deviation of a total around it.
        school: (N,) school of each work.
        schools: Number of schools.
        boundaries: Lowest totals of the better marks.
    """
    edges = np.add.outer(np.array(boundaries, dtype=np.int64), np.array(OFFSETS))
    observed = np.stack(
        [np.bincount(school, weights=total == each, minlength=schools) for each in edges.ravel()]
    )
    density = np.exp(-0.5 * ((edges.ravel()[:, None] - mean) / spread) ** 2)
    weight = np.stack([np.bincount(school, weights=row, minlength=schools) for row in density])
    shape = (len(boundaries), len(OFFSETS), schools)
    seen: Floats = observed.reshape(shape).astype(np.float64)
    shares: Floats = weight.reshape(shape).astype(np.float64) + 1e-12
    shares /= shares.sum(axis=1, keepdims=True)
    expected = shares * seen.sum(axis=1, keepdims=True)
    return Spikes(
        observed=seen.transpose(2, 0, 1),
        expected=expected.transpose(2, 0, 1),
        z=_score(seen, shares),
    )


def _score(seen: Floats, shares: Floats) -> Floats:
    """(S,) derivative of the likelihood by the share lifted, over its standard error."""
    below = shares[:, 0] + shares[:, 1]
    gains = np.stack(
        [
            -np.ones_like(below),
            -np.ones_like(below),
            ON_BOUNDARY * below / shares[:, 2],
            (1 - ON_BOUNDARY) * below / shares[:, 3],
        ],
        axis=1,
    )
    score = (seen * gains).sum(axis=(0, 1))
    variance = (seen.sum(axis=1) * (shares * gains**2).sum(axis=1)).sum(axis=0)
    z: Floats = np.divide(score, np.sqrt(variance), out=np.zeros_like(score), where=variance > 0)
    return z
