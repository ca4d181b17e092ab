"""`sverka serve`: the web server, and the pool of workers beside it."""

from __future__ import annotations

import os
import secrets
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app.cli.installation import open_database
from app.cli.pool import OWN_FILES_ONLY, Pool, workers_of
from app.factory import create_app
from app.logs import set_up_logs
from app.queries.accounts import is_empty
from app.settings import Settings
from app.web.auth import FIRST_RUN_TOKEN_FILE

# Longer than an expert looks at one criterion: his next save needs no new connection.
KEEP_ALIVE_SECONDS = 75


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
    pool = Pool(workers_of(settings, settings.job_processes))
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
