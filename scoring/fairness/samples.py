"""A12: how many double readings a question needs."""

from __future__ import annotations

import math

from scipy.special import ndtri

from scoring.errors import ScoringError

POWER = 0.8
SIGNIFICANCE = 0.05


class SampleError(ScoringError):
    """A question about sample size that has no answer."""


def doubles_for_shift(
    *, variance: float, shift: float, power: float = POWER, significance: float = SIGNIFICANCE
) -> int:
    """Doubles that an expert needs so that a shift of his is seen.

    A double's difference has twice the variance of one reading:
    n = 2 s² (z(1 - significance / 2) + z(power))² / shift².

    Args:
        variance: s², the variance of one reading of a script, in points squared.
        shift: The severity to be seen, in points.
        power: Chance of seeing it.
        significance: Chance of seeing one that is not there.

    Raises:
        SampleError: A figure is outside its range.
    """
    _check(variance, shift)
    _share(power)
    _share(significance)
    needed = ndtri(1 - significance / 2) + ndtri(power)
    return max(math.ceil(2 * variance * (needed / shift) ** 2 - 1e-9), 1)


def doubles_for_share(
    *, share: float, half_width: float, significance: float = SIGNIFICANCE
) -> int:
    """Doubles in all so that a share of agreement is known within `half_width`.

    Args:
        share: The share that is expected, such as .71.
        half_width: Half of the interval, such as .05.
        significance: One less the interval's confidence.

    Raises:
        SampleError: A figure is outside its range.
    """
    _share(share)
    _share(half_width)
    _share(significance)
    z = float(ndtri(1 - significance / 2))
    return max(math.ceil(share * (1 - share) * (z / half_width) ** 2 - 1e-9), 1)


def _check(variance: float, shift: float) -> None:
    if not (0 < variance < math.inf and 0 < shift < math.inf):
        raise SampleError(
            "Дисперсия %(variance)s и сдвиг %(shift)s: ожидались числа больше нуля",
            variance=variance,
            shift=shift,
        )


def _share(value: float) -> None:
    if not 0 < value < 1:
        raise SampleError("Доля %(value)s: ожидалось число больше 0 и меньше 1", value=value)
