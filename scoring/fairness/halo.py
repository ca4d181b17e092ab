"""A4 halo and A5 central tendency: experts whose points vary less than their colleagues' do.

An expert who scores the pupil and not the answers gives points that differ little within a script;
one who avoids the ends of the scale gives few noughts and maxima. Both are told from the other
experts of the same campaign, so neither needs doubles; scripts are taken to be dealt out without
regard to their quality, and the sentence says "compared with colleagues".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.fairness.ratings import Ratings, Real, Whole
from scoring.fairness.sentence import Few, Sentence, few, sentence

FEWEST_READINGS = 40
FEWEST_EXPERTS = 8
THRESHOLD = -3.0
_MAD = 1.4826  # makes the median deviation of a normal law its standard deviation
_REACH = 1.96  # half of a 95 % interval in standard errors
_LEAST_TASKS = 3
_NOUGHT = 1e-12
# What is told of an expert who is flagged, and of one who is not.
_HALO = (
    (
        "Баллы внутри работы различаются меньше, чем у коллег: %(value)s"
        " (95 %%: от %(low)s до %(high)s) против %(usual)s (работ: %(n)s)."
        " Это повод для разговора"
    ),
    (
        "Разброс баллов внутри работы как у коллег: %(value)s"
        " (95 %%: от %(low)s до %(high)s) против %(usual)s (работ: %(n)s)"
    ),
)
_CENTRAL = (
    (
        "Нулей и наибольших баллов меньше, чем у коллег: %(value)s"
        " (95 %%: от %(low)s до %(high)s) против %(usual)s (работ: %(n)s)."
        " Это повод для разговора"
    ),
    (
        "Нулей и наибольших баллов столько же, сколько у коллег: %(value)s"
        " (95 %%: от %(low)s до %(high)s) против %(usual)s (работ: %(n)s)"
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """One expert's measure beside his colleagues'.

    Attributes:
        expert: His name.
        readings: Readings it rests on: n.
        value: The measure.
        low: Lower end of its 95 % interval.
        high: Upper end.
        colleagues: The median of all experts with enough readings.
        z: Robust distance from it; None where there is too little data.
        flagged: The distance is below -3.
        enough: What is lacking.
        told: The finding as a sentence.
    """

    expert: str
    readings: int
    value: float | None
    low: float | None
    high: float | None
    colleagues: float | None
    z: float | None
    flagged: bool
    enough: Few | None
    told: Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """Both measures of every expert, by name.

    Attributes:
        halo: A4: mean spread of points within a script, over tasks of two points or more.
        central: A5: share of noughts and maxima among points of such tasks.
        tasks: The tasks that count.
    """

    halo: tuple[Habit, ...]
    central: tuple[Habit, ...]
    tasks: tuple[str, ...]


def habits(ratings: Ratings) -> Habits | Few:
    """Halo and central tendency of every expert.

    Tasks of one point are left out: an answer that is right or wrong leaves no room for either.
    """
    wide = np.flatnonzero(ratings.highest >= 2)  # noqa: PLR2004 - one point is right or wrong
    if len(wide) < _LEAST_TASKS:
        text = "Мало данных: заданий дороже одного балла %(n)s, нужно не меньше %(fewest)s"
        why = sentence(text, n=len(wide), fewest=_LEAST_TASKS)
        return Few(n=len(wide), fewest=_LEAST_TASKS, why=why)
    table, rater = _table(ratings, wide)
    if not len(table):
        return few(0, FEWEST_READINGS)
    spread = _spread(table / ratings.highest[wide])
    ends = np.nanmean((table == 0) | (table == ratings.highest[wide]), axis=1)
    return Habits(
        halo=_compared(ratings.raters, rater, spread, _HALO),
        central=_compared(ratings.raters, rater, ends, _CENTRAL),
        tasks=tuple(ratings.tasks[task] for task in wide.tolist()),
    )


def _table(ratings: Ratings, wide: Whole) -> tuple[Real, Whole]:
    """Readings x wide tasks, for readings that have them all, and each reading's rater."""
    keys = ratings.script * len(ratings.raters) + ratings.rater
    names, row = np.unique(keys, return_inverse=True)
    table = np.full((len(names), len(ratings.tasks)), np.nan)
    table[row, ratings.task] = ratings.points
    found = table[:, wide]
    whole = ~np.isnan(found).any(axis=1)
    return found[whole], names[whole] % len(ratings.raters)


