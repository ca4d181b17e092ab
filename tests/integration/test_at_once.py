"""Many requests for one thing at one moment, on both databases: nothing doubled, no 500."""

from __future__ import annotations

import errno
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import Database
from app.factory import create_app
from app.models import PointVersion
from app.settings import Settings
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.integration.test_scoring_pages import save
from tests.scoring_world import make_world

AT_ONCE = 8


@pytest.fixture
def app(fresh: Database, settings: Settings, store: FileStore) -> Iterator[Flask]:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with fresh.transaction() as session:
        world = make_world(session, at=now, store=store)
        world.assign(session, 0, at=now)
    made = create_app(settings.model_copy(update={"database_url": fresh.url}))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["sverka"].database.dispose()


def work_of(enter: Enter) -> str:
    page = enter("expert1").get("/scoring/").text
    return re.findall(r'href="(/scoring/[0-9a-f-]{36})"', page)[0]


def test_saves_at_once_are_one_version_or_a_refusal(enter: Enter, fresh: Database) -> None:
    work, clients = work_of(enter), [enter("expert1") for _ in range(AT_ONCE)]
    gate = Barrier(AT_ONCE)

    def knock(number: int) -> int:
        gate.wait()
        return save(clients[number], work, "1", "2", key=f"k{number}").status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(knock, range(AT_ONCE)))
    assert answers[200] == 1
    assert set(answers) <= {200, 409, 503}
    with fresh.reading() as session:
        assert session.scalar(select(func.count()).select_from(PointVersion)) == 1


def test_the_same_save_at_once_is_one_version(enter: Enter, fresh: Database) -> None:
    work, clients = work_of(enter), [enter("expert1") for _ in range(AT_ONCE)]
    gate = Barrier(AT_ONCE)

    def knock(number: int) -> int:
        gate.wait()
        return save(clients[number], work, "1", "2").status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(knock, range(AT_ONCE)))
    assert set(answers) <= {200, 503}
    assert save(clients[0], work, "1", "2").status_code == 200
    with fresh.reading() as session:
        assert session.scalar(select(func.count()).select_from(PointVersion)) == 1


@pytest.mark.parametrize(("code", "status"), [(errno.ENOSPC, 503), (errno.EROFS, 503)])
def test_a_disk_that_refuses_is_told_and_nothing_is_stored(
    app: Flask, code: int, status: int
) -> None:
    def refuse() -> None:
        raise OSError(code, "refused by the disk")

    app.before_request(refuse)
    answer = app.test_client().get("/login")
    assert (answer.status_code, "НЕ сохранено" in answer.text) == (status, True)


def test_another_fault_of_the_system_stays_a_bug(app: Flask) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, "a bug")

    app.before_request(fail)
    assert app.test_client().get("/login").status_code == 500


def test_metrics_are_for_the_token_and_requests_have_numbers(
    database: Database, settings: Settings
) -> None:
    client = create_app(settings.model_copy(update={"metrics_token": "t0ken"})).test_client()
    answer = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
    odd = client.get("/healthz", headers={"X-Request-ID": "a b"})
    assert re.fullmatch("[0-9a-f]{32}", odd.headers["X-Request-ID"])
    assert client.get("/metrics").status_code == 404
    shown = client.get("/metrics", headers={"Authorization": "Bearer t0ken"}).text
    assert 'sverka_requests_total{endpoint="home.health"' in shown
    assert 'sverka_jobs{state="waiting"} 0.0' in shown
    silent = create_app(settings).test_client()
    assert silent.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
