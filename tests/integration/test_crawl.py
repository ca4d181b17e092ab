"""Every route as every role with odd inputs: no fault of the system, nobody else's data.

`SVERKA_CRAWL=50` walks fifty times with other inputs. In a walk each route is knocked at by five
of sixteen people, others at the next route and in the next walk. The short form is one walk.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import Database
from app.settings import Settings
from app.storage import FileStore
from tests.crawl_ground import Ground
from tests.crawl_world import ABOVE, FAR_SECRETS, NEIGHBOURS, OWN, CrawlWorld, make_crawl_world
from tests.crawler import Crawler
from tests.integration.conftest import Enter

WALKS = int(os.environ.get("SVERKA_CRAWL", "0"))
AT_ONE_ROUTE = 5
SHUT = frozenset({401, 403, 404, 405})


@dataclass(kw_only=True)
class Reach:
    """How far a walk came: a figure for whoever asked for a long one (`pytest -s`)."""

    seen_by: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    let_in: set[str] = field(default_factory=set)

    def note(self, route: str, login: str, answer: TestResponse) -> None:
        self.seen_by[route].add(login)
        if answer.status_code not in SHUT:
            self.let_in.add(route)

    def tell(self, *, people: int) -> None:
        by_all = sum(len(logins) == people for logins in self.seen_by.values())
        print(f"{len(self.seen_by)} routes, {by_all} of them by all {people} people")
        print("let nobody in:", *sorted(set(self.seen_by) - self.let_in), sep="\n  ")


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> CrawlWorld:
    return make_crawl_world(database, store, now)


def test_no_route_fails_and_no_neighbour_sees_anything(
    settings: Settings, app: Flask, enter: Enter, world: CrawlWorld
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    clients = {login: enter(login) for login in (*OWN, *NEIGHBOURS, *ABOVE)}
    cookies = {login: _cookie(client) for login, client in clients.items()}
    clients["nobody"] = app.test_client()
    ground = Ground(settings)
    faults: list[str] = []
    reach = Reach()
    places: dict[str, list[str]] = defaultdict(list)
    for walk in range(max(1, WALKS)):
        crawler = Crawler(app=app, ids=world.ids, seed=walk, places=places)
        for number, (rule, method) in enumerate(crawler.visits()):
            for login in _who_knocks(list(clients), number + walk):
                client = clients[login]
                if login in cookies:
                    client.set_cookie("sverka", cookies[login])
                told, answer = crawler.knock(client, rule, method)
                reach.note(f"{method} {rule.rule}", login, answer)
                faults += [f"{what} {login}: {told[:600]}" for what in _wrong(answer, login, told)]
            if method != "GET":
                ground.put_back()
    ground.close()
    reach.tell(people=len(clients))
    assert faults == [], "\n".join(faults[:40])


def _who_knocks(everybody: list[str], number: int) -> list[str]:
    start = number * AT_ONE_ROUTE
    return [everybody[(start + place) % len(everybody)] for place in range(AT_ONE_ROUTE)]


def _wrong(answer: TestResponse, login: str, told: str) -> Iterator[str]:
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"{answer.status_code} as"
    if login in NEIGHBOURS and (seen := _leaked(answer, told)):
        yield f"{seen} seen by"


def _cookie(client: FlaskClient) -> str:
    found = client.get_cookie("sverka")
    assert found is not None
    return str(found.value)


def _leaked(answer: TestResponse, told: str) -> str:
    """The first thing of the other municipality that the answer tells; what was asked aside.

    Whole words alone: a code of five digits stands by chance in some signature now and then.
    """
    content = _readable(answer.data)
    for secret in FAR_SECRETS:
        word = rf"(?<![\w+/]){re.escape(secret)}(?![\w+/])"
        if secret not in told and re.search(word.encode(), content):
            return secret
    return ""


def _readable(content: bytes) -> bytes:
    """What a person would read of the answer: workbooks and archives are opened."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(_readable(archive.read(name)) for name in archive.namelist())
