"""A2 severity and A3 scatter of experts, from scripts that several of them read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from scoring.fairness.discoveries import discoveries
from scoring.fairness.facets import (
    Estimates,
    Observations,
    abilities,
    estimate,
    moments,
)
from scoring.fairness.linked import Unlinked, group_of_raters, unlinked
from scoring.fairness.ratings import Ratings, Real, Whole
from scoring.fairness.sentence import Few, Sentence, few, sentence

FEWEST_READINGS = 30
FEWEST_LINKED = 10
INFIT = (0.5, 1.5)
FALSE_RATE = 0.05
_CONFIDENCE = 0.975
_GRID = 101
_NOUGHT = 1e-9
_PAIR = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Severity:
    """One expert beside the mean of all experts; more is stricter.

    Attributes:
        expert: His name.
        logits: Severity on the model's scale.
        logits_error: Its standard error, robust to dependence within a script.
        points: Points of the paper that an average script loses with him; None with `logits`
            where he gave nothing but maxima, or nothing but noughts.
        low: Lower end of the 95 % interval in points.
        high: Upper end.
        readings: Scripts that he read.
        linked: Of these, scripts that others read too and that tell experts apart.
        infit: Mean square of residuals weighted by information; 1 is expected.
        outfit: Mean square of standardised residuals.
        enough: What is lacking where there are fewer than 30 readings or 10 linked ones.
        differs: He differs from the mean (false ones among those named: 5 %).
        scattered: His infit is outside 0.5 to 1.5.
        told: The finding as a sentence, with interval and n.
    """

    expert: str
    logits: float | None
    logits_error: float | None
    points: float | None
    low: float | None
    high: float | None
    readings: int
    linked: int
    infit: float | None
    outfit: float | None
    enough: Few | None
    differs: bool
    scattered: bool
    told: Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Difficulty:
    """One task on the model's scale: its mean step, and its steps."""

    task: str
    logits: float
    steps: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Severities:
    """What the model found.

    Attributes:
        experts: By name, never by severity.
        tasks: Difficulties, in the order of the file.
        left_out: Tasks where everybody got the same; they tell nothing.
        maximum: Points of the whole paper.
        scripts: Scripts in all.
        linked_scripts: Scripts of two experts or more that tell experts apart.
        converged: Whether the estimates settled.
    """

    experts: tuple[Severity, ...]
    tasks: tuple[Difficulty, ...]
    left_out: tuple[str, ...]
    maximum: int
    scripts: int
    linked_scripts: int
    converged: bool


def severities(ratings: Ratings) -> Severities | Unlinked | Few:
    """Severity of every expert, or why it cannot be told.

    Only scripts of two experts or more enter the estimate: a script read once says nothing of its
    expert unless scripts are dealt out at random, which is not assumed.
    """
    if len(ratings.raters) < _PAIR:
        text = "Эксперт один: строгость сравнить не с кем"
        return Few(n=len(ratings.raters), fewest=_PAIR, why=sentence(text))
    seen, left_out = _observations(ratings)
    linking = _linking(seen)
    if not linking.any():
        text = "Нет работ, по которым баллы двух экспертов сравнимы: строгость не оценить"
        return Few(n=0, fewest=FEWEST_LINKED, why=sentence(text))
    used = seen.only(linking)
    groups = group_of_raters(used.script, used.rater, used.raters)
    apart = unlinked(ratings.raters, groups)
    if apart is not None:
        return apart
    return _report(ratings, seen, used, left_out)


def _observations(ratings: Ratings) -> tuple[Observations, tuple[str, ...]]:
    """Readings of tasks on which anybody differs, from 0 up."""
    least = np.full(len(ratings.tasks), np.iinfo(np.int64).max)
    most = np.full(len(ratings.tasks), -1)
    np.minimum.at(least, ratings.task, ratings.points)
    np.maximum.at(most, ratings.task, ratings.points)
    tells = most > least
    number = np.cumsum(tells) - 1
    rows = tells[ratings.task]
    task = ratings.task[rows]
    seen = Observations(
        script=ratings.script[rows],
        rater=ratings.rater[rows],
        task=number[task],
        points=ratings.points[rows] - ratings.lowest[task],
        maxima=(ratings.highest - ratings.lowest)[tells],
        scripts=len(ratings.scripts),
        raters=len(ratings.raters),
    )
    names = zip(ratings.tasks, tells, strict=True)
    return seen, tuple(name for name, useful in names if not useful)


