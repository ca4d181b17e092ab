"""`sverka stats control`: a chart of every expert, and what to read again (A1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.stats.controls_table import read_controls
from app.cli.stats.report import CSV_FILE, print_json
from scoring.fairness.control import SLACK, STOP, WARN, Chart
from scoring.fairness.control_charts import VERSION, ExpertChart, control_charts
from scoring.fairness.sentence import Few


@click.command(
    help="Карты по CONTROLS.csv (expert, kind, points, reference[, place, other]), по порядку."
)
@click.argument("controls_csv", metavar="CONTROLS.csv", type=CSV_FILE)
def control(controls_csv: Path) -> None:
    """Charts from CONTROLS.csv (expert, kind, points, reference[, place, other]), in its order."""
    found = control_charts(read_controls(controls_csv))
    print_json(
        {
            "format": "sverka-control/1",
            "version": VERSION,
            "parameters": {"slack": SLACK, "warn": WARN, "stop": STOP},
            "experts": [_expert(name, one) for name, one in found],
        }
    )


def _expert(name: str, one: ExpertChart | Few) -> dict[str, Any]:
    if isinstance(one, Few):
        return {"expert": name, "enough": one.why, "signal": "few", "course": []}
    last = one.course[-1] if one.course else None
    return {
        "expert": name,
        "enough": None,
        "signal": "few" if last is None else last.signal,
        "stopped_at": one.stopped_at,
        "read_again_after": one.read_again_after,
        "told": one.told,
        "baseline": None if last is None else last.baseline,
        "course": [_point(chart) for chart in one.course],
    }


def _point(chart: Chart) -> dict[str, Any]:
    return {
        "place": chart.place,
        "deviation": chart.last_deviation,
        "z": chart.last_z,
        "upper": chart.upper,
        "lower": chart.lower,
        "ratio": chart.ratio,
        "signal": chart.signal,
    }
