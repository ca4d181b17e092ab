"""Celery as the engine: a worker that is nudged by ids."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.courier.messenger import TASK, make_celery
from app.db import Database
from app.jobs.orphans import parent_is_gone
from app.jobs.pool import Worker
from app.settings import Settings


def run_engine(settings: Settings, *, now: Callable[[], datetime], parent: int) -> None:
    """Do the jobs whose ids come, one at a time, until stopped or left alone."""
    app = make_celery(settings.broker_url)
    worker, database = Worker(settings=settings, now=now), Database(settings.database)

    def do(job_id: str) -> None:
        worker.do_one(database, UUID(job_id))

    app.task(do, name=TASK)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    app.Worker(
        pool="solo",
        concurrency=1,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    ).start()


def _end_with(parent: int) -> None:
    while not parent_is_gone(parent):
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
