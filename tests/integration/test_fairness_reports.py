"""Reports of a municipality and a region, and a school's page: on screen, as PDF and XLSX."""

from __future__ import annotations

from datetime import datetime

import pypdfium2
import pytest
from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.exchange.book import Book
from app.models import Participant, School
from tests.builders import make_person
from tests.hours_world import HoursWorld, make_hours_world
from tests.integration.conftest import Enter


@pytest.fixture
def world(database: Database, now: datetime) -> HoursWorld:
    with database.transaction() as session:
        made = make_hours_world(session, at=now, schools=5)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=now)
        return made


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_municipal_report_says_the_same_on_screen_and_in_both_files(
    enter: Enter, world: HoursWorld
) -> None:
    client = enter("muni")
    address = f"/fairness/exams/{world.exam_id}/report"
    assert address in client.get("/fairness/reports").text
    page = client.get(address).text
    assert "Доля ложных среди сигналов удерживается на 10 %." in page
    assert page.count('role="img"') == 3
    assert "%%" not in page
    pdf = text_of(client.get(f"{address}.pdf").data).replace("\r\n", " ")
    assert "Школы стоят по алфавиту" in pdf
    assert "Рекомендация ФИОКО".lower() in pdf.lower()
    book = Book(client.get(f"{address}.xlsx").data)
    assert len(book.sheets) == 6
    agreement = next(sheet for name, sheet in book.sheets.items() if "Согласие" in name)
    heads = [agreement.value(3, column).text for column in range(1, 9)]
    assert heads[2:5] == [
        "Совпали точно, доля (95 %)",
        "Совпали точно, доля (95 %): от",
        "Совпали точно, доля (95 %): до",
    ]
    exact, low, high = (agreement.value(4, column).number for column in (3, 4, 5))
    assert exact is not None
    assert low is not None
    assert high is not None
    assert low <= exact <= high


def test_the_regional_report_is_the_regions_alone(enter: Enter, world: HoursWorld) -> None:
    page = enter("region").get("/fairness/reports").text
    start = page.index("/fairness/region?")
    address = page[start : page.index('"', start)].replace("&amp;", "&")
    shown = enter("region").get(address).text
    assert "Лесной район" in shown
    assert "региональный отчёт" in shown
    file = address.replace("/region?", "/region.pdf?")
    assert "Муниципалитетов: 1" in text_of(enter("region").get(file).data)
    assert enter("muni").get(address).status_code == 404
    assert enter("region").get("/fairness/region?subject=x").status_code == 400
    assert enter("region").get("/fairness/region?subject=x&grade=4&year=2026").status_code == 404


def test_a_school_takes_its_own_page_along_and_no_others(enter: Enter, world: HoursWorld) -> None:
    client = enter("school1")
    address = f"/fairness/exams/{world.exam_id}/schools/{world.school_id}"
    assert f"{address}.pdf" in client.get(address).text
    assert "страница школы" in text_of(client.get(f"{address}.pdf").data)
    assert "1. Об отчёте" in Book(client.get(f"{address}.xlsx").data).sheets
    assert client.get(f"{address}.doc").status_code == 404
    assert client.get(f"/fairness/exams/{world.exam_id}/report").status_code == 404


def test_reports_are_in_english_too(enter: Enter, world: HoursWorld) -> None:
    client = enter("muni")
    client.post("/language/en")
    page = client.get(f"/fairness/exams/{world.exam_id}/report").text
    assert "Schools stand in alphabetical order" in page
    assert "%%" not in page


def test_few_schools_are_told_in_words(enter: Enter, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_hours_world(session, at=now, schools=1)
    page = enter("muni").get(f"/fairness/exams/{world.exam_id}/report").text
    assert "Мало данных: есть 1, нужно не меньше 5" in page
    assert "#a2401f" not in page


def test_nine_works_tell_no_points_on_screen_and_on_paper(
    enter: Enter, database: Database, world: HoursWorld
) -> None:
    with database.transaction() as session:
        mine = select(Participant).where(Participant.school_id == world.school_id)
        other = session.scalars(select(School).where(School.id != world.school_id)).first()
        assert other is not None
        for one in session.scalars(mine.order_by(Participant.code)).all()[9:]:
            one.school_id = other.id
    address = f"/fairness/exams/{world.exam_id}/schools/{world.school_id}"
    client = enter("school1")
    for told in (client.get(address).text, text_of(client.get(f"{address}.pdf").data)):
        assert "работ 9, группы меньше 10 не показывают" in told
        assert "Балл" not in told
