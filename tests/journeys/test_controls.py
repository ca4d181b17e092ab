"""The chair agrees a control; an expert meets it unseen, misses it, is told why, and is stopped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from app.access import Role
from app.db import Database
from app.storage import FileStore
from tests.builders import PASSWORD, make_person
from tests.journeys.axe import check_narrow_and_dark
from tests.journeys.conftest import Server, log_in
from tests.scoring_world import make_world

pytestmark = pytest.mark.journey


@pytest.fixture
def world(database: Database, store: FileStore) -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        made = make_world(session, at=at, store=store, pages=1)
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=made.municipality)
        for script in range(3):
            made.assign(session, 0, script, at=at)


def test_a_control_is_agreed_met_unseen_missed_explained_and_answered_with_a_stop(
    browser: Browser, page: Page, server: Server, world: None
) -> None:
    log_in(page, server, "chair", PASSWORD)
    _agree_a_control(page)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ru-RU")
    expert = context.new_page()
    log_in(expert, server, "expert1", PASSWORD)
    _miss_the_control(expert, server)
    page.get_by_role("link", name="expert1").click()
    expect(page.get_by_text("вне допуска: 1")).to_be_visible()
    check_narrow_and_dark(page)
    page.goto(page.url.partition("/experts/")[0] + "/questions")
    check_narrow_and_dark(page)
    page.goto(page.url.removesuffix("/questions"))
    check_narrow_and_dark(page)
    page.go_back()
    page.go_back()
    page.get_by_label("Почему и что дальше").fill("Обсудим критерий 4К1 в 15:00")
    page.get_by_role("button", name="Приостановить проверку").click()
    expect(page.get_by_text("Проверка эксперта приостановлена")).to_be_visible()
    expert.goto(f"{server.url}/scoring/")
    expect(expert.get_by_text("Обсудим критерий 4К1 в 15:00")).to_be_visible()
    context.close()


def _agree_a_control(page: Page) -> None:
    page.get_by_role("link", name="Ход проверки").click()
    check_narrow_and_dark(page)
    page.get_by_role("link", name="контрольные").click()
    page.get_by_role("button", name="Сохранить правила").click()
    unread = page.locator("tr", has=page.locator("td:last-child", has_text="0"))
    unread.get_by_role("link").click()
    for number, points in enumerate(("2", "3", "2", "1")):
        page.get_by_label("Согласованный балл").nth(number).select_option(points)
        page.get_by_label("Почему").nth(number).fill("верно без оговорок")
    page.get_by_role("button", name="Согласовать баллы").click()
    page.get_by_role("button", name="Разложить по спискам экспертов").click()
    expect(page.get_by_text("Разложено контрольных работ по спискам экспертов: 1.")).to_be_visible()
    check_narrow_and_dark(page)


def _miss_the_control(page: Page, server: Server) -> None:
    """The first work of the day is the control; to the expert it is work 1 of 4."""
    page.goto(f"{server.url}/scoring/")
    check_narrow_and_dark(page)
    page.get_by_role("link", name="Начать проверку").click()
    expect(page.locator("#place")).to_contain_text("работа 1 из 4")
    page.wait_for_function("() => document.querySelector('.sheet-image')?.naturalWidth > 0")
    check_narrow_and_dark(page)
    for _ in range(4):
        page.keyboard.press("Digit0")
    expect(page.locator("#queue-length")).to_have_text("0")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Всё верно, сдать").click()
    expect(page.get_by_role("heading", name="Посмотрите ещё раз")).to_be_visible()
    expect(page.get_by_text("верно без оговорок").first).to_be_visible()
    check_narrow_and_dark(page)
    page.get_by_role("button", name="Понятно, дальше").click()
    expect(page.get_by_text("Осталось работ: 3 из 4")).to_be_visible()
