"""`sverka bench`: figures of speed and exactness, measured in one run, as ratios."""

from __future__ import annotations

import importlib
import time

import click
import numpy as np

BENCHMARKS = {
    "assignment": "app.cli.bench_assignment:run",
    "fairness": "app.cli.bench_fairness:run",
    "rechecks": "app.cli.bench_rechecks:run",
}
"""Name -> the function that runs the benchmark and prints its lines."""


@click.command()
@click.argument("name", type=click.Choice(sorted(BENCHMARKS)), required=False)
@click.option("--quick", is_flag=True, help="Small sizes and single runs: does it work at all?")
def bench(name: str | None, *, quick: bool) -> None:
    """Measure one benchmark, or all; every figure stands beside what it must be."""
    click.echo(f"reference: sorting 5 million numbers {_reference():.2f} s")
    for each in [name] if name else sorted(BENCHMARKS):
        module, function = BENCHMARKS[each].split(":")
        getattr(importlib.import_module(module), function)(quick=quick)


def _reference() -> float:
    """Seconds of a task that tells how fast and how busy this machine is."""
    numbers = np.random.default_rng(0).random(5_000_000)
    start = time.perf_counter()
    np.sort(numbers)
    return time.perf_counter() - start
