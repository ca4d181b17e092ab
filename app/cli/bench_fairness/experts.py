"""Figures about experts: published tables, severity against truth, habits, overlap, speed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from app.cli.bench_fairness.line import Line, at_least, at_most
from scoring.fairness.agreement import agreement
from scoring.fairness.discoveries import discoveries
from scoring.fairness.halo import Habits, habits
from scoring.fairness.icc import Icc
from scoring.fairness.linked import Unlinked
from scoring.fairness.ratings import Ratings, ratings_of
from scoring.fairness.sentence import Few
from scoring.fairness.severity import Severities, severities
from scoring.fairness.simulated_experts import Readings, draw_readings
from scoring.fairness.simulated_pupils import MAXIMA, Recipe, draw_pupils

TABLES = Path(__file__).parents[3] / "tests" / "data" / "fairness"
_FIRST_SEED = 70_000
_SEEDS, _QUICK_SEEDS = 40, 3


def lines(*, quick: bool) -> Iterator[Line]:
    """Every line of this part."""
    seeds = range(_FIRST_SEED, _FIRST_SEED + (_QUICK_SEEDS if quick else _SEEDS))
    yield from _published()
    yield from _against_truth(seeds)
    yield from _habits(seeds)
    yield from _answers()
    yield from _speed(quick=quick)


def ratings_from(readings: Readings) -> Ratings:
    """A made-up municipality's readings as columns."""
    count, tasks = readings.points.shape
    return ratings_of(
        scripts=[f"s{work}" for work in np.repeat(readings.work, tasks).tolist()],
        raters=[f"e{expert:03}" for expert in np.repeat(readings.expert, tasks).tolist()],
        tasks=[str(task + 1) for task in range(tasks)] * count,
        points=readings.points.ravel().tolist(),
        maxima={str(task + 1): most for task, most in enumerate(MAXIMA)},
    )


def _drawn(seed: int, **recipe: Any) -> Readings:
    rng = np.random.default_rng(seed)
    made = Recipe(**recipe)
    return draw_readings(draw_pupils(made, rng), made, rng)


def _published() -> Iterator[Line]:
    tables = json.loads((TABLES / "tables.json").read_text(encoding="utf-8"))
    worst = max(abs(ours - printed) for ours, printed in _pairs(tables))
    yield at_most("published tables: farthest from the print", worst, 1e-3)
    tests = tables["benjamini_hochberg"]
    stand = sum(discoveries(tests["p"], rate=0.05))
    bar = tests["published"]["bh_rejections_at_05"]
    figure = "published p-values: discoveries of 15"
    yield Line(figure=figure, bar=f"= {bar}", measured=str(stand), met=stand == bar)
    facets = json.loads((TABLES / "facets.json").read_text(encoding="utf-8"))
    found = severities(_facets(facets))
    ours = {one.expert: one.logits or 0.0 for one in _experts(found)}
    figure = "published many-facet severities: r"
    yield at_least(figure, _r(ours, facets["published_raters"]), 0.998)


