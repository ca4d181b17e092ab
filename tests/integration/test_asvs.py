"""The list of ASVS names what is there; and the requirements that no other test holds."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from app.access import Role
from app.db import Database
from app.factory import create_app
from app.models import Municipality
from app.settings import Settings
from app.storage import FileStore
from tests.builders import PASSWORD, make_person
from tests.integration.conftest import Enter
from tests.scoring_world import make_world

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(
    r"`((?:app|assignment|docs|migrations|scanning|scoring|tests)/[^`]*|[a-z]+\.toml)`"
)
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([+pon]) \| (.+) \|$", re.MULTILINE)


def test_every_file_and_test_that_the_list_names_is_there() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    for named in NAMED.findall(text):
        path, _colons, test = named.partition("::")
        assert (ROOT / path).exists(), named
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), named


def test_every_requirement_stands_once_and_has_an_answer() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    numbers = [tuple(map(int, number.split("."))) for number, *_rest in rows]
    assert len(rows) == len(re.findall(r"^\| \d", text.split("\n## Keys")[0], re.MULTILINE))
    assert numbers == sorted(set(numbers))
    assert {number[0] for number in numbers} == set(range(1, 18))
    assert len(rows) + 28 + 6 == 253, (
        "two lines stand for all of OAuth (28 more) and WebRTC (6 more)"
    )
    for state in "+pon":
        assert re.search(rf" {sum(one[2] == state for one in rows)}\b", text.split("\n## ")[0])


@pytest.fixture
def place(database: Database, store: FileStore, now: datetime) -> Municipality:
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        return make_world(session, at=now, store=store).municipality


def test_a_post_without_its_token_changes_nothing(settings: Settings, place: Municipality) -> None:
    client = create_app(settings).test_client()
    shown = client.get("/login").text
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[0]
    sent = {"login": "admin", "password": PASSWORD}
    assert client.post("/login", data=sent).status_code == 400
    assert client.post("/login", data=sent | {"csrf_token": token}).status_code == 302
    added = {"name": "Новый", "timezone": "Europe/Moscow", "territory": "municipality"}
    assert client.post("/people/municipalities", data=added).status_code == 400
    assert "Новый" not in client.get("/people/municipalities").text


DOCUMENTS = ("/registers/schools/export.xlsx", "/registers/schools/export.csv")
PAGES = ("/", "/people/", "/trail/", "/exams/", "/healthz", "/no-such-page", "/calendar/", "/login")


def test_every_answer_names_its_type_and_text_its_charset(
    enter: Enter, place: Municipality
) -> None:
    for login in ("muni", "school1", "expert1"):
        client = enter(login)
        for path in (*PAGES, "/static/base.css", "/sitting"):
            kind = client.get(path).headers["Content-Type"]
            assert kind == "application/json" or kind.endswith("charset=utf-8"), (path, kind)


def test_what_a_person_saw_is_kept_by_no_cache(
    app: Flask, enter: Enter, place: Municipality
) -> None:
    for login in ("muni", "school1", "expert1"):
        client = enter(login)
        for path in (*PAGES, *DOCUMENTS, "/scoring/", "/registers/schools"):
            told = client.get(path).headers
            assert (told["Cache-Control"], "ETag" in told) == ("no-store", False), path
    assert {enter("muni").get(path).status_code for path in DOCUMENTS} == {200}
