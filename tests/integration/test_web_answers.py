"""What the web answers when something is away, and whose address it believes."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.factory import create_app
from app.models import LoginSession
from app.settings import Settings
from tests.builders import PASSWORD, make_person


@pytest.fixture
def app(app: Flask, database: Database, now: datetime) -> Flask:
    """The application with the people of these tests."""
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
    return app


def test_a_ready_installation_says_so(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_database_that_is_away_is_503_and_never_a_false_saved(
    app: Flask, settings: Settings
) -> None:
    client = app.test_client()
    client.post("/login", data={"login": "admin", "password": PASSWORD})
    app.extensions["sverka"].database.dispose()
    elsewhere = settings.data_dir.rename(settings.data_dir.with_name("unplugged"))
    for answer in (
        client.get("/"),
        client.get("/readyz"),
        client.post("/login", data={"login": "admin", "password": PASSWORD}),
    ):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "10"
        assert "НЕ сохранено" in answer.text
        assert answer.headers["X-Request-ID"] in answer.text
    elsewhere.rename(settings.data_dir)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_forwarded_address_is_believed_only_behind_a_trusted_proxy(
    settings: Settings, database: Database, now: datetime, proxies: int, expected: str
) -> None:
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
    app = create_app(settings.model_copy(update={"proxies": proxies}))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client().post(
        "/login",
        data={"login": "admin", "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
    )
    with database.reading() as session:
        assert session.scalars(select(LoginSession.origin)).one() == expected
