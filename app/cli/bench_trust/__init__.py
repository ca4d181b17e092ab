"""The benchmark of trust: speed of proofs, growth, a move, and kills at random moments."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from app.cli.bench_trust import growth, mixed, surroundings, workers
from app.cli.bench_trust.kills import Outcome, kill_and_look
from app.settings import Settings

EVENTS_A_SECOND, TWO_WORKERS, MOST_SECONDS, MOST_GROWTH = 20_000, 1.8, 60, 2.0
MISSING = "not measured: needs the parts of ./sverka test"


class Sizes(NamedTuple):
    """How much is measured: small sizes say whether it works at all."""

    quick: bool
    kills: int
    pages: int
    seed: int


def run(
    *, quick: bool, kills: int | None, pages: int | None, part: str | None, seed: int | None
) -> None:
    """Every figure beside what it must be.

    Args:
        quick: small sizes.
        kills: how many kills on each kind of installation; 3 when quick, else 12.
        pages: how many wait to be read while experts score; 60 when quick, else 600,
            which is more than are read in that time.
        part: one of `PARTS` alone.
        seed: of the moments of the kills.
    """
    sizes = Sizes(
        quick=quick,
        kills=kills or (3 if quick else 12),
        pages=pages or (60 if quick else 600),
        seed=seed or 0,
    )
    if part is not None and part not in PARTS:
        raise click.BadParameter(", ".join(PARTS), param_hint="--part")
    with tempfile.TemporaryDirectory(prefix="sverka-trust-") as name:
        for each in [part] if part else PARTS:
            PARTS[each](Path(name), sizes)


def _proofs(folder: Path, sizes: Sizes) -> None:
    speed = growth.events_a_second(folder, events=2_000 if sizes.quick else 40_000)
    _say("trail: events verified in a second", f"{speed:,.0f}", f"must be >= {EVENTS_A_SECOND:,}")
    _say("reference: signatures verified in a second", f"{growth.reference():,.0f}", "")


def _workers(folder: Path, sizes: Sizes) -> None:
    piles, rounds = (2, 1) if sizes.quick else (8, 3)
    found = workers.measure(folder, piles=piles, rounds=rounds)
    for place, name in ((0, "one worker"), (1, "two workers")):
        told = ", ".join(f"{speeds[place]:.1f}" for speeds in found.pages)
        _say(f"scans: pages in a second, {name}", told, "")
    _say("scans: two workers to one", f"{found.gain:.2f}", f"must be >= {TWO_WORKERS}")
    _say("reference: two cores to one, decoding alone", f"{found.bare_gain:.2f}", "")


def _growth(folder: Path, sizes: Sizes) -> None:
    # With so many works every view fills its page both times: what grows is the data alone.
    ratios = growth.requests_against_data(
        folder, works=100 if sizes.quick else 2_000, repeats=3 if sizes.quick else 7
    )
    for name, ratio in ratios:
        told = f"register, {name}: time with ten times the works"
        _say(told, f"x {ratio:.2f}", f"must be <= {MOST_GROWTH}")


def _move(folder: Path, sizes: Sizes) -> None:
    if not surroundings.are_there():
        _say("move to PostgreSQL and S3", MISSING, "")
        return
    moved = growth.move_to_servers(folder / "move", points=2_000 if sizes.quick else 200_000)
    told = f"move: {moved.points:,} points, {moved.rows:,} rows, {moved.files} files"
    _say(told, f"{moved.seconds:.0f} s", "must be equal by count and checksum: it is")


def _mixed(_folder: Path, sizes: Sizes) -> None:
    seconds = 15 if sizes.quick else 90
    if not surroundings.are_there():
        _say("200 experts while scans are read", MISSING, "")
        return
    found = mixed.score_while_reading(pages=sizes.pages, seconds=seconds)
    for kind in mixed.KINDS:
        told = f"{found.quiet[kind]:.0f}, {found.busy[kind]:.0f} ms"
        _say(f"200 experts: {kind}, p95, alone and beside reading", told, "")
    _say("200 experts: p95 beside reading to alone", f"{found.worst:.2f}", "must be <= 2.0")
    rate = f"{found.pages} in {seconds:.0f} s, of {sizes.pages}"
    _say("200 experts: pages read meanwhile", rate, "")
    _say("200 experts: requests that failed", str(len(found.errors)), "must be 0")


def _kills(folder: Path, sizes: Sizes) -> None:
    embedded = Settings(data_dir=folder / "killed")
    _tell("SQLite, folder", kill_and_look(embedded, kills=sizes.kills, seed=sizes.seed))
    name = "PostgreSQL, S3, Celery"
    if not surroundings.are_there():
        _say(name, MISSING, "")
        return
    settings = Settings(data_dir=folder / "killed-on-servers")
    with surroundings.on_servers(settings) as servers:
        _tell(name, kill_and_look(servers, kills=sizes.kills, seed=sizes.seed))


PARTS: dict[str, Callable[[Path, Sizes], None]] = {
    "proofs": _proofs,
    "workers": _workers,
    "growth": _growth,
    "move": _move,
    "mixed": _mixed,
    "kills": _kills,
}
"""What can be measured alone, in the order of the whole."""


def _tell(name: str, outcome: Outcome) -> None:
    killed = ", ".join(f"{what} {number}" for what, number in sorted(outcome.kills.items()))
    _say(f"{name}: kills", str(outcome.kills.total()), killed)
    done = (
        f"saves {outcome.saves}, sheets {outcome.sheets}, piles {outcome.piles},"
        f" comparisons {outcome.comparisons}, plans {outcome.plans}, releases {outcome.releases}"
    )
    _say(f"{name}: answered", done, "")
    longest = f"{outcome.longest_seconds:.1f} s"
    _say(f"{name}: longest wait for an answer", longest, f"must be <= {MOST_SECONDS}")
    idle = f"{outcome.longest_idle_seconds:.1f} s"
    _say(f"{name}: longest until a job was worked at", idle, f"must be <= {MOST_SECONDS}")
    _say(f"{name}: lost, doubled or broken", str(len(outcome.findings)), "must be 0")
    for finding in outcome.findings:
        click.echo(f"  {finding}")


def _say(what: str, found: str, must: str) -> None:
    click.echo(f"{what:<52}{found:>22}   {must}")
