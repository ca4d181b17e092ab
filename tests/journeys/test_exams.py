"""The municipal coordinator sets up a campaign and an exam in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, Route, expect

from app.access import Role
from app.db import Database
from tests.builders import PASSWORD, make_municipality, make_person
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey


def _held_back(page: Page, address: str) -> Callable[[], None]:
    """A slow line: what lies at `address` arrives when the answer is called."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    def arrive() -> None:
        for route in waiting:
            route.continue_()
        page.unroute(address)

    page.route(address, hold)
    return arrive


def test_an_exam_is_set_up_from_campaign_to_template(
    page: Page, server: Server, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        place = make_municipality(session)
        make_person(session, "mk", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)
    log_in(page, server, "mk", PASSWORD)
    page.get_by_role("link", name="Работы").click()
    page.get_by_role("link", name="Новая кампания").click()
    page.get_by_label("Название").fill("ВПР 2026")
    page.get_by_role("button", name="Создать").click()
    page.get_by_role("link", name="Добавить работу").click()
    page.get_by_label("Предмет").fill("Русский язык")
    page.get_by_label("Класс", exact=True).fill("4")
    page.get_by_label("День работы").fill("2026-04-20")
    page.get_by_role("textbox", name="Последний день проверки").fill("2026-04-24")
    page.get_by_role("textbox", name="Форму загрузить до").fill("2026-04-21")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Даты идут не по порядку")).to_be_visible()
    page.get_by_role("textbox", name="Форму загрузить до").fill("2026-04-28")
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_label("Взять готовое описание").select_option(label="Русский язык")
    page.get_by_role("button", name="Взять").click()
    expect(page.get_by_label("Критерий", exact=True).nth(14)).to_have_value("12.2")
    page.get_by_role("button", name="Сохранить критерии").click()
    expect(page.get_by_text("наибольшая сумма: 24")).to_be_visible()
    expect(page.get_by_text("«3» от 10, «4» от 16, «5» от 21 баллов.")).to_be_visible()
    drawing = _held_back(page, "**/template.js")
    page.get_by_role("link", name="Нарисовать шаблон").click()
    page.get_by_label("Клеток кода").fill("6")
    page.get_by_label("Клеток кода").press("Tab")
    drawing()
    expect(page.locator("#sheet .cell-line")).to_have_count(5)
    page.get_by_role("button", name="+ область ответа").click()
    handle = page.locator("#sheet .region.visible").last
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 80, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Сохранить шаблон").click()
    expect(page.get_by_text("клеток кода 6, областей для эксперта 2")).to_be_visible()
