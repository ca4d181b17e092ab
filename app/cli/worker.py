"""`sverka worker`: background work in processes of its own, one or several."""

from __future__ import annotations

import click

from app import clock
from app.cli.pool import Pool, prepare, workers_of
from app.jobs.engine import run_engine
from app.jobs.orphans import parent_is_gone
from app.jobs.pool import Worker


@click.command()
@click.option("--processes", type=click.IntRange(min=1), help="So many, and restart what dies.")
def worker(processes: int | None) -> None:
    """Do background work until stopped."""
    settings, parent, ending = prepare()
    if processes is not None:
        Pool(workers_of(settings, processes)).run(until=ending.is_set)
    elif settings.broker_url:
        run_engine(settings, now=clock.now, parent=parent)
    else:
        Worker(settings=settings, now=clock.now).run(
            until=lambda: ending.is_set() or parent_is_gone(parent)
        )