def _pairs(tables: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Our figure and the printed one, for every printed figure of the tables."""
    canonical = tables["krippendorff"]
    found = agreement(_table(canonical["units"]), seed=1, resamples=100)[0]
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        ours = found.figures[f"alpha_{metric}"].value
        yield ours or 0.0, canonical["published"][f"alpha_{metric}"]
    gwet = canonical["published"]["irrCAC_unweighted"]
    yield found.figures["ac1"].value or 0.0, gwet["AC1"]
    yield found.ac_errors["ac1"] or 0.0, gwet["AC1_se"]
    yield found.figures["kappa_nominal"].value or 0.0, gwet["fleiss"]
    yield found.conger or 0.0, gwet["conger"]
    six = agreement(_table(tables["shrout_fleiss"]["rows"]), seed=1, resamples=100)[0].icc
    for name, printed in tables["shrout_fleiss"]["six_places"].items():
        yield getattr(six, name.lower()) if isinstance(six, Icc) else 0.0, printed
    for case in tables["quadratic_kappa"]:
        both = list(map(list, zip(case["a"], case["b"], strict=True)))
        value = agreement(_table(both), seed=1, resamples=100)[0].figures["kappa_quadratic"].value
        yield value or 0.0, case["qwk"]


def _table(units: list[list[int | None]]) -> Ratings:
    cells = [
        (f"s{unit}", f"r{rater}", value)
        for unit, row in enumerate(units)
        for rater, value in enumerate(row)
        if value is not None
    ]
    scripts, raters, points = zip(*cells, strict=True)
    return ratings_of(scripts=scripts, raters=raters, tasks=["1"] * len(cells), points=points)


def _facets(facets: dict[str, Any]) -> Ratings:
    cells = [
        (row[1], row[0], item, points)
        for row in facets["rows"]
        for item, points in zip(facets["items"], row[2:], strict=True)
        if points is not None
    ]
    scripts, raters, tasks, points = zip(*cells, strict=True)
    maxima = dict.fromkeys(facets["items"], 5)
    return ratings_of(scripts=scripts, raters=raters, tasks=tasks, points=points, maxima=maxima)


def _experts(found: Severities | Unlinked | Few) -> tuple[Any, ...]:
    return found.experts if isinstance(found, Severities) else ()


def _r(ours: dict[str, float], theirs: dict[str, float]) -> float:
    names = sorted(ours)
    pair = [ours[name] for name in names], [theirs[name] for name in names]
    return float(np.corrcoef(*pair)[0, 1])


def _against_truth(seeds: range) -> Iterator[Line]:
    """Honest experts alone, then the honest ones of municipalities with three who are not."""
    for label, clean in (("clean", True), ("others planted", False)):
        found = []
        for seed in seeds:
            readings = _drawn(seed, clean=clean)
            truth = readings.truth
            odd = {truth.drifting, truth.halo, truth.central}
            honest = {
                f"e{place:03}": float(value)
                for place, value in enumerate(truth.severity)
                if place not in odd
            }
            experts = _experts(severities(ratings_from(readings)))
            ours = {one.expert: one.points for one in experts if one.expert in honest}
            found.append(_r(ours, honest))
        yield at_least(f"severity against truth, {label}: mean r", float(np.mean(found)), 0.95)
        yield at_least(f"severity against truth, {label}: least r", min(found), 0.9)


def _habits(seeds: range) -> Iterator[Line]:
    seen, false, honest = [0, 0], 0, 0
    for seed in seeds:
        readings = _drawn(seed)
        answer = habits(ratings_from(readings))
        if not isinstance(answer, Habits):
            continue
        planted = (readings.truth.halo, readings.truth.central)
        for place, rows in enumerate((answer.halo, answer.central)):
            seen[place] += rows[planted[place] or 0].flagged
            others = [one for number, one in enumerate(rows) if number not in planted]
            false += sum(one.flagged for one in others)
            honest += len(others)
    yield at_least("halo seen", seen[0] / len(seeds), 0.85)
    yield at_least("central tendency seen", seen[1] / len(seeds), 0.85)
    yield at_most("halo and central: honest experts flagged", false / honest, 0.02)


def _answers() -> Iterator[Line]:
    """Designs that have no figure have a sentence."""
    cases: dict[str, tuple[list[tuple[str, str, int]], type]] = {
        "one expert": ([("s", "a", 1), ("t", "a", 0)], Few),
        "no doubles": ([("s", "a", 1), ("t", "b", 0)], Few),
        "one category": ([("s", "a", 1), ("s", "b", 1)], Few),
        "unlinked": (
            [("s", "a", 1), ("s", "b", 2), ("t", "c", 1), ("t", "d", 2)],
            Unlinked,
        ),
    }
    told = 0
    for cells, answer in cases.values():
        scripts, raters, points = zip(*cells, strict=True)
        given = ratings_of(scripts=scripts, raters=raters, tasks=["1"] * len(cells), points=points)
        found = severities(given)
        figures = [one for each in agreement(given, seed=1) for one in each.figures.values()]
        numbers = [one.value for one in figures if one.value is not None]
        told += isinstance(found, answer) and bool(np.isfinite(numbers).all())
    figure = "one expert, no doubles, one category, unlinked: sentences"
    yield Line(figure=figure, bar=f"= {len(cases)}", measured=str(told), met=told == len(cases))


def _speed(*, quick: bool) -> Iterator[Line]:
    sizes = ((30, 12, 10.0),) if quick else ((30, 12, 10.0), (460, 180, 120.0))
    for schools, experts, bar in sizes:
        readings = _drawn(_FIRST_SEED, schools=schools, experts=experts, clean=True)
        given = ratings_from(readings)
        seconds = _seconds(lambda given=given: _everything(given))  # type: ignore[misc]
        figure = f"{len(given.scripts)} scripts: agreement, severity, habits, s"
        yield at_most(figure, seconds, bar)


def _everything(given: Ratings) -> None:
    agreement(given, seed=1)
    severities(given)
    habits(given)


def _seconds(task: Callable[[], None]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start
