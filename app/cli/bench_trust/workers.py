"""What a second worker brings: pages of classes' piles in a second, by one and by two."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from app import clock
from app.cli.bench_trust.piles import queue_piles
from app.cli.bench_trust.world import CLASS_IN_PILE, FEW_IN_PILE, pile_of
from app.db import Database
from app.jobs.pool import Worker
from app.models import Page
from app.schema import upgrade
from app.settings import Settings
from app.storage import open_store
from scanning import open_bundle

BOTH = (1, 2)
BARE_PAGES = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Workers:
    """Pages in a second of one worker and of two, round by round.

    Attributes:
        pages: of whole piles: read, decided, drawn.
        bare: the same of processes that do nothing but decode.
    """

    pages: tuple[tuple[float, float], ...]
    bare: tuple[tuple[float, float], ...]

    @property
    def gain(self) -> float:
        """How many times the pages of one two workers do: the middle round."""
        return median(two / one for one, two in self.pages)

    @property
    def bare_gain(self) -> float:
        """What two cores of this machine bring to one at all."""
        return median(two / one for one, two in self.bare)


def measure(folder: Path, *, piles: int, rounds: int) -> Workers:
    """Let one worker and then two work off so many piles, so many times.

    The two are measured in turns, and decoding alone in between: the cores of a shared machine are
    not as fast in one minute as in the next.
    """
    pages, bare = [], []
    for number in range(rounds):
        one, two = (_pages_a_second(folder / f"{number}-{n}", crew=n, piles=piles) for n in BOTH)
        pages.append((one, two))
        one, two = (_together(_decode, pile_of(0), crew=n) for n in BOTH)
        bare.append((1 / one, 2 / two))
    return Workers(pages=tuple(pages), bare=tuple(bare))


def _pages_a_second(folder: Path, *, crew: int, piles: int) -> float:
    settings = Settings(data_dir=folder)
    settings.data_dir.mkdir(parents=True)
    database, store = Database(settings.database), open_store(settings)
    upgrade(database)
    queue_piles(database, store, piles=piles)
    database.dispose()
    spent = _together(_work, (settings,), crew=crew)
    with database.reading() as session:
        pages = session.scalar(select(func.count(Page.id))) or 0
    database.dispose()
    if pages != piles * CLASS_IN_PILE:
        raise RuntimeError(f"{pages} pages were read, of {piles * CLASS_IN_PILE}")
    return pages / spent


def _together(task: Callable[..., None], given: tuple[object, ...], *, crew: int) -> float:
    """Seconds from the moment that all are ready until all have done their task.

    Each has a core of its own, where there are so many: a worker and the child that decodes for it
    share one, or one worker would have more than one.
    """
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(crew + 1)
    cores = sorted(os.sched_getaffinity(0))
    processes = [
        context.Process(target=_begin, args=(task, given, ready, cores[place % len(cores)]))
        for place in range(crew)
    ]
    for each in processes:
        each.start()
    ready.wait()
    start = time.perf_counter()
    for each in processes:
        each.join()
    return time.perf_counter() - start


def _begin(task: Callable[..., None], given: tuple[object, ...], ready: Barrier, core: int) -> None:
    os.sched_setaffinity(0, {core})
    ready.wait()
    task(*given)


def _work(settings: Settings) -> None:
    Worker(settings=settings, now=clock.now).run_all()


def _decode(name: str, content: bytes) -> None:
    for _ in range(BARE_PAGES // FEW_IN_PILE):
        for _page in open_bundle(content, name=name):
            continue
