"""How experts read, in a browser: the chair's page, and an expert's own."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db import Database
from tests.builders import PASSWORD
from tests.fairness_world import STRICT, make_fairness_world
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey


def shot(page: Page, name: str) -> None:
    """Keep a picture where a folder is named for it."""
    if folder := os.environ.get("SVERKA_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_chair_finds_who_needs_a_talk_and_the_expert_finds_himself(
    page: Page, server: Server, database: Database
) -> None:
    with database.transaction() as session:
        at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
        make_fairness_world(session, at=at)
    log_in(page, server, "chair", PASSWORD)
    page.get_by_role("link", name="Как читают эксперты").click()
    shot(page, "index")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Строгость экспертов")).to_be_visible()
    expect(page.get_by_text("Строже среднего по экспертам")).to_have_count(1)
    expect(page.get_by_role("img")).to_have_count(2)
    shot(page, "exam")
    page.goto(f"{server.url}/fairness/schemes")
    shot(page, "schemes")
    page.get_by_role("button", name="Выйти").click()
    log_in(page, server, f"expert{STRICT + 1}", PASSWORD)
    page.get_by_role("link", name="Мои проверки рядом со средними").click()
    expect(page.get_by_text("Строже среднего по экспертам")).to_have_count(1)
    shot(page, "own")
