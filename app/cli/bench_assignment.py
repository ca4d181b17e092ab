"""The assignment benchmark: raw flow, scale, drop-outs, routes, and the command itself."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import numpy as np

from app.cli.bench_instances import SIZES, instance_json, make_instance, school_problem
from app.cli.bench_raw import raw_plan
from app.cli.bench_small import check_small
from assignment import route_schools
from assignment.arrays import Instance
from assignment.rotation import rotate
from assignment.strategy import solve_arrays

_RUNS = 5
_SEED = 1


def run(*, quick: bool) -> None:
    """Measure everything and print a line a figure."""
    runs = 1 if quick else _RUNS
    _small(200 if quick else 2_000)
    _against_raw("AB" if quick else "ABC", runs)
    _scale("C" if quick else "E", runs)
    _drop_outs("B" if quick else "C", runs)
    _routes(runs)
    _command("B" if quick else "C", runs)


def _say(figure: str, value: str, must: str) -> None:
    click.echo(f"{figure:<52}{value:>22}   {must}")


def _median(task: Callable[[], object], runs: int) -> float:
    """Median processor seconds of a task, which a busy machine does not stretch."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return statistics.median(times)


def _by_turns(
    one: Callable[[], object], other: Callable[[], object], runs: int
) -> tuple[float, float]:
    """Median processor seconds of two tasks that take turns, so that both meet the same machine."""
    times = [(_median(one, 1), _median(other, 1)) for _ in range(runs)]
    return statistics.median(t for t, _ in times), statistics.median(t for _, t in times)


def _ours(instance: Instance) -> np.ndarray:
    return solve_arrays(instance).draft.table(_SEED)


def _small(count: int) -> None:
    faults = check_small(count)
    wrong = f"{faults.infeasible} / {faults.violations} / {faults.missed}"
    _say(f"{faults.tried} small: infeasible / violations / missed", wrong, "must be 0")
    _say("certificates that prove another shortage", str(faults.certificates), "must be 0")


def _against_raw(names: str, runs: int) -> None:
    for name, must in zip(names, (3, 10, 80), strict=False):
        instance = make_instance(SIZES[name], k=1, seed=_SEED)
        ours, raw = _by_turns(partial(_ours, instance), partial(raw_plan, instance), runs)
        figure = f"{name}: raw {raw:.3f} s / ours {ours:.4f} s"
        _say(figure, f"{raw / ours:.1f}", f"must be >= {must}")
        _same_fairness(instance)
    name = names[-1]
    ours_mb, raw_mb = _memory(name, 1, _ours), _memory(name, 1, raw_plan)
    _say(
        f"{name}: memory raw {raw_mb:.0f} MB / ours {ours_mb:.1f} MB",
        f"{raw_mb / max(ours_mb, 0.1):.0f}",
        "must be >= 50 at C",
    )


def _same_fairness(instance: Instance) -> None:
    worth = [
        (np.bincount(plan, minlength=len(instance.home)) ** 2 / instance.capacity).sum()
        for plan in (raw_plan(instance), _ours(instance)[:, 0])
    ]
    if not np.isclose(*worth):
        click.echo(f"the raw flow's fairness differs: {worth}")


def _scale(large: str, runs: int) -> None:
    small = {k: _solving("C", k, runs) for k in (1, 2)}
    big = {k: _solving(large, k, runs) for k in (1, 2)}
    sheet = _csv_seconds(SIZES[large].scripts, runs)
    _say(
        f"C: k=2 {small[2]:.4f} s / k=1 {small[1]:.4f} s",
        f"{small[2] / small[1]:.2f}",
        "must be <= 1.5",
    )
    _say(
        f"{large}: k=1 {big[1]:.2f} s / CSV {sheet:.2f} s",
        f"{big[1] / sheet:.2f}",
        "must be <= 1.0",
    )
    _say(
        f"{large}: k=2 {big[2]:.2f} s / CSV {sheet:.2f} s", f"{big[2] / sheet:.2f}", "must be <= 3"
    )
    _say(f"growth from C to {large}, k=1", f"{big[1] / small[1]:.1f}", "must be <= 75")
    for k in (1, 2):
        _say(f"{large}: memory, k={k}", f"{_memory(large, k, _ours):.0f} MB", "must be <= 300 MB")


