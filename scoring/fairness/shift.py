"""By how much one reading of the same scripts exceeds another, on average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from scoring.fairness.sentence import Few, few

FEWEST = 10
_CONFIDENCE = 0.975


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A mean of paired differences with its 95 % interval, in points.

    Attributes:
        n: Pairs.
        mean: Their mean.
        low: Lower end.
        high: Upper end.
    """

    n: int
    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Nought lies outside the interval."""
        return self.low > 0 or self.high < 0


def mean_shift(differences: Sequence[float]) -> Shift | Few:
    """The mean difference; too few pairs draw no conclusion.

    Args:
        differences: One a script: the later reading's points less the earlier one's.
    """
    n = len(differences)
    if n < FEWEST:
        return few(n, FEWEST)
    values = np.asarray(differences, dtype=float)
    reach = float(stdtrit(n - 1, _CONFIDENCE)) * float(values.std(ddof=1)) / n**0.5
    mean = float(values.mean())
    return Shift(n=n, mean=mean, low=mean - reach, high=mean + reach)
