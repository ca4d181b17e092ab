"""Pages of every role in the dark, on a tablet and at double size, with the longest names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.models import School
from app.storage import FileStore
from tests.builders import PASSWORD, make_person
from tests.journeys.axe import check_narrow_and_dark
from tests.journeys.conftest import Server, log_in
from tests.scoring_world import make_world

pytestmark = pytest.mark.journey
# The widest tables and the densest forms of each role; every page at the desk is walked elsewhere.
SAMPLE = {
    "admin": ("/jobs/",),
    "region": ("/", "/board/"),
    "muni": ("/lists/", "/plans/", "/results/", "/registers/schools", "/rechecks/"),
    "school1": ("/scans/", "/registers/experts"),
    "expert1": ("/scoring/",),
}
LONG = "Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № {} с углублённым"
LONGER = f"{LONG} изучением отдельных предметов имени дважды Героя» Верхнего городского округа"


@pytest.fixture
def world(database: Database, store: FileStore) -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        made = make_world(session, at=at, store=store)
        for number, school in enumerate(session.scalars(select(School).order_by(School.login))):
            school.name = LONGER.format(number)
        make_person(session, "admin", Role.ADMINISTRATOR, at=at)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=at)
        made.assign(session, 0, 0, at=at)


def test_no_page_of_the_sample_is_too_wide_or_too_pale(
    page: Page, server: Server, world: None
) -> None:
    for login, paths in SAMPLE.items():
        page.context.clear_cookies()
        log_in(page, server, login, PASSWORD)
        for path in paths:
            page.goto(server.url + path)
            check_narrow_and_dark(page)
