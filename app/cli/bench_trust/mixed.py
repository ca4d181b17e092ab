"""Two hundred experts score while scans are read in on the same processors: how much they wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.cli.bench_scoring import crowd
from app.cli.bench_scoring.postgres import own_postgres
from app.cli.bench_scoring.serving import LONGEST_START_SECONDS, Site, site
from app.cli.bench_scoring.world import Size
from app.cli.bench_trust.piles import queue_piles
from app.cli.bench_trust.world import CLASS_IN_PILE
from app.models import Page
from app.settings import Settings
from app.storage import open_store

EXPERTS, WORKS_EACH, THINK_SECONDS = 200, 10, 20
READERS = 2
# What an expert waits for: the next work, its picture, the answer to a save.
KINDS = ("next", "image", "save")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixed:
    """What experts waited for, in milliseconds (95th percentile), alone and beside the reading."""

    quiet: dict[str, float]
    busy: dict[str, float]
    errors: list[str]
    pages: int

    @property
    def worst(self) -> float:
        """The largest ratio of busy to quiet."""
        return max(self.busy[kind] / self.quiet[kind] for kind in KINDS)


def score_while_reading(*, pages: int, seconds: float) -> Mixed:
    """Score for a while, then as long again while so many pages wait to be read.

    Args:
        pages: more than are read in that time, so that the reading does not end before.
        seconds: of each of the two.
    """
    size = Size(experts=EXPERTS, works=EXPERTS * WORKS_EACH)
    with own_postgres() as url, site(size, database_url=url) as served:
        settings = served.served.settings
        queue_piles(served.database, open_store(settings), piles=pages // CLASS_IN_PILE)
        half = WORKS_EACH // 2
        quiet = _score(served, slice(half), seconds=seconds)
        with _readers(settings):
            before = _first_read(served)
            busy = _score(served, slice(half, None), seconds=seconds)
            read = _count_pages(served) - before
    return Mixed(
        quiet={kind: quiet.p95(kind) for kind in KINDS},
        busy={kind: busy.p95(kind) for kind in KINDS},
        errors=quiet.errors + busy.errors,
        pages=read,
    )


def _score(served: Site, works: slice, *, seconds: float) -> crowd.Load:
    seats = tuple(replace(seat, works=seat.works[works]) for seat in served.seats)
    part = replace(served, seats=seats)
    return crowd.score_together(part, think_seconds=THINK_SECONDS, seconds=seconds, seed=1)


def _first_read(served: Site) -> int:
    """Wait until the reading has begun; how many pages there are then."""
    before, end = _count_pages(served), time.monotonic() + LONGEST_START_SECONDS
    while (found := _count_pages(served)) == before:
        if time.monotonic() > end:
            raise RuntimeError("nothing is read: see readers.log")
        time.sleep(0.2)
    return found


def _count_pages(served: Site) -> int:
    with served.database.reading() as session:
        return session.scalar(select(func.count(Page.id))) or 0


@contextmanager
def _readers(settings: Settings) -> Iterator[None]:
    """The workers of the installation, until the block ends."""
    given = {
        "SVERKA_DATA_DIR": str(settings.data_dir),
        "SVERKA_DATABASE_URL": settings.database_url,
    }
    with (settings.data_dir / "readers.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "worker", "--processes", str(READERS)],
            env=os.environ | given,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
