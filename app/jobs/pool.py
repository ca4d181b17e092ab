"""A worker: takes leases from the table and does each job in a child process of its own.

A job that crashes, runs out of memory or hangs takes its child along and nothing else; the parent
keeps the lease alive while the child lives and gives the job back when it dies.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from errno import EDQUOT, EHOSTDOWN, ENOSPC, EROFS
from multiprocessing.process import BaseProcess
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from app import queue
from app.courier import announce_jobs
from app.db import Database
from app.jobs.handlers import HANDLERS
from app.jobs.periodic import DailyRound
from app.jobs.processes import name_process
from app.jobs.task import JobLost, Task
from app.models.base import random_id
from app.settings import Settings
from app.storage import open_store

IDLE_SECONDS = 0.5
AWAY_SECONDS = 2.0
HEARTBEAT_SECONDS = 5.0
# Whoever waits at a screen comes before scans and plans on the same processors.
BEHIND_PEOPLE = 10
LONGEST_JOB = timedelta(hours=1)
# The child's way to say that what it needs is away, and that the job is not to blame.
AWAY_EXIT = 75
AWAY_ERRNOS = frozenset({ENOSPC, EDQUOT, EROFS, EHOSTDOWN})
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """One worker process of an installation.

    Attributes:
        holder: under this name it holds jobs.
        dead: the names of those before it who died at their post.
    """

    settings: Settings
    now: Callable[[], datetime]
    holder: UUID = field(default_factory=random_id)
    dead: tuple[UUID, ...] = ()

    def run(self, *, until: Callable[[], bool]) -> None:
        """Take and do jobs until told to stop; while the database is away, wait for it."""
        database, daily = Database(self.settings.database), DailyRound()
        self.bury(database, until=until)
        while not until():
            try:
                daily.write(database, at=self.now())
                if not self._turn(database):
                    time.sleep(IDLE_SECONDS)
            except OperationalError:
                log.warning("database_away")
                time.sleep(AWAY_SECONDS)
        database.dispose()

    def bury(self, database: Database, *, until: Callable[[], bool]) -> None:
        """Free the jobs of those who died, as soon as the database is there."""
        if not self.dead:
            return
        announce_jobs(database, self.settings.broker_url)
        while not until():
            try:
                with database.transaction() as session:
                    queue.bury(session, self.dead, at=self.now())
            except OperationalError:
                log.warning("database_away")
                time.sleep(AWAY_SECONDS)
            else:
                return

    def run_all(self) -> None:
        """Do jobs until none waits; for the demo and for tests."""
        database = Database(self.settings.database)
        while self._turn(database):
            pass
        database.dispose()

    def do_one(self, database: Database, job_id: UUID) -> None:
        """Do that job, if it is there and nobody holds it."""
        try:
            self._turn(database, job_id=job_id)
        except OperationalError:
            log.warning("database_away")

    def _turn(self, database: Database, *, job_id: UUID | None = None) -> bool:
        with database.transaction() as session:
            lease = queue.take(session, at=self.now(), holder=self.holder, job_id=job_id)
        if lease is not None:
            self._do(database, lease)
        return lease is not None

    def _do(self, database: Database, lease: queue.Lease) -> None:
        database.dispose()
        child = multiprocessing.get_context("fork").Process(
            target=_do_in_child, args=(self.settings, lease, self.now)
        )
        child.start()
        self._watch(database, lease, child)
        if child.exitcode != 0:
            log.error(
                "job_failed", job=str(lease.job_id), kind=lease.kind, exit_code=child.exitcode
            )
            self._give_back(database, lease, child.exitcode)

    def _give_back(self, database: Database, lease: queue.Lease, code: int | None) -> None:
        with database.transaction() as session:
            if code == AWAY_EXIT:
                why = "ждёт: база, диск или хранилище не отвечают"
                queue.postpone(session, lease, at=self.now(), message=why)
                return
            queue.fail(
                session,
                lease,
                at=self.now(),
                message="обработчик остановился (код %(code)s)",
                params={"code": code},
                final=False,
            )

    def _watch(self, database: Database, lease: queue.Lease, child: BaseProcess) -> None:
        started = self.now()
        while child.is_alive():
            child.join(HEARTBEAT_SECONDS)
            if not child.is_alive():
                return
            if not self._is_held(database, lease) or self.now() - started > LONGEST_JOB:
                child.kill()
                child.join()

    def _is_held(self, database: Database, lease: queue.Lease) -> bool:
        """Prolong the lease; while the database is away nobody else can have taken it either."""
        try:
            with database.transaction() as session:
                return queue.keep(session, lease, at=self.now())
        except OperationalError:
            return True


def _do_in_child(settings: Settings, lease: queue.Lease, now: Callable[[], datetime]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    name_process("sverka-job")
    os.nice(BEHIND_PEOPLE)
    database = Database(settings.database)
    announce_jobs(database, settings.broker_url)
    task = Task(
        lease=lease,
        settings=settings,
        database=database,
        store=open_store(settings),
        now=now,
    )
    try:
        HANDLERS[lease.kind](task)
        with task.database.transaction() as session:
            queue.finish(session, lease, at=now())
    except JobLost:
        log.warning("job_lost", job=str(lease.job_id), kind=lease.kind)
    except OperationalError as error:
        log.warning("database_away", error=str(error.orig))
        sys.exit(AWAY_EXIT)
    except OSError as error:
        if error.errno not in AWAY_ERRNOS:
            raise
        log.warning("storage_away", error=str(error))
        sys.exit(AWAY_EXIT)
