"""The queries of the hours of scoring use indexes on both databases: none reads a large table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url

from app import clock
from app.db import Database
from app.factory import create_app
from app.queue import take
from app.settings import Settings
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.integration.test_scoring_pages import save
from tests.scoring_world import make_world

# What grows with works, pages, saves and people, a row each.
LARGE = {
    "assignment",
    "audit_event",
    "bundle_file",
    "job",
    "login_failure",
    "login_session",
    "page",
    "participant",
    "person",
    "point_version",
    "role_grant",
    "script",
    "script_crop",
    "script_image",
    "sheet",
}
SCAN = re.compile(r"^SCAN (\w+?)(?:_\d+)?\b|Seq Scan on (\w+)", re.MULTILINE)


@pytest.fixture
def app(fresh: Database, settings: Settings, store: FileStore) -> Iterator[Flask]:
    at = clock.now()
    with fresh.transaction() as session:
        world = make_world(session, at=at, store=store)
        for script in range(3):
            world.assign(session, 0, script, at=at)
    url = make_url(fresh.url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"options": "-c enable_seqscan=off"})
    told = url.render_as_string(hide_password=False)
    made = create_app(settings.model_copy(update={"database_url": told}))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["sverka"].database.dispose()


# What a request of each kind may ask of the database at most: two hundred experts ask at once.
MOST_STATEMENTS = {"panel": 13, "picture": 4, "save": 12}


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the block sends."""
    sent: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engines = (database.engine, database._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def explained(database: Database) -> Iterator[dict[str, str]]:
    """The plan of every statement that the block sends."""
    plans: dict[str, str] = {}
    word = "EXPLAIN QUERY PLAN " if database.engine.dialect.name == "sqlite" else "EXPLAIN "

    def note(
        connection: Connection, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and statement not in plans:
            cursor = connection.connection.cursor()
            cursor.execute(word + statement, parameters)
            plans[statement] = "\n".join(str(row[-1]) for row in cursor.fetchall())

    engines = (database.engine, database._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield plans
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def _looks_for_any_row(statement: str) -> bool:
    """Whether it asks if the table holds anything: the first row found ends it."""
    return "WHERE" not in statement and "LIMIT" in statement


def test_an_expert_s_day_reads_no_large_table_whole(app: Flask) -> None:
    client, database = app.test_client(), app.extensions["sverka"].database
    with explained(database) as plans:
        client.post("/login", data={"login": "expert1", "password": "не тот"})
        client.post("/login", data={"login": "expert1", "password": PASSWORD})
        listed = client.get("/scoring/").text
        work = re.findall(r'href="(/scoring/[0-9a-f-]{36})"', listed)[0]
        shown = client.get(work).text
        assert client.get(f"{work}/panel").status_code == 200
        picture = re.findall(r"/scoring/[0-9a-f-]{36}/pages/[0-9a-f-]{36}", shown)[0]
        assert client.get(picture).status_code == 200
        for label in ("1", "4К1", "4К2", "9.1"):
            assert save(client, work, label, "0", key=label).status_code == 200
        assert (
            client.post(f"{work}/submit", json={"confirmed": True, "seen": []}).status_code == 200
        )
        client.get("/")
        with database.transaction() as session:
            take(session, at=clock.now())
    assert len(plans) > 40
    whole = {
        " ".join(statement.split())[:600]: plan
        for statement, plan in plans.items()
        if not _looks_for_any_row(statement)
        and {name for pair in SCAN.findall(plan) for name in pair} & LARGE
    }
    assert whole == {}


def test_a_request_of_scoring_asks_the_database_a_few_times(app: Flask) -> None:
    client, database = app.test_client(), app.extensions["sverka"].database
    client.post("/login", data={"login": "expert1", "password": PASSWORD})
    work = re.findall(r'href="(/scoring/[0-9a-f-]{36})"', client.get("/scoring/").text)[0]
    picture = re.findall(rf"{work}/pages/[0-9a-f-]{{36}}", client.get(work).text)[0]
    save(client, work, "1", "0", key="first")
    asked = {}
    for name, ask in {
        "panel": lambda: client.get(f"{work}/panel"),
        "picture": lambda: client.get(picture),
        "save": lambda: save(client, work, "4К1", "0", key="second"),
    }.items():
        with counted(database) as sent:
            assert ask().status_code == 200
        asked[name] = len([one for one in sent if not one.startswith(("BEGIN", "PRAGMA"))])
    assert {name: most for name, most in asked.items() if most > MOST_STATEMENTS[name]} == {}


def test_a_page_of_the_trail_is_read_along_an_index(app: Flask) -> None:
    client, database = app.test_client(), app.extensions["sverka"].database
    used = {}
    for login, address in (("muni", "/trail/?action=points.saved"), ("school1", "/trail/")):
        client.post("/login", data={"login": login, "password": PASSWORD})
        with explained(database) as plans:
            assert client.get(address).status_code == 200
        [used[login]] = [
            plan
            for statement, plan in plans.items()
            if statement.startswith("SELECT audit_event.id")
        ]
        client.post("/logout")
    assert "ix_audit_event_action_at" in used["muni"]
    assert "ix_audit_event_school_id_at" in used["school1"]
