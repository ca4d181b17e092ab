"""The guide's pictures are taken from the program as it is.

`SVERKA_GUIDE_PICTURES=write` puts them in their place; otherwise they are taken and thrown away,
which shows that every page of the guide still opens for its role.
"""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.db import Database
from app.storage import FileStore
from app.web.guide.steps import GUIDES
from tests.builders import PASSWORD
from tests.guide_world import LOGINS, PATHS, make_guide_world
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey
WRITES = os.environ.get("SVERKA_GUIDE_PICTURES") == "write"
STATIC = Path(__file__).parents[2] / "app" / "web" / "static"
WIDTH_PX, HEIGHT_PX = 900, 506


@pytest.fixture
def world(database: Database, store: FileStore) -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        make_guide_world(session, at=at, store=store)


def test_pictures_of_every_guide_are_taken(
    page: Page, server: Server, world: None, tmp_path: Path
) -> None:
    target = STATIC if WRITES else tmp_path
    for role, steps in GUIDES.items():
        page.context.clear_cookies()
        log_in(page, server, LOGINS[role], PASSWORD)
        for locale in ("ru", "en") if WRITES else ("ru",):
            if locale == "en":
                page.get_by_role("button", name="English").click()
                expect(page.get_by_role("button", name="Русский")).to_be_visible()
            for step in steps:
                if step.pictured:
                    _take(page, server, PATHS[step.endpoint], target / step.picture(role, locale))


def _take(page: Page, server: Server, path: str, target: Path) -> None:
    answer = page.goto(server.url + path)
    assert answer is not None
    assert answer.ok, path
    expect(page.locator("main h1")).to_be_visible()
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        small = taken.convert("RGB").resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)
        small.save(target, "WEBP", quality=60, method=6)
