"""The sweeper: sends again the ids of jobs that nobody holds, and writes the jobs of the day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from kombu.exceptions import KombuError
from sqlalchemy.exc import OperationalError

from app import queue
from app.courier.messenger import Messenger
from app.db import Database
from app.jobs.periodic import DailyRound
from app.settings import Settings

SWEEP_SECONDS = 10.0
# The broker is kept from running dry, not filled: what is beyond is sent in a later round.
MOST_SENT = 100
log = structlog.get_logger()


def run_sweeper(
    settings: Settings, *, now: Callable[[], datetime], until: Callable[[], bool]
) -> None:
    """Send what nobody holds, and write the jobs of the day, until told to stop."""
    database, messenger = Database(settings.database), Messenger(settings.broker_url)
    daily = DailyRound()
    while not until():
        try:
            daily.write(database, at=now())
            sweep(database, messenger, at=now())
        except OperationalError:
            log.warning("database_away")
        except (KombuError, OSError) as error:
            log.warning("broker_away", error=str(error))
        time.sleep(SWEEP_SECONDS)
    database.dispose()


def sweep(database: Database, messenger: Messenger, *, at: datetime) -> int:
    """Send the ids of jobs that nobody holds, unless enough are on the way; how many were sent."""
    if messenger.waiting() >= MOST_SENT:
        return 0
    with database.reading() as session:
        free = queue.list_free(session, at=at, limit=MOST_SENT)
    return len(free) if messenger.send(free) else 0
