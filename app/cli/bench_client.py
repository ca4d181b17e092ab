"""A browser of the benchmarks: a person logs in by the page where everybody does."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from uuid import UUID

from flask.testing import FlaskClient

from app.db import Database
from app.factory import create_app
from app.models import Person
from app.services.accounts.hashing import hash_password
from app.settings import Settings


def client_of(settings: Settings, database: Database, person_id: UUID) -> FlaskClient:
    """A client in which the person has logged in, with a password made for him.

    Raises:
        RuntimeError: the login page did not let him in.
    """
    password = secrets.token_urlsafe(16)
    with database.transaction() as session:
        person = session.get_one(Person, person_id)
        person.password_hash, person.must_change_password = hash_password(password), False
        login = person.login
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/login", data={"login": login, "password": password})
    if answer.status_code != HTTPStatus.FOUND:
        raise RuntimeError(f"the benchmark's person was not let in: {answer.status}")
    return client
