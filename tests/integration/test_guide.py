"""The guide: every picture is there, every page of it opens for its role, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from PIL import Image

from app.access import Role
from app.db import Database
from app.factory import create_app
from app.settings import Settings
from app.storage import FileStore
from app.web.guide.steps import GUIDES
from tests.builders import PASSWORD, make_exam, make_municipality, make_person, make_school
from tests.guide_world import LOGINS, PATHS, make_guide_world
from tests.integration.conftest import Enter

STATIC = Path(__file__).parents[2] / "app" / "web" / "static"
MOST_BYTES = 60_000
REGIONAL = {Role.ADMINISTRATOR, Role.REGIONAL_COORDINATOR}
OF_SCHOOL = {Role.SCHOOL_COORDINATOR, Role.TECHNICAL_SPECIALIST, Role.EXPERT}


def test_every_picture_is_there_small_and_of_one_size() -> None:
    wanted = {
        step.picture(role, locale)
        for role, steps in GUIDES.items()
        for step in steps
        if step.pictured
        for locale in ("ru", "en")
    }
    there = {f"guide/{path.name}" for path in (STATIC / "guide").iterdir()}
    assert there == wanted
    for name in wanted:
        with Image.open(STATIC / name) as picture:
            assert (picture.format, picture.size) == ("WEBP", (900, 506))
        assert (STATIC / name).stat().st_size < MOST_BYTES


def test_every_step_of_a_guide_leads_to_a_page_of_its_role_in_both_languages(
    settings: Settings, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        make_exam(session, town, at=now)
        school = make_school(session, town)
        for role, login in LOGINS.items():
            place = {"school": school} if role in OF_SCHOOL else {"municipality": town}
            make_person(session, login, role, at=now, **({} if role in REGIONAL else place))
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    for role in Role:
        _walk(app, role)


def _walk(app: Flask, role: Role) -> None:
    client = app.test_client()
    client.post("/login", data={"login": LOGINS[role], "password": PASSWORD})
    page = client.get("/guide/").get_data(as_text=True)
    with app.test_request_context():
        paths = {step.endpoint: app.url_for(step.endpoint) for step in GUIDES[role]}
    for step in GUIDES[role]:
        assert f'href="{paths[step.endpoint]}"' in page
        answer = client.get(paths[step.endpoint], follow_redirects=True)
        assert answer.status_code == 200, (role, step.endpoint)
        assert not step.pictured or PATHS[step.endpoint] == paths[step.endpoint]
    assert client.get("/guide/?role=expert").status_code == 200
    assert client.get("/guide/?role=nobody").status_code == 404
    client.post("/language/en")
    assert "Guide:" in client.get("/guide/").get_data(as_text=True)


def test_the_world_of_the_pictures_gives_everybody_something_to_do(
    enter: Enter, database: Database, store: FileStore
) -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - its pages are shown by the real clock
    with database.transaction() as session:
        make_guide_world(session, at=at, store=store)
    idle = {
        role
        for role, login in LOGINS.items()
        if "Сейчас от вас ничего не нужно" in enter(login).get("/").get_data(as_text=True)
    }
    assert not idle
    assert "Математика, 4 класс: загрузите сканы" in enter(LOGINS[Role.TECHNICAL_SPECIALIST]).get(
        "/"
    ).get_data(as_text=True)
