"""A form that is sent after the sitting has ended keeps what was typed until a login."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from app.access import Role
from app.db import Database
from tests.builders import PASSWORD, make_municipality, make_person
from tests.journeys.axe import axe_faults
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey
NAME = "Школа № 7 имени моряков"


def test_what_was_typed_outlives_the_sitting(
    page: Page, server: Server, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        for login in ("mo", "other"):
            make_person(session, login, Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
    page.clock.install()
    log_in(page, server, "mo", PASSWORD)
    page.goto(f"{server.url}/registers/schools/new")
    page.get_by_label("Логин ОО").fill("edu100007")
    page.get_by_label("Краткое название").fill(NAME)
    page.context.clear_cookies()
    page.clock.fast_forward("01:10:00")
    page.get_by_role("button", name="Сохранить").click()
    window = page.get_by_role("dialog", name="Не отправлено: введённое осталось на странице")
    expect(window).to_be_visible()
    assert axe_faults(page) == []
    log_in_beside(page, "other")
    window.get_by_role("button", name="Продолжить").click()
    expect(window.get_by_role("alert")).to_contain_text("вошёл другой человек")
    page.context.clear_cookies()
    log_in_beside(page, "mo")
    window.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()


def log_in_beside(page: Page, login: str) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Войти в новой вкладке").click()
    tab = opened.value
    tab.get_by_label("Логин").fill(login)
    tab.get_by_label("Пароль").fill(PASSWORD)
    tab.get_by_role("button", name="Войти").click()
    expect(tab.get_by_role("heading", name="Что делать дальше")).to_be_visible()
    tab.close()
