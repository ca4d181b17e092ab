"""Every route as every role with odd inputs: no fault of the system, nobody else's data.

`SVERKA_CRAWL=50` walks fifty times with other inputs, every route as everybody. The short form is
one walk in which each route is knocked at by five of sixteen people, others at the next route.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import Database
from app.settings import Settings
from app.storage import FileStore
from tests.crawl_world import ABOVE, FAR_SECRETS, NEIGHBOURS, OWN, CrawlWorld, make_crawl_world
from tests.crawler import Crawler
from tests.integration.conftest import Enter

WALKS = int(os.environ.get("SVERKA_CRAWL", "0"))
AT_ONE_ROUTE = 5


class Ground:
    """The installation as it was before the walk: put back when requests have changed it."""

    def __init__(self, settings: Settings) -> None:
        self.live = sqlite3.connect(settings.data_dir / "sverka.db")
        self.kept = sqlite3.connect(":memory:")
        self.live.backup(self.kept)

    def put_back(self) -> None:
        self.kept.backup(self.live)

    def close(self) -> None:
        self.live.close()
        self.kept.close()


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
    for walk in range(max(1, WALKS)):
        crawler = Crawler(app=app, ids=world.ids, seed=walk)
        for number, (rule, method) in enumerate(crawler.visits()):
            for login in _who_knocks(list(clients), number):
                client = clients[login]
                if login in cookies:
                    client.set_cookie("sverka", cookies[login])
                told, answer = crawler.knock(client, rule, method)
                if answer.status_code >= 500 and answer.status_code != 503:
                    faults.append(f"{answer.status_code} as {login}: {told[:600]}")
                if login in NEIGHBOURS and (seen := _leaked(answer, told)):
                    faults.append(f"{seen} seen by {login}: {told[:600]}")
            if method != "GET":
                ground.put_back()
    ground.close()
    assert faults == [], "\n".join(faults[:40])


def _who_knocks(everybody: list[str], number: int) -> list[str]:
    if WALKS:
        return everybody
    start = number * AT_ONE_ROUTE
    return [everybody[(start + place) % len(everybody)] for place in range(AT_ONE_ROUTE)]


def _cookie(client: FlaskClient) -> str:
    found = client.get_cookie("sverka")
    assert found is not None
    return str(found.value)


def _leaked(answer: TestResponse, told: str) -> str:
    """The first thing of the other municipality that the answer tells; what was asked aside."""
    for secret in FAR_SECRETS:
        if secret.encode() in answer.data and secret not in told:
            return secret
    return ""
