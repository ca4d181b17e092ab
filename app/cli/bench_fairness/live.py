"""Drifting experts on their live charts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.cli.bench_fairness.line import Line, at_least, at_most
from app.cli.bench_fairness.made_up import FIRST_SEED, controls_of, made, over_seeds, share
from scoring.fairness.control import Chart, Control, Kind, baselines, step
from scoring.fairness.control_charts import control_charts
from scoring.fairness.sentence import Few
from scoring.fairness.simulated_experts import DRIFT_AT
from scoring.fairness.simulated_pupils import Recipe

SEEDS, QUICK_SEEDS = 80, 8
_POINTS = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stops:
    after: float | None
    false: int
    others: int


def run(*, quick: bool) -> list[Line]:
    """Every line about drift, and the time of one point."""
    count = QUICK_SEEDS if quick else SEEDS
    lines = []
    for drift, power in (("sudden", 0.85), ("slow", 0.6)):
        found = over_seeds(partial(one, drift, at_once=True), count)
        lines += [
            at_least(
                f"{drift} drift stopped", share([each.after is not None for each in found]), power
            ),
            at_most("  others stopped", _false(found), 0.03),
        ]
        if drift == "sudden":
            lines.append(at_most("  median scripts until then", _median(found), 30))
    late = over_seeds(partial(one, "sudden", at_once=False), count)
    lines.append(at_least("sudden drift, doubles known at the second reading", _stopped(late), 0.0))
    return [*lines, at_most("a point on a chart, milliseconds", _milliseconds(), 5)]


def one(drift: str, seed: int, *, at_once: bool) -> _Stops:
    """Where the drifting expert and where the others were stopped."""
    pupils, readings = made(Recipe(drift=drift), seed)
    drifting = readings.truth.drifting
    begins = DRIFT_AT * readings.queue[drifting] if drifting is not None else 0.0
    after, false = None, 0
    charts = control_charts(controls_of(pupils, readings, at_once=at_once))
    for name, chart in charts:
        if isinstance(chart, Few) or chart.stopped_at is None:
            continue
        if name == f"e{drifting}" and chart.stopped_at >= begins:
            after = chart.stopped_at - float(begins)
        else:
            false += 1
    return _Stops(after=after, false=false, others=len(charts) - 1)


def _stopped(found: list[_Stops]) -> float:
    return share([each.after is not None for each in found])


def _false(found: list[_Stops]) -> float:
    return sum(each.false for each in found) / sum(each.others for each in found)


def _median(found: list[_Stops]) -> float:
    return float(np.median([each.after for each in found if each.after is not None]))


def _milliseconds() -> float:
    pupils, readings = made(Recipe(), FIRST_SEED)
    controls = controls_of(pupils, readings)
    chart = Chart(baseline=next(iter(baselines(controls).values())))
    live: list[Control] = [each for each in controls if each.kind is not Kind.QUALIFICATION]
    start = time.perf_counter()
    for at in range(_POINTS):
        chart = step(chart, live[at % len(live)])
    return (time.perf_counter() - start) * 1000 / _POINTS
