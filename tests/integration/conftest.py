"""What tests of the pages share: the real application, and a browser's place in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import Database
from app.factory import create_app
from app.settings import Settings
from tests.builders import PASSWORD

Enter = Callable[[str], FlaskClient]


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    """The application on this test's own installation; forms go without their token."""
    made = create_app(settings)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Log a person in by his login; his client keeps the session."""

    def entered(login: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 302, f"{login} is not let in"
        return client

    return entered
