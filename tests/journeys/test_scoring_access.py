"""The scoring screen without a mouse in the Russian layout, on a tablet, and at double size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.db import Database
from app.models import Sheet
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.journeys.conftest import Server, log_in
from tests.journeys.test_scoring import expect_saved
from tests.scoring_world import World, make_world

pytestmark = pytest.mark.journey
RUSSIAN = {"KeyF": "а", "KeyX": "ч", "KeyZ": "я", "KeyC": "с", "KeyU": "г", "BracketRight": "ъ"}
FOCUSED = """(() => {
  const now = document.activeElement;
  return now.matches("a, button") ? now.textContent : "";
})()"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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


@contextmanager
def screen(browser: Browser, **how: object) -> Iterator[Page]:
    context = browser.new_context(locale="ru-RU", **how)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_the_screen_serves_a_russian_keyboard_alone_a_tablet_and_double_size(
    browser: Browser, page: Page, server: Server, database: Database, world: World
) -> None:
    a_whole_sitting_by_keyboard(page, server)
    with database.reading() as session:
        assert all(session.scalars(select(Sheet.submitted_at)))
    touch = {"width": 768, "height": 1024}
    with screen(browser, viewport=touch, has_touch=True) as tablet:
        look_again(tablet, server)
        tablet.get_by_role("button", name="Вернуть в работу").tap()
        expect(tablet.locator("body")).to_have_attribute("data-ready", "yes")
        row = tablet.locator("[data-label='1']")
        row.get_by_role("button", name="2", exact=True).tap()
        expect(row).to_have_attribute("data-value", "2")
        expect_saved(tablet)
        for button in tablet.locator(".points button:visible").all()[:6]:
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24
        assert tablet.evaluate(OVERFLOW) <= 0
    half = {"width": 683, "height": 384}
    with screen(browser, viewport=half, device_scale_factor=2) as doubled:
        look_again(doubled, server)
        assert doubled.evaluate(OVERFLOW) <= 0
        doubled.get_by_role("button", name="Сдать").scroll_into_view_if_needed()
        expect(doubled.get_by_role("button", name="Сдать")).to_be_in_viewport()
        doubled.locator(".viewer").scroll_into_view_if_needed()
        expect(doubled.locator(".viewer")).to_be_in_viewport()


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


def look_again(page: Page, server: Server) -> None:
    log_in(page, server, "expert1", PASSWORD)
    page.goto(f"{server.url}/scoring/")
    page.get_by_role("link", name="Работа 1", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    expect(page.locator("#page-place")).not_to_be_empty()
