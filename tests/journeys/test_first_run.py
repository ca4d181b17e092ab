"""An empty installation gets its administrator in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.web.auth import FIRST_RUN_TOKEN_FILE
from tests.journeys.conftest import Server

pytestmark = pytest.mark.journey
PASSWORD = "длинный пароль администратора"


def test_first_run_makes_the_administrator_who_then_logs_in(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Первый запуск")).to_be_visible()
    page.get_by_label("Ключ установки").fill("не тот ключ")
    page.get_by_label("Муниципалитет").fill("Пробный район")
    page.get_by_label("Имя администратора").fill("Администратор")
    page.get_by_label("Логин администратора").fill("admin")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Начать работу").click()
    expect(page.get_by_text("Ключ не подошёл")).to_be_visible()
    page.get_by_label("Ключ установки").fill(
        (server.settings.data_dir / FIRST_RUN_TOKEN_FILE).read_text()
    )
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Начать работу").click()
    expect(page.get_by_text("Установка готова")).to_be_visible()
    page.get_by_label("Логин").fill("admin")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Что делать дальше")).to_be_visible()
