"""`sverka bench`: figures of speed and exactness, measured in one run, as ratios."""

from __future__ import annotations

import importlib
import inspect
import logging
import time
from pathlib import Path

import click
import numpy as np

from app.logs import set_up_logs

BENCHMARKS = {
    "assignment": "app.cli.bench_assignment:run",
    "desk": "app.cli.bench_desk:run",
    "fairness": "app.cli.bench_fairness:run",
    "rechecks": "app.cli.bench_rechecks:run",
    "scanning": "app.cli.bench_scanning:run",
    "scoring": "app.cli.bench_scoring:run",
    "trust": "app.cli.bench_trust:run",
}
"""Name -> the function that runs the benchmark and prints its lines."""


@click.command(help="Измерить одно или всё; рядом с каждым числом стоит, каким оно должно быть.")
@click.argument("name", metavar="[ЧТО]", type=click.Choice(sorted(BENCHMARKS)), required=False)
@click.option("--quick", is_flag=True, help="Малые размеры, по одному разу: работает ли вообще.")
@click.option(
    "--pages",
    type=click.IntRange(min=1),
    help="scanning: страниц классов по жребию; trust: страниц, что ждут, пока идёт проверка.",
)
@click.option(
    "--kills",
    type=click.IntRange(min=1),
    help="trust: сколько раз убить процессы на каждой установке.",
)
@click.option("--faults", type=click.IntRange(min=0), help="scoring: сколько сбоев за один сеанс.")
@click.option("--part", help="scoring, trust: только одна часть; неверное имя покажет все.")
@click.option("--seed", type=click.IntRange(min=0), help="scanning: начало жребия.")
@click.option(
    "--samples",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="scanning: .tar.gz с изображениями штрихкодов и их текстами рядом.",
)
def bench(
    name: str | None,
    *,
    quick: bool,
    pages: int | None,
    kills: int | None,
    faults: int | None,
    part: str | None,
    seed: int | None,
    samples: Path | None,
) -> None:
    """Measure one benchmark, or all; every figure stands beside what it must be."""
    set_up_logs(level=logging.WARNING)
    given = {
        "quick": quick,
        "pages": pages,
        "kills": kills,
        "faults": faults,
        "part": part,
        "seed": seed,
        "samples": samples,
    }
    click.echo(f"reference: sorting 5 million numbers {_reference():.2f} s")
    for each in [name] if name else sorted(BENCHMARKS):
        module, function = BENCHMARKS[each].split(":")
        measure = getattr(importlib.import_module(module), function)
        wanted = inspect.signature(measure).parameters
        measure(**{option: value for option, value in given.items() if option in wanted})


def _reference() -> float:
    """Seconds of a task that tells how fast and how busy this machine is."""
    numbers = np.random.default_rng(0).random(5_000_000)
    start = time.perf_counter()
    np.sort(numbers)
    return time.perf_counter() - start
