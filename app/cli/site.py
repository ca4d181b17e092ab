"""The web server as a part of the installation: gunicorn on a socket that outlives it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from errno import EADDRINUSE
from itertools import count
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from app.cli.pool import Shift
from app.factory import create_app
from app.jobs.processes import name_process, parent_is_gone
from app.settings import Settings
from app.web.counted import Place, count_together

SITE, WEB = "sverka-site", "sverka-web"
# Longer than an expert looks at one criterion: his next save needs no new connection.
KEEP_ALIVE_SECONDS = 75
BACKLOG = 2048
# A thread that the database has just answered waits so long for one that is only reckoning: of a
# save's dozen answers each, and while it holds the exam's chain of events. Python's own 5 ms a turn
# would cost more than the save.
TURN_SECONDS = 0.0005
# Processes of a supervisor that was killed let go of the address within seconds.
ADDRESS_SECONDS = 12.0


def listen(settings: Settings) -> socket.socket:
    """The socket that visitors come to; it stays while web processes come and go.

    Raises:
        click.ClickException: something else listens there.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    end = time.monotonic() + ADDRESS_SECONDS
    while True:
        try:
            return socket.create_server(
                (settings.host, settings.port), family=family, backlog=BACKLOG
            )
        except OSError as error:
            if error.errno != EADDRINUSE or time.monotonic() > end:
                place = f"{settings.host}:{settings.port}"
                raise click.ClickException(f"{place}: адрес занят другой программой") from error
            time.sleep(0.5)


class Server(BaseApplication):  # type: ignore[misc]  # the library has no types
    """gunicorn with our settings: one process with threads, as SQLite wants it, or several."""

    def __init__(self, settings: Settings, listener: int) -> None:
        self._settings = settings
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings over."""
        values: dict[str, Any] = {
            "bind": f"fd://{self._listener}",
            "backlog": BACKLOG,
            "worker_class": "gthread",
            "workers": self._settings.web_processes,
            "threads": self._settings.web_threads,
            "timeout": 120,
            "keepalive": KEEP_ALIVE_SECONDS,
            "graceful_timeout": 10,
            "loglevel": "warning",
            # It is a thread, and a door: a process with threads is not to be forked.
            "control_socket_disable": True,
            "pre_fork": _seat,
            "post_fork": _sit,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made inside the worker process."""
        sys.setswitchinterval(TURN_SECONDS)
        return create_app(self._settings)


def _seat(arbiter: Arbiter, worker: Any) -> None:
    """The lowest place that no living web process has."""
    taken = {one.place for one in arbiter.WORKERS.values()}
    worker.place = next(place for place in count() if place not in taken)


def _sit(_arbiter: Arbiter, worker: Any) -> None:
    name_process(WEB)
    Place.number = worker.place


class Keeper(Arbiter):  # type: ignore[misc]  # the library has no types
    """gunicorn's own supervisor of web processes, which ends when ours has died."""

    def __init__(self, server: Server, *, parent: int) -> None:
        super().__init__(server)
        self._parent = parent

    def murder_workers(self) -> None:
        """Every second: end what hangs, and itself when it was left alone."""
        if parent_is_gone(self._parent):
            os.kill(os.getpid(), signal.SIGTERM)
        super().murder_workers()


def serve_site(listener: socket.socket, settings: Settings, shift: Shift) -> None:
    """Be the web server until told to stop."""
    if settings.metrics_token:
        count_together(settings.data_dir)
    Keeper(Server(settings, listener.detach()), parent=shift.parent).run()
