"""A municipal coordinator tries a form on filled sheets before anybody scans by it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.access import Role
from app.db import Database
from app.models import Exam
from scanning.practice import CodeBoxes, FormLayout
from tests.builders import PASSWORD, make_person
from tests.integration.scan_builders import School, make_scan_school, practice_set
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey
OTHER_BOXES = FormLayout(code_box=CodeBoxes(x=20.0, y=50.0, n=6), sticker=None)


@pytest.fixture
def school(database: Database, now: datetime) -> School:
    with database.transaction() as session:
        made = make_scan_school(session, practice_set(pupils=2), at=now)
        exam = session.get_one(Exam, made.exam_id)
        place = exam.campaign.municipality
        make_person(session, "muni", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)
    return made


def test_sample_pages_show_at_once_what_the_program_reads(
    page: Page, server: Server, school: School, tmp_path: Path
) -> None:
    practice = practice_set(pupils=2)
    sheets = tmp_path / "листы.pdf"
    sheets.write_bytes(practice.files[0].content)
    broken = tmp_path / "плохой.pdf"
    broken.write_bytes(b"%PDF-1.5 nothing more")
    log_in(page, server, "muni", PASSWORD)
    page.goto(f"{server.url}/exams/{school.exam_id}/template")
    page.locator("[data-trial][data-ready]").wait_for()

    page.get_by_label("Листы (PDF").set_input_files([sheets, broken])
    expect(page.get_by_text("Страниц: 4, бланк найден на: 4.")).to_be_visible()
    expect(page.get_by_text("«плохой.pdf»")).to_be_visible()
    first = page.get_by_role("region", name="листы.pdf, 1", exact=True)
    expect(first.get_by_text("бланк найден")).to_be_visible()
    best = first.locator(".trial-best").all_inner_texts()
    assert "".join(text[0] for text in best) == practice.pages[0].code
    expect(first.get_by_text("Что увидит эксперт")).to_be_visible()

    page.get_by_label("Клеток кода").fill("3")
    page.get_by_label("Клеток кода").blur()
    page.get_by_label("Код x").fill("20")
    page.get_by_label("Код x").blur()
    page.get_by_role("button", name="Попробовать ещё раз").click()
    expect(page.get_by_text("Страниц: 4, бланк найден на: 4.")).not_to_be_visible()


def test_a_second_form_is_drawn_over_a_pdf_named_and_tried(
    page: Page, server: Server, school: School, tmp_path: Path
) -> None:
    practice = practice_set(pupils=1, layout=OTHER_BOXES)
    sheets = tmp_path / "six.pdf"
    sheets.write_bytes(practice.files[0].content)
    log_in(page, server, "muni", PASSWORD)
    page.goto(f"{server.url}/exams/{school.exam_id}")
    page.get_by_role("link", name="Добавить ещё один бланк").click()
    page.locator("[data-trial][data-ready]").wait_for()
    page.get_by_label("Скан пустого бланка").set_input_files(sheets)
    expect(page.locator("#sheet image")).to_have_count(1)
    page.get_by_label("Название бланка").fill("Шесть клеток")
    for name, value in (("Код x", "20"), ("Код y", "50"), ("Клеток кода", "6")):
        page.get_by_label(name, exact=True).fill(value)
        page.get_by_label(name, exact=True).blur()
    page.get_by_label("Листы (PDF").set_input_files(sheets)
    expect(page.get_by_text("Страниц: 2, бланк найден на: 2.")).to_be_visible()
    page.get_by_role("button", name="Сохранить шаблон").click()
    expect(page.get_by_text("Шаблон страницы сохранён")).to_be_visible()
    expect(page.get_by_text("Шесть клеток").first).to_be_visible()
    page.get_by_role("link", name="изменить Шесть клеток").click()
    page.get_by_role("button", name="Больше не использовать этот бланк").click()
    expect(page.get_by_text("Бланк больше не используется")).to_be_visible()
    expect(page.get_by_text("Шесть клеток")).to_have_count(0)
