"""The benchmark of scoring: a real browser, a real server, faults put in, and many at once."""

from __future__ import annotations

from collections.abc import Callable

import click

from app.cli.bench_scoring import crowd, speed
from app.cli.bench_scoring import faults as faulty
from app.cli.bench_scoring.postgres import own_postgres
from app.cli.bench_scoring.screen import LATENCY_MS, chromium
from app.cli.bench_scoring.serving import site
from app.cli.bench_scoring.world import Size

FEW_FAULTS = 42
# More would be fetched faster than a person looks at pictures, and be refused as such.
MOST_WORKS = 8
THINK_SECONDS = 20
NONE = "must be 0"
MOST_TOLD = 5
PARTS = ("speed", "at-once", "load", "faults")
MOST_MS = {"next": 300, "image": 300, "save": 200}


def run(*, quick: bool, faults: int | None = None, part: str | None = None) -> None:
    """Measure everything, or one part, and print a line a figure.

    Args:
        quick: few works and single runs.
        faults: how many faults to put into scripted scoring.
        part: a key of `PARTS`.
    """
    count = faults or (len(faulty.KINDS) if quick else FEW_FAULTS)
    measures: dict[str, Callable[[], None]] = {
        "speed": lambda: _speed(works=4 if quick else MOST_WORKS, sittings=1 if quick else 3),
        "at-once": _at_once,
        "load": lambda: _load(seconds=20 if quick else 90),
        "faults": lambda: _faults(count),
    }
    for name in PARTS:
        if part in (None, name):
            measures[name]()


def _at_once() -> None:
    with site(Size(experts=50, works=40, readings=2)) as served:
        found = crowd.ask_at_once(served)
    _say("50 experts at once, 40 works: given otherwise than planned", f"{found.wrong}", NONE)
    took = f"{found.unanswered} in {found.seconds:.1f} s"
    _say("requests without an answer", took, NONE)


def _load(*, seconds: float) -> None:
    with own_postgres() as url, site(Size(experts=200, works=2000), database_url=url) as served:
        before = served.served.processor_seconds()
        load = crowd.score_together(served, think_seconds=THINK_SECONDS, seconds=seconds, seed=1)
        worked = served.served.processor_seconds() - before
    rate = f"{load.requests / load.seconds:.0f} requests/s"
    _say(f"200 experts, thinking {THINK_SECONDS} s, PostgreSQL", rate, "")
    _say("processor time of the web a request", f"{worked / load.requests * 1000:.1f} ms", "")
    for what, must in MOST_MS.items():
        _say(f"{what}, p95", f"{load.p95(what):.0f} ms", f"must be < {must}")
    _say("requests that failed", f"{len(load.errors)}", NONE)
    for error in sorted(set(load.errors))[:MOST_TOLD]:
        _say(f"  {error}", f"{load.errors.count(error)}", "")


def _faults(count: int) -> None:
    with chromium() as browser, site(faulty.size_for(count)) as served:
        done = faulty.put_in(browser, served, faults=count, seed=1)
    kinds = ", ".join(f"{name} {times}" for name, times in sorted(done.faults.items()))
    _say(f"faults put in, over {done.saves} saves", f"{sum(done.faults.values())}", kinds)
    _say("points lost", f"{done.lost}", NONE)
    _say("points doubled", f"{done.doubled}", NONE)
    _say("points shown as saved and not saved", f"{done.shown_not_saved}", NONE)
    _say("works shown as handed in and not handed in", f"{done.not_handed_in}", NONE)
    _say("screens that came to no rest by themselves", f"{len(done.stuck)}", NONE)
    for state in done.stuck[:MOST_TOLD]:
        click.echo(f"  {state}")


def _speed(*, works: int, sittings: int) -> None:
    size = Size(experts=2 * sittings + 1, works=(2 * sittings + 1) * (2 * works + 4))
    with chromium() as browser, site(size) as served:
        for name, first in (("local", 0), ("2 Mbit/s", sittings)):
            slow = first > 0
            took = speed.joined(
                speed.measure_sitting(browser, served, works=works, slow=slow, seat=first + place)
                for place in range(sittings)
            )
            _next(f"next work painted, {name}", took.looked_at)
            _next(f"handed in, next work painted, {name}", took.handed_in)
            _say(f"key to echo, p95, {name}", f"{took.echoes.p95:.0f} ms", "must be <= 30")
            _say(f"keys for a work of 15 criteria, {name}", f"{took.keys}", "must be <= 18")
        cold = speed.measure_cold(browser, served, repeats=max(2, works // 2), seat=2 * sittings)
        line = f"first work, cold, 2 Mbit/s and {LATENCY_MS} ms, median"
        _say(line, f"{cold.median:.0f} ms", "must be <= 1500")


def _next(figure: str, took: speed.Times) -> None:
    shown = f"{took.median:.0f}, {took.p95:.0f} ms"
    _say(f"{figure}, median, p95", shown, "must be <= 50, <= 100")


def _say(figure: str, value: str, must: str) -> None:
    click.echo(f"{figure:<58}{value:>18}   {must}")
