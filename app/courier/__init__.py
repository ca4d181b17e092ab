"""Carrying jobs' ids to workers on other machines.

The job is its row; a message is only a nudge. One that is lost is sent again by the sweeper, one
that comes twice finds the job held.
"""

from __future__ import annotations

from app.db import Database


def announce_jobs(database: Database, broker_url: str) -> None:
    """Tie a database to the broker, where the installation has one."""
    if not broker_url:
        return
    # Celery is slow to import, and an installation without a broker needs none of it.
    from app.courier.messenger import Messenger  # noqa: PLC0415

    Messenger(broker_url).announce(database)
