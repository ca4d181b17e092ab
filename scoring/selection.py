"""Which works to recheck: those that differ significantly from their school's mean (P 9.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from scoring.errors import ScoringError

FEWEST_WORKS = 10
SIGNIFICANCE = 0.05


class TooFewWorksError(ScoringError):
    """A school with too few works to say that one of them is unusual."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusual:
    """A work whose raw score differs significantly from the mean of its school's other works.

    Attributes:
        script: The work's id.
        raw_score: Its raw score.
        school_mean: Mean raw score of the school's other works.
        p_value: Two-sided, adjusted for the number of the school's works, at most 1.
    """

    script: str
    raw_score: int
    school_mean: float
    p_value: float


def unusual_works(
    raw_scores: Mapping[str, int], *, significance: float = SIGNIFICANCE
) -> tuple[Unusual, ...]:
    """The works of one school and exam that differ significantly from their school's mean.

    Each work is held against a normal prediction from all others: with mean m and standard
    deviation s of the n - 1 others, t = (x - m) / (s * sqrt(1 + 1 / (n - 1))) follows Student's
    law with n - 2 degrees of freedom. P-values are multiplied by n (Bonferroni), so that a school
    without unusual works is left alone with probability 1 - significance.

    Args:
        raw_scores: Raw score by the work's id.
        significance: Chance of naming any work of a school where none differs.

    Returns:
        The unusual works, the most unusual first, ties by id.

    Raises:
        TooFewWorksError: Fewer than 10 works.
    """
    if len(raw_scores) < FEWEST_WORKS:
        raise TooFewWorksError(
            "Работ в школе: %(count)s; сравнение со средним возможно от %(fewest)s",
            count=len(raw_scores),
            fewest=FEWEST_WORKS,
        )
    scripts = sorted(raw_scores)
    scores = np.array([raw_scores[script] for script in scripts], dtype=np.float64)
    means, p_values = _against_the_others(scores)
    found = [
        Unusual(
            script=script,
            raw_score=raw_scores[script],
            school_mean=float(mean),
            p_value=float(p_value),
        )
        for script, mean, p_value in zip(scripts, means, p_values, strict=True)
        if p_value <= significance
    ]
    return tuple(sorted(found, key=lambda work: (work.p_value, work.script)))


def _against_the_others(
    scores: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]
]:
    n = len(scores)
    others = np.array([np.delete(scores, place) for place in range(n)])
    means = others.mean(axis=1)
    spreads = others.std(axis=1, ddof=1) * np.sqrt(1 + 1 / (n - 1))
    gaps = np.abs(scores - means)
    # Others without any spread predict their own score exactly.
    t_values = np.divide(gaps, spreads, out=np.where(gaps > 0, np.inf, 0.0), where=spreads > 0)
    p_values = np.minimum(2 * stdtr(n - 2, -t_values) * n, 1.0)
    return means, p_values
