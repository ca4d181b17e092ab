"""`sverka serve`: the web server, and the workers beside it, under one supervisor."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import click

from app.cli.installation import open_database
from app.cli.pool import Ending, Part, Pool, Shift
from app.cli.site import SITE, listen, serve_site
from app.cli.worker import OWN_FILES_ONLY, background
from app.db import Database
from app.logs import set_up_logs
from app.queries.accounts import is_empty
from app.settings import Settings
from app.web.auth import FIRST_RUN_TOKEN_FILE
from app.web.counted import stop_counting


@click.command(help="Запустить сайт и фоновые задания.")
@click.option("--host", help="Адрес, на котором отвечает сайт.")
@click.option("--port", type=click.IntRange(1, 65535), help="Порт сайта.")
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
    listener = listen(settings)
    database = open_database(settings, make=True)
    settings.make_keys()
    _offer_first_run(settings, database)
    database.dispose()
    click.echo(f"Сверка: http://{settings.host}:{settings.port}/  (Ctrl+C — остановить)")
    site = Part(name=SITE, work=partial(serve_site, listener), is_vital=True)
    others = [
        replace(part, work=partial(_without, listener, part.work))
        for part in background(settings, settings.job_processes)
    ]
    is_up = Pool(settings, [site, *others]).run(until=Ending())
    stop_counting(settings.data_dir)
    if not is_up:
        raise click.ClickException("сайт не запустился: причина выше")


def _without(
    listener: socket.socket,
    work: Callable[[Settings, Shift], None],
    settings: Settings,
    shift: Shift,
) -> None:
    """A process that outlives a killed supervisor for a while must not hold its address."""
    listener.close()
    work(settings, shift)


def _offer_first_run(settings: Settings, database: Database) -> None:
    with database.reading() as session:
        if not is_empty(session):
            return
    path = settings.data_dir / FIRST_RUN_TOKEN_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(18))
    click.echo(f"Первый запуск: http://{settings.host}:{settings.port}/first-run")
    click.echo(f"Ключ установки: {path.read_text().strip()}")
