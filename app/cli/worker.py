"""`sverka worker`: background work in processes of its own, one or several."""

from __future__ import annotations

import importlib
import os

import click

from app import clock
from app.cli.installation import check_schema
from app.cli.pool import Ending, Part, Pool, Shift, told_to_end
from app.jobs.pool import Worker
from app.logs import set_up_logs
from app.settings import Settings

# What the installation writes, scans and hashes of passwords among it, is for its user alone.
OWN_FILES_ONLY = 0o077
WORKER, SWEEPER = "sverka-worker", "sverka-sweeper"
# Celery is slow to import, and an installation without a broker needs none of it.
WITH_A_BROKER = ("app.jobs.engine", "app.jobs.sweeper")


@click.command(help="Выполнять фоновые задания, пока не остановят.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    help="Сколько обработчиков; умерший запускается снова.",
)
def worker(processes: int) -> None:
    """Do background work until stopped."""
    set_up_logs()
    os.umask(OWN_FILES_ONLY)
    settings = Settings()
    check_schema(settings)
    Pool(settings, background(settings, processes)).run(until=Ending())


def background(settings: Settings, processes: int) -> list[Part]:
    """The parts that do an installation's background work on this machine, imported."""
    parts = [Part(name=WORKER, work=do_jobs)] * processes
    if settings.broker_url and processes:
        for module in WITH_A_BROKER:
            importlib.import_module(module)
        parts.append(Part(name=SWEEPER, work=sweep))
    return parts


def do_jobs(settings: Settings, shift: Shift) -> None:
    """Be a worker, by a broker's messages or by looking at the table."""
    ending = told_to_end(shift)
    made = Worker(settings=settings, now=clock.now, holder=shift.holder, dead=shift.dead)
    if settings.broker_url:
        from app.jobs.engine import run_engine  # noqa: PLC0415 - see WITH_A_BROKER

        run_engine(made, parent=shift.parent)
    else:
        made.run(until=ending)


def sweep(settings: Settings, shift: Shift) -> None:
    """Be the sweeper beside the workers of an installation that has a broker."""
    from app.jobs.sweeper import run_sweeper  # noqa: PLC0415 - see WITH_A_BROKER

    run_sweeper(settings, now=clock.now, until=told_to_end(shift))
