"""The menu: when it is there, which line is the page's; browsers by the names people know."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from app.access import Actor, Grant, Role
from app.db import Database
from app.models import Person
from app.web.agents import agent_name
from app.web.navigation import entry_of, menu_for
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter


@pytest.mark.parametrize(
    ("endpoint", "line"),
    [
        ("fairness.exam_report", "fairness.reports"),
        ("fairness.school", "fairness.hours"),
        ("board.pair", "board.index"),
        ("people.own_sessions", None),
        ("fairness.overlap", None),
    ],
)
def test_a_page_stands_under_one_line_of_the_menu(endpoint: str, line: str | None) -> None:
    grant = Grant(role=Role.MUNICIPAL_COORDINATOR, municipality_id=uuid4())
    menu = menu_for(Actor(person_id=uuid4(), grants=(grant,)))
    found = entry_of(menu, endpoint)
    assert (found and found.endpoint) == line


@pytest.mark.parametrize(("role", "folded"), [("MUNICIPAL_COORDINATOR", True), ("EXPERT", False)])
def test_a_menu_is_folded_only_where_it_is_longer_than_a_low_screen(
    role: str, folded: bool
) -> None:
    grant = Grant(role=Role[role], municipality_id=uuid4(), school_id=uuid4())
    menu = menu_for(Actor(person_id=uuid4(), grants=(grant,)))
    assert menu.folded == folded


def test_of_a_folded_menu_the_section_of_the_page_stands_open(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
    client = enter("mo")
    for path, label in (("/", "Подготовка"), ("/rechecks/", "Перепроверка и объективность")):
        page = client.get(path).text
        assert page.count('<details class="nav-section"') > 2
        (opened,) = re.findall(r'nav-section" open>\s*<summary class="nav-link">([^<]+)', page)
        assert opened == label


def test_no_menu_leads_away_from_the_first_password(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
    assert 'class="sidebar"' in enter("mo").get("/").text
    with database.transaction() as session:
        session.execute(update(Person).values(must_change_password=True))
    assert 'class="sidebar"' not in enter("mo").get("/password").text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537", "Chrome, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537 Edg/130", "Edge, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 YaBrowser/24", "Яндекс Браузер, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 OPR/106", "Opera, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/23 Chrome/115 Safari/537",
            "Samsung Internet, Android",
        ),
        ("curl/8", "curl/8"),
    ],
)
def test_a_browser_is_told_by_its_known_name(app: Flask, agent: str, name: str) -> None:
    with app.test_request_context():
        assert agent_name(agent) == name