def _linking(seen: Observations) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Readings of scripts that two experts read and that are neither nought nor full."""
    several = np.bincount(_pairs(seen)[0], minlength=seen.scripts) >= _PAIR
    got = np.bincount(seen.script, weights=seen.points, minlength=seen.scripts)
    full = np.bincount(seen.script, weights=seen.maxima[seen.task], minlength=seen.scripts)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (several & (got > 0) & (got < full))[
        seen.script
    ]
    return found


def _pairs(seen: Observations) -> tuple[Whole, Whole]:
    """Script and rater of every pair that occurs."""
    keys = np.unique(seen.script * seen.raters + seen.rater)
    return keys // seen.raters, keys % seen.raters


def _report(
    ratings: Ratings, seen: Observations, used: Observations, left_out: tuple[str, ...]
) -> Severities:
    found = estimate(used)
    ability = abilities(seen, severity=found.severity, steps=found.steps)
    every = Observations(
        script=ratings.script,
        rater=ratings.rater,
        task=ratings.task,
        points=ratings.points,
        maxima=ratings.highest,
        scripts=len(ratings.scripts),
        raters=len(ratings.raters),
    )
    kept = [name for name in ratings.tasks if name not in left_out]
    return Severities(
        experts=_experts(ratings.raters, seen, used, found, ability, _pairs(every)[1]),
        tasks=tuple(_difficulty(name, row) for name, row in zip(kept, found.steps, strict=True)),
        left_out=left_out,
        maximum=int(ratings.highest.sum()),
        scripts=len(ratings.scripts),
        linked_scripts=len(np.unique(used.script)),
        converged=found.converged,
    )


def _difficulty(name: str, steps: Real) -> Difficulty:
    real = steps[np.isfinite(steps)]
    return Difficulty(task=name, logits=float(real.mean()), steps=tuple(real.tolist()))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _InPoints:
    """Severities in points, and what they rest on; arrays by rater."""

    points: Real
    error: Real
    low: Real
    high: Real
    readings: Whole
    linked: Whole
    infit: Real
    outfit: Real
    bounded: np.ndarray[tuple[int], np.dtype[np.bool_]]


def _experts(
    names: tuple[str, ...],
    seen: Observations,
    used: Observations,
    found: Estimates,
    ability: Real,
    read: Whole,
) -> tuple[Severity, ...]:
    shown = _in_points(seen, used, found, ability, read)
    enough = [
        _enough(int(n), int(linked)) for n, linked in zip(shown.readings, shown.linked, strict=True)
    ]
    named = _named(shown, enough)
    return tuple(
        _severity(name, place, found, shown, enough[place], differs=named[place])
        for place, name in enumerate(names)
    )


def _enough(readings: int, linked: int) -> Few | None:
    if readings < FEWEST_READINGS:
        return few(readings, FEWEST_READINGS)
    if linked < FEWEST_LINKED:
        return Few(
            n=linked,
            fewest=FEWEST_LINKED,
            why=sentence(
                "Мало данных: общих с другими экспертами работ %(n)s, нужно не меньше %(fewest)s",
                n=linked,
                fewest=FEWEST_LINKED,
            ),
        )
    return None


def _in_points(
    seen: Observations, used: Observations, found: Estimates, ability: Real, read: Whole
) -> _InPoints:
    lost, rate = _points_lost(found, ability)
    linked = np.bincount(_pairs(used)[1], minlength=used.raters)
    error = found.errors * rate
    reach = stdtrit(np.maximum(linked - 1, 1), _CONFIDENCE) * error
    infit, outfit = _fits(seen, found, ability)
    got = np.bincount(used.rater, weights=used.points, minlength=used.raters)
    full = np.bincount(used.rater, weights=used.maxima[used.task], minlength=used.raters)
    return _InPoints(
        points=lost,
        error=error,
        low=lost - reach,
        high=lost + reach,
        readings=np.bincount(read, minlength=used.raters),
        linked=linked,
        infit=infit,
        outfit=outfit,
        bounded=(got > 0) & (got < full),
    )


def _points_lost(found: Estimates, ability: Real) -> tuple[Real, Real]:
    """Points that the scripts lose on average with each expert, and their rate by the logit."""
    known = ability[~np.isnan(ability)]
    grid = np.quantile(known, (np.arange(_GRID) + 0.5) / _GRID)
    fair = sum(moments(grid, _row(steps, _GRID)).mean.mean() for steps in found.steps)
    lost, rate = np.full(len(found.severity), fair), np.zeros(len(found.severity))
    for steps in found.steps:
        spread = (grid - found.severity[:, None]).ravel()
        here = moments(spread, _row(steps, len(spread)))
        lost -= here.mean.reshape(-1, _GRID).mean(axis=1)
        rate += here.variance.reshape(-1, _GRID).mean(axis=1)
    return lost, rate


def _row(steps: Real, times: int) -> Real:
    return np.broadcast_to(steps, (times, len(steps)))


def _fits(seen: Observations, found: Estimates, ability: Real) -> tuple[Real, Real]:
    """Infit and outfit of every rater over all scripts that are neither nought nor full."""
    got = np.bincount(seen.script, weights=seen.points, minlength=seen.scripts)
    full = np.bincount(seen.script, weights=seen.maxima[seen.task], minlength=seen.scripts)
    usable = seen.only(((got > 0) & (got < full))[seen.script])
    location = ability[usable.script] - found.severity[usable.rater]
    now = moments(location, found.steps[usable.task])
    square = (usable.points - now.mean) ** 2
    variance = np.maximum(now.variance, _NOUGHT)

    def summed(values: Real) -> Real:
        found = np.bincount(usable.rater, weights=values, minlength=usable.raters)
        return np.asarray(found, dtype=float)

    many = np.maximum(summed(np.ones(len(square))), 1)
    return summed(square) / np.maximum(summed(variance), _NOUGHT), summed(square / variance) / many


def _named(shown: _InPoints, enough: list[Few | None]) -> list[bool]:
    """Experts who differ, with false discoveries held over those with enough data."""
    asked = [
        place for place, lack in enumerate(enough) if lack is None and bool(shown.bounded[place])
    ]
    ratio = np.abs(shown.points[asked]) / np.maximum(shown.error[asked], _NOUGHT)
    p_values = np.atleast_1d(2 * stdtr(np.maximum(shown.linked[asked] - 1, 1), -ratio))
    stand = dict(zip(asked, discoveries(p_values.tolist(), rate=FALSE_RATE), strict=True))
    return [place in stand and stand[place] for place in range(len(enough))]


def _severity(
    name: str,
    place: int,
    found: Estimates,
    shown: _InPoints,
    enough: Few | None,
    *,
    differs: bool,
) -> Severity:
    there = bool(shown.bounded[place])
    infit = float(shown.infit[place]) if there else None

    def told(values: Real) -> float | None:
        return float(values[place]) if there else None

    scattered = infit is not None and not INFIT[0] <= infit <= INFIT[1]
    return Severity(
        expert=name,
        logits=told(found.severity),
        logits_error=told(found.errors),
        points=told(shown.points),
        low=told(shown.low),
        high=told(shown.high),
        readings=int(shown.readings[place]),
        linked=int(shown.linked[place]),
        infit=infit,
        outfit=told(shown.outfit),
        enough=enough,
        differs=differs,
        scattered=scattered and int(shown.readings[place]) >= FEWEST_READINGS,
        told=_told(place, shown, enough, differs=differs),
    )


def _told(place: int, shown: _InPoints, enough: Few | None, *, differs: bool) -> Sentence:
    if not shown.bounded[place]:
        return sentence("Эксперт ставит только наибольшие или только нулевые баллы: не оценить")
    if enough is not None:
        return enough.why
    points = shown.points[place]
    facts = {
        "points": in_words(abs(points)),
        "low": in_words(shown.low[place]),
        "high": in_words(shown.high[place]),
        "n": int(shown.linked[place]),
    }
    if not differs:
        return sentence(
            "От среднего по экспертам заметно не отличается: %(points)s балла за работу"
            " (95 %%: от %(low)s до %(high)s), общих работ: %(n)s",
            **{**facts, "points": in_words(points)},
        )
    if points > 0:
        return sentence(
            "Строже среднего по экспертам на %(points)s балла за работу"
            " (95 %%: от %(low)s до %(high)s), общих работ: %(n)s. Это повод для разговора",
            **facts,
        )
    return sentence(
        "Мягче среднего по экспертам на %(points)s балла за работу"
        " (95 %%: от %(low)s до %(high)s), общих работ: %(n)s. Это повод для разговора",
        **facts,
    )


def in_words(value: float) -> str:
    """A figure as Russian texts write it: a comma, one place, a real minus."""
    text = f"{value:.1f}".replace(".", ",").replace("-", "−")
    return "0,0" if text == "−0,0" else text
