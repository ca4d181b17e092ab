"""Every route says who it is for, and what is not yours answers as what does not exist."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from werkzeug.test import TestResponse

from app.access import Permission, Role
from app.db import Database
from app.web.guard import PUBLIC, SIGNED_IN, declared
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter


def test_every_route_declares_its_access(app: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not isinstance(declared(app, rule.endpoint), frozenset)
        and declared(app, rule.endpoint) not in (PUBLIC, SIGNED_IN)
    ]
    assert undeclared == []


def test_a_declared_permission_is_one_of_the_policy_table(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        found = declared(app, rule.endpoint)
        if isinstance(found, frozenset):
            assert found <= set(Permission), rule.endpoint


def test_without_a_login_every_other_page_leads_to_the_login(
    app: Flask, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if declared(app, rule.endpoint) == PUBLIC or rule.arguments or "GET" not in rule.methods:
            continue
        answer = client.get(rule.rule)
        assert answer.status_code == 302, rule.rule
        assert answer.location.startswith("/login"), rule.rule


def test_a_page_of_another_role_answers_as_a_page_that_is_not_there(
    app: Flask, enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        place = make_municipality(session)
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=place)
    client = enter("chair")
    missing = client.get("/no-such-page")
    held = {
        Permission.COMPARE_EXPERTS,
        Permission.RUN_RECHECK,
        Permission.DECIDE_RECHECK,
        Permission.LEAD_SCORING,
        Permission.READ_TRAIL,
        Permission.DESTROY_DOCUMENTS,
    }
    for rule in app.url_map.iter_rules():
        asked = declared(app, rule.endpoint)
        if rule.arguments or "GET" not in rule.methods or not isinstance(asked, frozenset):
            continue
        if asked & held:
            continue
        answer = client.get(rule.rule)
        assert (answer.status_code, _page(answer)) == (404, _page(missing)), rule.rule


def _page(answer: TestResponse) -> bytes:
    """The page without its token, which carries the second in which it was made."""
    return re.sub(rb'name="csrf_token" value="[^"]*"', b"", answer.data)
