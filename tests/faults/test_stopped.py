"""A worker that is stopped for three leases and goes on finds its result refused."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock, queue
from app.db import Database
from app.jobs import pool
from app.jobs.handlers import HANDLERS
from app.jobs.pool import Worker
from app.jobs.task import JobLost, Task
from app.models import Job, JobState
from app.settings import Settings

LEASE = timedelta(seconds=2)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def write_who(task: Task) -> None:
    """Says that it began, waits until it may end, and stores its attempt with its lease."""
    folder = task.settings.data_dir
    (folder / f"began-{task.lease.attempt}").touch()
    wait_for((folder / f"may-end-{task.lease.attempt}").exists)
    with task.database.transaction() as session:
        if not queue.finish(session, task.lease, at=task.now()):
            (folder / "refused").touch()
            raise JobLost


def start_worker(settings: Settings) -> multiprocessing.Process:
    def work() -> None:
        os.setsid()
        Worker(settings=settings, now=clock.now).run_all()

    made = multiprocessing.get_context("fork").Process(target=work)
    made.start()
    return made


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_late_result_is_refused_and_the_job_is_done_once(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEASE", LEASE)
    monkeypatch.setattr(pool, "HEARTBEAT_SECONDS", 0.3)
    monkeypatch.setitem(HANDLERS, "test", write_who)
    with database.transaction() as session:
        queue.enqueue(session, kind="test", key="one", payload={}, at=clock.now())
    database.dispose()
    folder: Path = settings.data_dir
    late = start_worker(settings)
    wait_for((folder / "began-1").exists)
    os.killpg(late.pid, signal.SIGSTOP)
    time.sleep(3 * LEASE.total_seconds())
    heir = start_worker(settings)
    wait_for((folder / "began-2").exists)
    (folder / "may-end-1").touch()
    os.killpg(late.pid, signal.SIGCONT)
    wait_for(lambda: (folder / "refused").exists() or not late.is_alive())
    (folder / "may-end-2").touch()
    for worker in (late, heir):
        worker.join(60)
        assert worker.exitcode == 0
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.attempt, job.message) == (JobState.DONE, 2, "")
