"""Whose hand wrote a code: a pupil's digits are as high, as broad and as dark on every page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MEASURES = 3
LEAST_GROUPS = 5  # of pages in one hand, or nothing is known of how hands differ
# Measures hang together and hands change with haste: they tip the scales, they settle nothing.
MOST_ODDS = 20.0
# Of the middle half of a normal distribution: its variance beside the median square.
MEDIAN_TO_VARIANCE = 1 / 0.455

Matrix = npt.NDArray[np.float64]


def hand_odds(
    hands: Sequence[tuple[float, ...]], owners: Sequence[int | None], *, codes: int
) -> Matrix:
    """For every page and code, how likely its holder wrote it, beside anybody, by the hand alone.

    Args:
        hands: `PageReading.hand` of every page.
        owners: which code stands clearly on each, None where none does.
        codes: how many there are.
    """
    odds = np.ones((len(hands), codes))
    known = [place for place, hand in enumerate(hands) if len(hand) == MEASURES]
    if not known:
        return odds
    values = np.array([hands[place] for place in known])
    member = np.zeros((len(known), codes))
    for row, place in enumerate(known):
        owner = owners[place]
        if owner is not None:
            member[row, owner] = 1
    sums, counts = member.T @ values, member.sum(axis=0)
    several = counts > 1
    if several.sum() < LEAST_GROUPS:
        return odds
    within, between, middle = _spread(values, member[:, several])
    others = counts - member
    elsewhere = sums - member[:, :, None] * values[:, None, :]
    weight = others[:, :, None] / within
    expected = (elsewhere / within + middle / between) / (weight + 1 / between)
    spread = within + 1 / (weight + 1 / between)
    each = _log_density(values[:, None, :], expected, spread)
    anybody = _log_density(values, middle, within + between)[:, None, :]
    told = (each - anybody).sum(axis=2)
    odds[known] = np.exp(np.clip(told, -np.log(MOST_ODDS), np.log(MOST_ODDS)))
    odds[known] = np.where(others > 0, odds[known], 1.0)
    return odds


def _spread(values: Matrix, member: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Variance of one hand's pages, variance between hands, and the hand in the middle."""
    counts = member.sum(axis=0)
    means = (member.T @ values) / counts[:, None]
    rows = member.any(axis=1)
    owner = member[rows].argmax(axis=1)
    left = (values[rows] - means[owner]) ** 2 * (counts / (counts - 1))[owner, None]
    floor = 1e-6 + 1e-4 * values.var(axis=0)
    within = np.median(left, axis=0) * MEDIAN_TO_VARIANCE + floor
    middle = np.median(means, axis=0)
    apart = np.median((means - middle) ** 2, axis=0) * MEDIAN_TO_VARIANCE
    between = np.clip(apart - within / np.median(counts), floor, None)
    return within, between, middle


def _log_density(values: Matrix, middle: Matrix, variance: Matrix) -> Matrix:
    return np.asarray(-0.5 * ((values - middle) ** 2 / variance + np.log(variance)))