def _solving(name: str, k: int, runs: int) -> float:
    instance = make_instance(SIZES[name], k=k, seed=_SEED)
    return _median(lambda: _ours(instance), runs)


def _csv_seconds(scripts: int, runs: int) -> float:
    """Seconds to read the scripts' rows and to write the plan's, as CSV in memory."""
    rows = [(f"{place:07}", place % 4000, place % 3, 1) for place in range(scripts)]
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    text = sheet.getvalue()

    def both() -> None:
        read = [(code, int(a), int(b), int(k)) for code, a, b, k in csv.reader(io.StringIO(text))]
        csv.writer(io.StringIO()).writerows((code, exam) for code, _, exam, _ in read)

    return _median(both, runs)


def _memory(name: str, k: int, task: Callable[[Instance], object]) -> float:
    """Megabytes a task needs at its peak beyond the loaded instance, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (name, k, task))


def _peak(name: str, k: int, task: Callable[[Instance], object]) -> float:
    instance = make_instance(SIZES[name], k=k, seed=_SEED)
    _ours(make_instance(SIZES["A"], k=1, seed=_SEED))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    task(instance)
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    """A size from Linux's own account of this process, in kilobytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(field)))


def _drop_outs(name: str, runs: int) -> None:
    instance = make_instance(SIZES[name], k=1, seed=_SEED)
    plan = _ours(instance)
    own = _median(lambda: _ours(instance), runs)
    more, slowest = 0, 0.0
    for count in (1, 2, 5, 10, 20):
        gone = np.random.default_rng(count).permutation(len(instance.home))[:count]
        later = _without(instance, plan, gone)
        slowest = max(slowest, _median(partial(_ours, later), runs))
        moved = int((_ours(later) != plan).any(axis=1).sum())
        more += moved - int(np.isin(plan, gone).any(axis=1).sum())
    _say(f"{name}: 1 to 20 drop out, moves above the bound", str(more), "must be 0")
    _say(
        f"{name}: solved anew {slowest:.3f} s / own {own:.4f} s",
        f"{slowest / own:.1f}",
        "must be <= 10",
    )


def _without(instance: Instance, plan: np.ndarray, gone: np.ndarray) -> Instance:
    qualified = instance.qualified.copy()
    qualified[:, gone] = False
    planned = np.ones(len(plan), dtype=bool)
    return replace(instance, qualified=qualified, previous=plan, planned=planned)


def _routes(runs: int) -> None:
    rng = np.random.default_rng(_SEED)
    volumes = rng.integers(11, 171, 40_000)
    turn = rotate(volumes)
    seconds = _median(lambda: rotate(volumes), runs)
    _say("rotation of 40,000 schools: self / mutual", f"{turn.selves} / {turn.mutual}", "must be 0")
    _say("the same, seconds", f"{seconds:.2f}", "must be <= 1")
    problem = school_problem(60)
    routes = route_schools(problem, seed=_SEED)
    seconds = _median(lambda: route_schools(problem, seed=_SEED), runs)
    selves = sum(route.origin == route.receiver for route in routes.routes)
    wrong = f"{selves} / {len(routes.mutual_pairs)} / {len(routes.unrouted)}"
    _say("60 schools whole: self / mutual / unrouted", wrong, "must be 0")
    _say("the same, seconds", f"{seconds:.2f}", "must be <= 2")


def _command(name: str, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "instance.json"), Path(folder, "plan.json")
        source.write_text(json.dumps(instance_json(SIZES[name], seed=_SEED)), encoding="utf-8")
        command = (sys.executable, "-m", "app.cli", "plan", str(source), "-o", str(target))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(runs):
            subprocess.run(command, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / runs
    _say(f"{name}: plan from file to file, seconds", f"{seconds:.2f}", "must be <= 1.5")
