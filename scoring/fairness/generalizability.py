"""What one reader and two readers are worth: a D-study over variance components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.fairness.agreement import FEWEST_SCRIPTS
from scoring.fairness.components import RESIDUAL, components
from scoring.fairness.ratings import Item, Ratings, task_item, total_item
from scoring.fairness.sentence import Few, Sentence, few, sentence

READERS = (1, 2, 3)
_PAIR = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """How far the mean of some readers can be trusted.

    Attributes:
        readers: How many independent experts read every script.
        relative: Coefficient for ranking scripts (E rho squared).
        absolute: Coefficient for points as they stand (phi): severity counts against it.
        error: Standard error of a script's points (absolute), in points.
    """

    readers: int
    relative: float | None
    absolute: float | None
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
    effects = {
        "script": np.unique(item.script[used], return_inverse=True)[1],
        "rater": np.unique(item.rater[used], return_inverse=True)[1],
    }
    found = components(item.value[used].astype(float), effects)
    if found is None:
        text = "Мало данных: общие работы экспертов не отделяют строгость от самих работ"
        return Few(n=n, fewest=FEWEST_SCRIPTS, why=sentence(text))
    return _answer(item.name, n, found)


def _answer(name: str, n: int, found: dict[str, float]) -> Generalizability:
    script, rater, rest = (max(found[key], 0.0) for key in ("script", "rater", RESIDUAL))
    worth = tuple(_worth(count, script, rater, rest) for count in READERS)
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


def _worth(readers: int, script: float, rater: float, rest: float) -> Worth:
    relative, absolute = rest / readers, (rater + rest) / readers
    return Worth(
        readers=readers,
        relative=script / (script + relative) if script + relative > 0 else None,
        absolute=script / (script + absolute) if script + absolute > 0 else None,
        error=float(np.sqrt(absolute)),
    )


def _told(n: int, worth: tuple[Worth, ...]) -> Sentence:
    one, two = worth[0], worth[1]
    if one.absolute is None or two.absolute is None:
        return sentence("Баллы не различаются: надёжность не определить, работ: %(n)s", n=n)
    return sentence(
        "Один эксперт: надёжность %(one)s, ошибка %(error_one)s балла; два эксперта: %(two)s и"
        " %(error_two)s. Работ: %(n)s",
        one=f"{one.absolute:.2f}".replace(".", ","),
        error_one=f"{one.error:.1f}".replace(".", ","),
        two=f"{two.absolute:.2f}".replace(".", ","),
        error_two=f"{two.error:.1f}".replace(".", ","),
        n=n,
    )
