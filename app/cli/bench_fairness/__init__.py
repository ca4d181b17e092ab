"""The fairness benchmark: every figure beside its bar, on seeds that nothing was developed on."""

from __future__ import annotations

import importlib

import click

PARTS = {
    "schools": "app.cli.bench_fairness.schools:run",
    "live": "app.cli.bench_fairness.live:run",
    "works": "app.cli.bench_fairness.works:run",
    "experts": "app.cli.bench_fairness.experts:lines",
    "overlap": "app.cli.bench_fairness.overlap:lines",
}
"""Name -> the function `(*, quick) -> lines` that measures a part."""


def run(*, quick: bool) -> None:
    """Measure every part and print a line a figure: figure, bar, measured, met."""
    click.echo(f"{'figure':<62}{'bar':>16}{'measured':>22}  met")
    for target in PARTS.values():
        module, function = target.split(":")
        for line in getattr(importlib.import_module(module), function)(quick=quick):
            click.echo(str(line))
