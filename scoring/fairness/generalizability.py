"""What one reader and two readers are worth: a D-study over variance components."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from scoring.fairness.agreement import FEWEST_SCRIPTS
from scoring.fairness.components import RESIDUAL, components
from scoring.fairness.ratings import Item, Ratings, Real, Whole, task_item, total_item
from scoring.fairness.sentence import Few, Sentence, few, sentence

READERS = (1, 2, 3)
_PAIR = 2
_PARTS = 20  # parts of the scripts that are left out in turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """How far the mean of some readers can be trusted.

    Attributes:
        readers: How many independent experts read every script.
        relative: Coefficient for ranking scripts (E rho squared).
        absolute: Coefficient for points as they stand (phi): severity counts against it.
        low: Lower end of the 95 % interval of `absolute`, by leaving out a part of the scripts.
        high: Upper end.
        error: Standard error of a script's points (absolute), in points.
    """

    readers: int
    relative: float | None
    absolute: float | None
    low: float | None
    high: float | None
    error: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Generalizability:
    """Variance components of one task, or of the total, and what they mean.

    Attributes:
        task: The task's name, or `total`.
        scripts: Scripts with two readings or more: n.
        script: Variance of scripts.
        rater: Variance of raters' severities.
        rest: Variance of a reading beyond both.
        below_nought: Components that came out below nought and are shown as 0.
        worth: For one, two and three readers.
        enough: What is lacking.
        told: The finding as a sentence.
    """

    task: str
    scripts: int
    script: float
    rater: float
    rest: float
    below_nought: tuple[str, ...]
    worth: tuple[Worth, ...]
    enough: Few | None
    told: Sentence

    @property
    def reading_variance(self) -> float:
        """Variance of one reading about the script's true points: severity and the rest."""
        return self.rater + self.rest


def generalizability(ratings: Ratings) -> tuple[Generalizability | Few, ...]:
    """One answer a task, then one for the total where there are several tasks."""
    items = [task_item(ratings, task) for task in range(len(ratings.tasks))]
    if len(items) > 1:
        items.append(total_item(ratings))
    return tuple(worth_of(item) for item in items)


def worth_of(item: Item) -> Generalizability | Few:
    """Components and coefficients of one item, scripts crossed with raters."""
    double = np.bincount(item.script, minlength=1) >= _PAIR
    n = int(double.sum())
    used = double[item.script]
    if n < _PAIR or len(np.unique(item.rater[used])) < _PAIR:
        return few(n, FEWEST_SCRIPTS)
    return _of_table(
        item.name,
        item.value[used].astype(float),
        np.unique(item.script[used], return_inverse=True)[1],
        np.unique(item.rater[used], return_inverse=True)[1],
    )


def _of_table(name: str, value: Real, script: Whole, rater: Whole) -> Generalizability | Few:
    n = int(script.max()) + 1
    found = components(value, {"script": script, "rater": rater})
    if found is None:
        text = "Мало данных: общие работы экспертов не отделяют строгость от самих работ"
        return Few(n=n, fewest=FEWEST_SCRIPTS, why=sentence(text))
    parts = []
    for part in range(_PARTS):
        rest = script % _PARTS != part
        left = components(value[rest], {"script": script[rest], "rater": rater[rest]})
        if left is not None:
            parts.append(left)
    return _answer(name, n, found, parts)


def _answer(
    name: str, n: int, found: dict[str, float], parts: list[dict[str, float]]
) -> Generalizability:
    script, rater, rest = (max(found[key], 0.0) for key in ("script", "rater", RESIDUAL))
    worth = tuple(_worth(count, found, parts) for count in READERS)
    enough = few(n, FEWEST_SCRIPTS) if n < FEWEST_SCRIPTS else None
    return Generalizability(
        task=name,
        scripts=n,
        script=script,
        rater=rater,
        rest=rest,
        below_nought=tuple(key for key in sorted(found) if found[key] < 0),
        worth=worth,
        enough=enough,
        told=enough.why if enough else _told(n, worth),
    )


def _worth(readers: int, found: dict[str, float], parts: list[dict[str, float]]) -> Worth:
    script, rater, rest = (max(found[key], 0.0) for key in ("script", "rater", RESIDUAL))
    absolute = _absolute(readers, found)
    reach = _reach([value for one in parts if (value := _absolute(readers, one)) is not None])
    known = absolute is not None and reach is not None
    return Worth(
        readers=readers,
        relative=script / (script + rest / readers) if script + rest > 0 else None,
        absolute=absolute,
        low=max((absolute or 0.0) - (reach or 0.0), 0.0) if known else None,
        high=min((absolute or 0.0) + (reach or 0.0), 1.0) if known else None,
        error=float(np.sqrt((rater + rest) / readers)),
    )


def _absolute(readers: int, found: dict[str, float]) -> float | None:
    script, rater, rest = (max(found[key], 0.0) for key in ("script", "rater", RESIDUAL))
    whole = script + (rater + rest) / readers
    return float(script / whole) if whole > 0 else None


def _reach(left_out: list[float]) -> float | None:
    """Half of the 95 % interval by the jackknife over parts of the scripts."""
    if len(left_out) < _PARTS:
        return None
    spread = float(np.var(left_out)) * (_PARTS - 1)
    return float(stdtrit(_PARTS - 1, 0.975)) * math.sqrt(spread)


def _told(n: int, worth: tuple[Worth, ...]) -> Sentence:
    one, two = worth[0], worth[1]
    if one.absolute is None or two.absolute is None:
        return sentence("Баллы не различаются: надёжность не определить, работ: %(n)s", n=n)
    return sentence(
        "Один эксперт: надёжность %(one)s (95 %%: от %(low)s до %(high)s), ошибка %(error_one)s"
        " балла; два эксперта: %(two)s и %(error_two)s. Работ: %(n)s",
        one=_short(one.absolute),
        low=_short(one.low),
        high=_short(one.high),
        error_one=f"{one.error:.1f}".replace(".", ","),
        two=_short(two.absolute),
        error_two=f"{two.error:.1f}".replace(".", ","),
        n=n,
    )


def _short(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}".replace(".", ",")
