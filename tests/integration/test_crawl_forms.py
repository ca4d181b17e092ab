"""Every form that a page shows, with something hostile in each field, and sent by somebody else.

What is tried is drawn by lot from every hostile text in every field of every form. With
`SVERKA_CRAWL=50` everybody's pages are walked, and fifty times as much is drawn.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import Database
from app.settings import Settings
from app.storage import FileStore
from tests.crawl_ground import Ground
from tests.crawl_world import ABOVE, NEIGHBOURS, OWN, make_crawl_world
from tests.crawler import LEFT_OUT, ODD_FILES
from tests.hostile import HOSTILE, SCRIPT
from tests.integration.conftest import Enter
from tests.seen_forms import Form, Walk

WANTED = int(os.environ.get("SVERKA_CRAWL", "0"))
LONG = WANTED > 0
SHORT_TRIES, SHORT_STRANGERS = 200, 60
OF_ONE_KIND = 3 if LONG else 1
WHOSE = (*OWN, *ABOVE) if LONG else ("muni", "expert1", "chair")
LENT_BY = OWN if LONG else ("school1",)
_Try = TypeVar("_Try")


@dataclass(kw_only=True)
class Site:
    """The application with people logged in, and the database as it was."""

    app: Flask
    clients: dict[str, FlaskClient]
    cookies: dict[str, str]
    ground: Ground

    def send(
        self, login: str, form: Form, fields: Sequence[tuple[str, str | bytes]]
    ) -> TestResponse:
        """Send a form as this person, whose sitting is as it was."""
        client = self.clients[login]
        client.set_cookie("sverka", self.cookies[login])
        query = urlencode(list(fields))
        if form.method == "GET":
            return client.get(f"{form.path}?{query}", buffered=True)
        if not form.files:
            kind = "application/x-www-form-urlencoded"
            return client.post(form.path, data=query, content_type=kind, buffered=True)
        sent: dict[str, object] = {
            name: value if isinstance(value, str) else value.decode("latin-1")
            for name, value in fields
        }
        luck = len(query) % len(ODD_FILES)
        content, name = ODD_FILES[luck]
        sent |= {one: (io.BytesIO(content), name) for one in form.files}
        return client.post(form.path, data=sent, buffered=True)


@pytest.fixture
def site(
    settings: Settings,
    app: Flask,
    enter: Enter,
    database: Database,
    store: FileStore,
    now: datetime,
) -> Iterator[Site]:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    make_crawl_world(database, store, now)
    clients = {login: enter(login) for login in (*OWN, *NEIGHBOURS, *ABOVE)}
    cookies = {login: str(client.get_cookie("sverka").value) for login, client in clients.items()}
    ground = Ground(settings)
    yield Site(app=app, clients=clients, cookies=cookies, ground=ground)
    ground.close()


def shown_forms(site: Site, logins: Sequence[str]) -> list[Form]:
    """What these people's pages show, a form a route and set of fields and person."""
    found: list[Form] = []
    opened: Counter[str] = Counter()
    for login in logins:
        client = site.clients[login]
        walk = Walk(app=site.app, client=client, login=login, of_one_kind=OF_ONE_KIND)
        walk.everything()
        assert walk.faults == []
        opened += walk.opened
        found += [form for form in walk.forms.values() if form.endpoint not in LEFT_OUT]
    told = f"pages of {len(opened)} routes opened, {len(found)} forms of"
    print(told, len({form.endpoint for form in found}), "routes")
    return found


def test_nothing_hostile_in_any_field_is_a_fault_or_comes_back_as_html(site: Site) -> None:
    tries = [
        (form, name, value)
        for form in shown_forms(site, WHOSE)
        for name in dict.fromkeys(name for name, _ in form.fields)
        for value in HOSTILE
    ]
    answers: Counter[int] = Counter()
    faults = []
    for form, name, value in _some(tries, SHORT_TRIES):
        fields = [(one, value if one == name else kept) for one, kept in form.fields]
        answer = site.send(form.login, form, fields)
        answers[answer.status_code] += 1
        told = f"{form.login}: {form.method} {form.path} {name}={value[:60]!r}"
        if answer.status_code >= 500:
            faults.append(f"{answer.status_code} {told}")
        faults += [f"{what} {told}" for what in _echoes(site, form.login, answer)]
        if form.method != "GET":
            site.ground.put_back()
    print(sum(answers.values()), "tries:", dict(answers))
    assert faults == [], "\n".join(faults[:40])


def _echoes(site: Site, login: str, answer: TestResponse) -> Iterator[str]:
    """What of it the browser would run or follow, here or on the page that is shown next."""
    shown = answer
    if answer.status_code == 302:
        if not answer.location.startswith("/") or answer.location.startswith("//"):
            yield f"leads to {answer.location}"
            return
        shown = site.clients[login].get(answer.location, buffered=True)
        if shown.status_code >= 500:
            yield f"{shown.status_code} on the next page"
    if shown.mimetype == "text/html" and SCRIPT in shown.text:
        yield "a script stands in the page"
    if "x" in (one.strip() for one in answer.headers.getlist("Set-Cookie")):
        yield "a header was put in"


def test_a_neighbour_who_sends_another_s_form_changes_nothing_of_his(site: Site) -> None:
    forms = [form for form in shown_forms(site, LENT_BY) if form.method == "POST"]
    far = site.ground.hanging_on(_of_far(site.ground))
    tries = [(form, login) for form in forms for login in NEIGHBOURS]
    answers: Counter[int] = Counter()
    faults = []
    for form, login in _some(tries, SHORT_STRANGERS):
        answer = site.send(login, form, form.fields)
        answers[answer.status_code] += 1
        told = f"{answer.status_code} {login}: {form.path} {form.fields}"
        faults += [f"{what} {told[:300]}" for what in site.ground.changes(of=far)]
        if answer.status_code >= 500:
            faults.append(told)
        site.ground.put_back()
    print(sum(answers.values()), "tries:", dict(answers))
    assert faults == [], "\n".join(faults[:40])


def _of_far(ground: Ground) -> frozenset[object]:
    people = ground.kept.execute("SELECT id FROM person WHERE login LIKE 'far-%'")
    places = ground.kept.execute("SELECT id FROM municipality WHERE name = 'Дальний край'")
    return frozenset(one for (one,) in (*people, *places))


def _some(tries: list[_Try], most: int) -> list[_Try]:
    lot = np.random.default_rng(WANTED)
    chosen = lot.choice(len(tries), min(most * max(1, WANTED), len(tries)), replace=False)
    return [tries[int(one)] for one in sorted(chosen)]
