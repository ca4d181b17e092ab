"""`sverka serve` and `sverka worker`: the web server, and the pool of workers beside it."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app import clock
from app.cli.installation import open_database
from app.factory import create_app
from app.jobs.pool import Worker, parent_is_gone
from app.logs import set_up_logs
from app.queries.accounts import is_empty
from app.settings import Settings
from app.web.auth import FIRST_RUN_TOKEN_FILE

RESTART_SECONDS = 1.0
# Longer than an expert looks at one criterion: his next save needs no new connection.
KEEP_ALIVE_SECONDS = 75
# What the installation writes, scans and hashes of passwords among it, is for its user alone.
OWN_FILES_ONLY = 0o077


class Server(BaseApplication):  # type: ignore[misc]  # the library has no types
    """gunicorn with our settings: one process with threads, as SQLite wants it, or several."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings over."""
        values: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "worker_class": "gthread",
            "workers": self._settings.web_processes,
            "threads": self._settings.web_threads,
            "timeout": 120,
            "keepalive": KEEP_ALIVE_SECONDS,
            "graceful_timeout": 10,
            "loglevel": "warning",
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made inside the worker process."""
        return create_app(self._settings)


class Pool:
    """Worker processes under supervision: one that dies is started again."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._ending = threading.Event()
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the workers and the thread that watches them."""
        self._children = [_start_worker() for _ in range(self._count)]
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """End the workers; what they did not finish is taken up by the next ones."""
        self._ending.set()
        for child in self._children:
            child.terminate()

    def _watch(self) -> None:
        while not self._ending.wait(RESTART_SECONDS):
            self._children = [
                child if child.poll() is None else _start_worker() for child in self._children
            ]


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "app.cli", "worker"])


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the web application and do its background work."""
    settings = Settings()
    settings = settings.model_copy(
        update={"host": host or settings.host, "port": port or settings.port}
    )
    run_server(settings)


def run_server(settings: Settings) -> None:
    """Serve until told to stop; the schema is brought up to date first."""
    set_up_logs()
    os.umask(OWN_FILES_ONLY)
    database = open_database(settings, make=True)
    _offer_first_run(settings, database)
    database.dispose()
    click.echo(f"Сверка: http://{settings.host}:{settings.port}/  (Ctrl+C — остановить)")
    pool = Pool(settings.job_processes)
    pool.start()
    try:
        Server(settings).run()
    finally:
        pool.stop()


def _offer_first_run(settings: Settings, database: Any) -> None:
    with database.reading() as session:
        if not is_empty(session):
            return
    path = settings.data_dir / FIRST_RUN_TOKEN_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(18))
    click.echo(f"Первый запуск: http://{settings.host}:{settings.port}/first-run")
    click.echo(f"Ключ установки: {path.read_text().strip()}")


@click.command()
def worker() -> None:
    """Do background work until stopped."""
    set_up_logs()
    os.umask(OWN_FILES_ONLY)
    ending = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parent = os.getppid()
    Worker(settings=Settings(), now=clock.now).run(
        until=lambda: ending.is_set() or parent_is_gone(parent)
    )
