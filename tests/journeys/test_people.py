"""A municipal coordinator fills the registers from a file; a school's expert gets in."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.access import Role
from app.db import Database
from tests.builders import PASSWORD, make_class, make_municipality, make_person, make_school
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey
EXPERTS = """Логин эксперта;ФИО эксперта;Логин ОО;Предметы;Классы;Сколько работ
t1;Учитель Первый;edu100001;Русский язык: 01.09.2015;4А;30
t2;Учитель Второй;edu100009;Русский язык: 01.09.2015;;30
"""


def test_experts_come_from_a_file_get_passwords_and_recuse_themselves(
    page: Page, server: Server, database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        home, _other = make_school(session, town, 1), make_school(session, town, 2)
        make_class(session, home)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
    log_in(page, server, "mo", PASSWORD)
    _bring_experts(page, server, tmp_path)
    password = _hand_out_passwords(page)
    page.get_by_role("button", name="Выйти").click()
    _enter_with_first_password(page, server, password)
    _recuse(page)


def _bring_experts(page: Page, server: Server, folder: Path) -> None:
    file = folder / "experts.csv"
    file.write_text(EXPERTS)
    page.goto(f"{server.url}/registers/experts")
    page.get_by_role("link", name="Загрузить из файла").click()
    page.get_by_label("Файл XLSX или CSV").set_input_files(file)
    page.get_by_role("button", name="Проверить файл").click()
    expect(page.get_by_text("Школы с логином «edu100009» среди ваших нет.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать ошибочные строки").click()
    assert download.value.suggested_filename == "experts-wrong.xlsx"
    file.write_text(EXPERTS.replace("edu100009", "edu100002"))
    page.get_by_role("link", name="Выбрать другой файл").click()
    page.get_by_label("Файл XLSX или CSV").set_input_files(file)
    page.get_by_role("button", name="Проверить файл").click()
    page.get_by_role("button", name="Записать всё").click()
    expect(page.get_by_text("Файл принят. Новых строк: 2")).to_be_visible()


def _hand_out_passwords(page: Page) -> str:
    page.get_by_role("button", name="Первые пароли").click()
    expect(page.get_by_role("heading", name="Первые пароли")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать лист для печати").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    row = page.get_by_role("row").filter(has_text="Учитель Первый").inner_text()
    found = re.search(r"\w{4}-\w{4}-\w{4}", row)
    assert found is not None
    return found[0]


def _enter_with_first_password(page: Page, server: Server, password: str) -> None:
    log_in(page, server, "t1", password)
    expect(page.get_by_role("heading", name="Смена пароля")).to_be_visible()
    page.get_by_label("Прежний пароль").fill(password)
    page.get_by_label("Новый пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Новый пароль ещё раз").fill(PASSWORD)
    page.get_by_role("button", name="Сменить пароль").click()


def _recuse(page: Page) -> None:
    page.get_by_role("link", name="Самоотвод").click()
    page.get_by_label("Чьи работы вам проверять нельзя").select_option(label="Школа № 2")
    page.get_by_label("Почему").select_option(label="Родственник")
    page.get_by_role("button", name="Заявить").click()
    expect(page.get_by_role("row").filter(has_text="Школа № 2")).to_be_visible()
