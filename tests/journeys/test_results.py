"""The form of results comes out in a browser: the school's own rows, as they are final."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db import Database
from app.exchange.federal_form import read_form, title_of_name
from app.models import FinalPoint, FinalResult, ResultSource
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.journeys.conftest import Server, by_menu, log_in
from tests.scoring_world import CODES, World, make_world

pytestmark = pytest.mark.journey
POINTS = (2, 3, None, 1)


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        made = make_world(session, at=at, store=store)
        for script in made.scripts[:3]:
            result = FinalResult(
                script_id=script.id,
                number=1,
                source=ResultSource.SINGLE,
                decided_at=at,
                decided_by_id=made.actors[0].person_id,
            )
            result.points.extend(
                FinalPoint(criterion_id=criterion.id, points=points)
                for criterion, points in zip(made.exam.criteria, POINTS, strict=True)
            )
            session.add(result)
    return made


def test_the_school_releases_its_form_and_marks_it_loaded(
    page: Page, server: Server, world: World, tmp_path: Path
) -> None:
    log_in(page, server, "school1", PASSWORD)
    by_menu(page, "Результаты")
    page.get_by_role("link", name="Открыть").click()
    expect(page.get_by_text("окончательные баллы: 3 из 4")).to_be_visible()
    page.get_by_role("button", name="Выпустить форму").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать").click()
    target = tmp_path / download.value.suggested_filename
    download.value.save_as(target)
    form = read_form(target.read_bytes(), title=title_of_name(target.name))
    assert [row.code for row in form.rows] == list(CODES[:3])
    assert [str(form.rows[0].points[one]) for one in ("1", "4К1", "4К2", "9.1")] == [
        "2",
        "3",
        "X",
        "1",
    ]
    page.get_by_role("button", name="Отметить: загружена").click()
    expect(page.get_by_text("загружена", exact=False).first).to_be_visible()
