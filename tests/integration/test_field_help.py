"""Marks of help beside fields: each names a field that is there, and leads to a guide's step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask

from app.access import Role
from app.db import Database
from app.web.field_help import HELP
from app.web.guide.steps import GUIDES
from app.web.posted import PostedForm
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter

TEMPLATES = Path(__file__).parents[2] / "app" / "web" / "templates"


def _forms(base: type) -> Iterator[type]:
    for one in base.__subclasses__():
        yield one
        yield from _forms(one)


def test_every_word_of_help_stands_beside_a_field_that_is_there(app: Flask) -> None:
    assert app.blueprints
    of_forms = {f"{form.__name__}.{name}" for form in _forms(PostedForm) for name in dir(form)}
    told = "\n".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    of_pages = set(re.findall(r"help_mark\('([a-z_.]+)'", told))
    assert HELP.keys() - of_forms - of_pages == set()
    assert of_pages - HELP.keys() == set()


def test_help_leads_to_a_step_that_some_guide_has() -> None:
    steps = {step.endpoint for guide in GUIDES.values() for step in guide}
    assert {one.step for one in HELP.values() if one.step} <= steps


def test_a_mark_leads_to_the_place_in_ones_own_guide_in_both_languages(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
    client = enter("mo")
    page = client.get("/registers/schools/new").get_data(as_text=True)
    place = re.search(r'class="help-mark".*?href="([^"]+)"', page, re.DOTALL)
    assert place is not None
    path, _sharp, anchor = place[1].partition("#")
    assert f'id="{anchor}"' in client.get(path).get_data(as_text=True)
    client.post("/language/en")
    assert "the board does not wait for it" in client.get("/registers/schools/new").text
