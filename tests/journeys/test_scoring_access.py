"""The scoring screen without a mouse, in the Russian layout."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.db import Database
from app.models import Sheet
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.journeys.conftest import Server
from tests.scoring_world import World, make_world

pytestmark = pytest.mark.journey
RUSSIAN = {"KeyF": "а", "KeyX": "ч", "KeyZ": "я", "KeyC": "с", "KeyU": "г", "BracketRight": "ъ"}
FOCUSED = """(() => {
  const now = document.activeElement;
  return now.matches("a, button") ? now.textContent : "";
})()"""


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        for script in range(2):
            world.assign(session, 0, script, at=now)
        return world


def press_in_russian(page: Page, *codes: str) -> None:
    """What a Russian layout sends: the place of the key is Latin, its letter Cyrillic."""
    session = page.context.new_cdp_session(page)
    for code in codes:
        key = {"code": code, "key": RUSSIAN[code]}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": RUSSIAN[code], **key})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    session.detach()


def focus_by_tab(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"«{name}» is not reached by Tab")


def test_a_whole_sitting_goes_by_keyboard_alone_in_the_russian_layout(
    page: Page, server: Server, database: Database, world: World
) -> None:
    a_whole_sitting_by_keyboard(page, server)
    with database.reading() as session:
        assert all(session.scalars(select(Sheet.submitted_at)))


def a_whole_sitting_by_keyboard(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/login")
    page.get_by_label("Логин").focus()
    page.keyboard.type("expert1")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    expect(page.get_by_role("link", name="Проверка работ")).to_be_visible()
    page.wait_for_load_state()
    focus_by_tab(page, "Проверка работ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Начать проверку")).to_be_visible()
    page.wait_for_load_state()
    focus_by_tab(page, "Начать проверку")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    for work in (1, 2):
        expect(page.locator("#place")).to_contain_text(f"работа {work} из 2")
        expect(page.locator("#page-place")).not_to_be_empty()
        press_in_russian(page, "KeyC", "KeyF", "KeyZ", "KeyX", "KeyU", "KeyX", "KeyZ")
        expect(page.locator("#total")).to_have_text("2")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#page-place")).to_have_text("стр. 2 из 2")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Всё сдано. Спасибо!")).to_be_visible()
