"""`sverka sweeper`: beside the workers of an installation that has a broker."""

from __future__ import annotations

import click

from app import clock
from app.cli.pool import Ending
from app.jobs.sweeper import run_sweeper
from app.logs import set_up_logs
from app.settings import Settings


@click.command(help="Снова послать номера заданий, которых никто не держит; там, где есть брокер.")
def sweeper() -> None:
    """Send again the ids of jobs that nobody holds; beside the workers where there is a broker."""
    set_up_logs()
    run_sweeper(Settings(), now=clock.now, until=Ending())
