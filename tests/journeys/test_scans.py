"""A school coordinator takes a class from a file of scans to scripts handed over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db import Database
from scanning.practice import Trap
from tests.builders import PASSWORD
from tests.integration.scan_builders import make_scan_school, practice_set
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey


def test_from_a_file_of_scans_to_scripts_handed_over(
    page: Page, server: Server, database: Database, tmp_path: Path, now: datetime
) -> None:
    practice = practice_set(traps=frozenset({Trap.EMPTY_CODE}))
    empty = next(one for one in practice.pages if one.written_code is None)
    with database.transaction() as session:
        make_scan_school(session, practice, at=now)
    scans = tmp_path / practice.files[0].name
    scans.write_bytes(practice.files[0].content)
    poison = tmp_path / "poison.pdf"
    poison.write_bytes(b"%PDF-1.5 nothing more")

    log_in(page, server, "coordinator", PASSWORD)
    page.goto(f"{server.url}/scans/")
    page.get_by_role("link", name="Математика").click()
    page.get_by_label("Файлы").set_input_files([scans, poison])
    page.get_by_role("button", name="Загрузить").click()
    expect(page.get_by_text("Пачка прочитана")).to_be_visible(timeout=60_000)

    page.get_by_role("link", name="Решить страницы").click()
    page.locator("[data-ready]").wait_for()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Клавиши")).to_be_visible()
    page.get_by_role("button", name="Понятно").click()
    page.keyboard.press("b")
    expect(page.get_by_text("Решено страниц: 1.")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("Решение отменено.")).to_be_visible()
    page.keyboard.press("c")
    page.keyboard.type(str(empty.code))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Решение отменено.")).to_be_hidden()
    page.keyboard.press("1")
    expect(page.get_by_text("Все страницы решены.")).to_be_visible()

    page.get_by_role("link", name="Работы по кодам").click()
    _wait_until_drawn(page)
    page.get_by_role("button", name="Работы готовы: передать").click()
    expect(page.get_by_text("Передано на проверку работ: 3")).to_be_visible()
    page.goto(page.url.replace("/overview", "/"))
    expect(page.get_by_text("«poison.pdf»")).to_be_visible()


def _wait_until_drawn(page: Page) -> None:
    for _ in range(30):
        if page.get_by_text("готова", exact=True).count() == 3:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("the images were not drawn in 15 s")
