"""`sverka sweeper`: beside the workers of an installation that has a broker."""

from __future__ import annotations

import click

from app import clock
from app.cli.pool import prepare
from app.jobs.orphans import parent_is_gone
from app.jobs.sweeper import run_sweeper


@click.command()
def sweeper() -> None:
    """Send again the ids of jobs that nobody holds; beside the workers where there is a broker."""
    settings, parent, ending = prepare()
    run_sweeper(settings, now=clock.now, until=lambda: ending.is_set() or parent_is_gone(parent))
