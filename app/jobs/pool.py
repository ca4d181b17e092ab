"""A worker: takes leases from the table and does each job in a child process of its own.

A job that crashes, runs out of memory or hangs takes its child along and nothing else; the parent
keeps the lease alive while the child lives and gives the job back when it dies.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing.process import BaseProcess

import structlog

from app import queue
from app.db import Database
from app.jobs.handlers import HANDLERS
from app.jobs.periodic import write_daily_jobs
from app.jobs.task import Task
from app.settings import Settings
from app.storage import open_store

IDLE_SECONDS = 0.5
HEARTBEAT_SECONDS = 5.0
LONGEST_JOB = timedelta(hours=1)
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """One worker process of an installation."""

    settings: Settings
    now: Callable[[], datetime]

    def run(self, *, until: Callable[[], bool]) -> None:
        """Take and do jobs until told to stop."""
        database = Database(self.settings.database)
        planned_on: date | None = None
        while not until():
            if planned_on != self.now().date():
                planned_on = self.now().date()
                write_daily_jobs(database, at=self.now())
            lease = self._take(database)
            if lease is None:
                time.sleep(IDLE_SECONDS)
            else:
                self._do(database, lease)
        database.dispose()

    def run_all(self) -> None:
        """Do jobs until none waits; for the demo and for tests."""
        database = Database(self.settings.database)
        while (lease := self._take(database)) is not None:
            self._do(database, lease)
        database.dispose()

    def _take(self, database: Database) -> queue.Lease | None:
        with database.transaction() as session:
            return queue.take(session, at=self.now())

    def _do(self, database: Database, lease: queue.Lease) -> None:
        database.dispose()
        child = multiprocessing.get_context("fork").Process(
            target=_do_in_child, args=(self.settings, lease, self.now)
        )
        child.start()
        self._watch(database, lease, child)
        if child.exitcode == 0:
            return
        log.error("job_failed", job=str(lease.job_id), kind=lease.kind, exit_code=child.exitcode)
        with database.transaction() as session:
            queue.fail(
                session,
                lease,
                at=self.now(),
                message="обработчик остановился (код %(code)s)",
                params={"code": child.exitcode},
                final=False,
            )

    def _watch(self, database: Database, lease: queue.Lease, child: BaseProcess) -> None:
        started = self.now()
        while child.is_alive():
            child.join(HEARTBEAT_SECONDS)
            if not child.is_alive():
                return
            with database.transaction() as session:
                held = queue.keep(session, lease, at=self.now())
            if not held or self.now() - started > LONGEST_JOB:
                child.kill()
                child.join()


def _do_in_child(settings: Settings, lease: queue.Lease, now: Callable[[], datetime]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    task = Task(
        lease=lease,
        settings=settings,
        database=Database(settings.database),
        store=open_store(settings),
        now=now,
    )
    HANDLERS[lease.kind](task)
    with task.database.transaction() as session:
        queue.finish(session, lease, at=now())


def parent_is_gone(parent_pid: int) -> bool:
    """Whether the supervisor that started this process has died."""
    return os.getppid() != parent_pid