def _spread(shares: Real) -> Real:
    """Standard deviation within a reading, were all readings of one mean and one mean script.

    Tasks are brought to one mean. A script near nought or near the maximum leaves little room to
    differ, so the spread that readings of such a level have is taken off and the mean spread put
    back.
    """
    spread = (shares - shares.mean(axis=0)).std(axis=1, ddof=1)
    level = shares.mean(axis=1)
    design = np.stack([np.ones_like(level), level, level**2], axis=1)
    usual = design @ np.linalg.lstsq(design, spread, rcond=None)[0]
    return np.asarray(np.maximum(spread - usual + spread.mean(), 0.0))


def _compared(
    names: tuple[str, ...], rater: Whole, value: Real, texts: tuple[str, str]
) -> tuple[Habit, ...]:
    n = np.bincount(rater, minlength=len(names))
    mean = np.bincount(rater, weights=value, minlength=len(names)) / np.maximum(n, 1)
    square = np.bincount(rater, weights=value**2, minlength=len(names)) / np.maximum(n, 1)
    error = np.sqrt(np.maximum(square - mean**2, 0) / np.maximum(n - 1, 1))
    able = n >= FEWEST_READINGS
    usual, width = _centre(mean[able], error[able])
    return tuple(
        _habit(
            _Measured(
                expert=name,
                n=int(n[place]),
                value=float(mean[place]),
                reach=_REACH * float(error[place]),
            ),
            _Colleagues(usual=usual, width=width, experts=int(able.sum())),
            texts,
        )
        for place, name in enumerate(names)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Measured:
    expert: str
    n: int
    value: float
    reach: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Colleagues:
    usual: float
    width: float
    experts: int


def _centre(mean: Real, error: Real) -> tuple[float, float]:
    """The median, and the width of honest experts: never below what sampling alone makes."""
    if not len(mean):
        return 0.0, 0.0
    usual = float(np.median(mean))
    mad = _MAD * float(np.median(np.abs(mean - usual)))
    return usual, max(mad, float(np.median(error)))


def _habit(own: _Measured, others: _Colleagues, texts: tuple[str, str]) -> Habit:
    low, high = max(own.value - own.reach, 0.0), own.value + own.reach
    lack = _lack(own.n, others.experts)
    if lack is not None:
        return Habit(
            expert=own.expert,
            readings=own.n,
            value=own.value if own.n else None,
            low=low if own.n else None,
            high=high if own.n else None,
            colleagues=None,
            z=None,
            flagged=False,
            enough=lack,
            told=lack.why,
        )
    z = (own.value - others.usual) / others.width if others.width > _NOUGHT else 0.0
    shown = {
        "value": _percent(own.value),
        "low": _percent(low),
        "high": _percent(high),
        "usual": _percent(others.usual),
        "n": own.n,
    }
    return Habit(
        expert=own.expert,
        readings=own.n,
        value=own.value,
        low=low,
        high=high,
        colleagues=others.usual,
        z=z,
        flagged=z < THRESHOLD,
        enough=None,
        told=sentence(texts[0] if z < THRESHOLD else texts[1], **shown),
    )


def _lack(n: int, able: int) -> Few | None:
    if n < FEWEST_READINGS:
        return few(n, FEWEST_READINGS)
    if able < FEWEST_EXPERTS:
        text = "Мало данных: экспертов для сравнения %(n)s, нужно не меньше %(fewest)s"
        why = sentence(text, n=able, fewest=FEWEST_EXPERTS)
        return Few(n=able, fewest=FEWEST_EXPERTS, why=why)
    return None


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
