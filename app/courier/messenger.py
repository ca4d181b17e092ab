"""Ids of jobs as messages of Celery, over RabbitMQ or Redis."""

from __future__ import annotations

import time
from collections.abc import Iterable
from uuid import UUID

import structlog
from celery import Celery
from kombu.exceptions import KombuError
from sqlalchemy.orm import Session

from app.db import Database
from app.queue import READY_JOBS

QUEUE = "sverka"
TASK = "sverka.do"
CONNECT_SECONDS = 2.0
# While the broker is away nobody waits for it again this soon: the sweeper will send.
SILENCE_SECONDS = 30.0
log = structlog.get_logger()


def make_celery(broker_url: str) -> Celery:
    """A Celery application that carries ids in JSON and keeps no results."""
    app = Celery("sverka", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        # The message of a job in work is not acknowledged, so that the broker hands the next one
        # to a worker that is free; what it redelivers finds the job held.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        # A worker at work does not listen: nobody must take that for death.
        broker_heartbeat=0,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
    )
    if broker_url.startswith("redis"):
        app.conf.broker_transport_options = {"socket_connect_timeout": CONNECT_SECONDS}
    return app


class Messenger:
    """One process's way to the broker."""

    def __init__(self, broker_url: str) -> None:
        self._app = make_celery(broker_url)
        self._silent_until = 0.0

    def send(self, job_ids: Iterable[UUID]) -> bool:
        """Send the ids; False when the broker is away, which loses nothing."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            for job_id in job_ids:
                self._app.send_task(TASK, args=[str(job_id)], retry=False)
        except (KombuError, OSError) as error:
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            log.warning("broker_away", error=str(error))
            return False
        return True

    def waiting(self) -> int:
        """How many messages nobody has fetched yet."""
        with self._app.connection_for_read() as connection:
            try:
                found = connection.default_channel.queue_declare(QUEUE, passive=True)
            except connection.channel_errors:
                return 0
            return int(found.message_count)

    def announce(self, database: Database) -> None:
        """From now on send the id of every job that this database commits."""

        def tell(session: Session) -> None:
            ready = session.info.pop(READY_JOBS, ())
            if ready:
                self.send(ready)

        database.when_committed(tell)
