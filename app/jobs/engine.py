"""Celery as the engine: a worker that is nudged by ids."""

from __future__ import annotations

import os
import signal
import threading
import time
from uuid import UUID

from app.courier.messenger import TASK, make_celery
from app.db import Database
from app.jobs.pool import Worker
from app.jobs.processes import parent_is_gone


def run_engine(worker: Worker, *, parent: int) -> None:
    """Do the jobs whose ids come, one at a time, until stopped or left alone."""
    app = make_celery(worker.settings.broker_url)
    database = Database(worker.settings.database)
    worker.bury(database, until=lambda: parent_is_gone(parent))

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
