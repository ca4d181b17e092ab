"""Where to spend the hours, in a browser: from the list to the commission, and a school's page."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db import Database
from tests.builders import PASSWORD
from tests.hours_world import make_hours_world
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey


def shot(page: Page, name: str) -> None:
    """Keep a picture where a folder is named for it."""
    if folder := os.environ.get("SVERKA_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_coordinator_hands_the_likeliest_works_over(
    page: Page, server: Server, database: Database
) -> None:
    with database.transaction() as session:
        at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
        make_hours_world(session, at=at, schools=5)
    log_in(page, server, "muni", PASSWORD)
    page.get_by_role("link", name="Где потратить часы").click()
    page.get_by_role("button", name="Показать").click()
    slider = page.get_by_role("slider")
    slider.fill("12")
    expect(page.get_by_role("status")).to_have_text("12")
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_role("checkbox")).to_have_count(12)
    shot(page, "hours")
    page.get_by_role("link", name="Школа").first.click()
    expect(page.get_by_role("img")).to_have_count(1)
    shot(page, "school")
    page.go_back()
    page.get_by_role("button", name="Передать выбранные комиссии").click()
    expect(page.get_by_text("Передано работ: 12")).to_be_visible()
