"""The coordinator's desk in a browser: dates of the order, the board from the region down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from app.access import Role
from app.db import Database
from tests.builders import (
    PASSWORD,
    make_class,
    make_exam,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.journeys.conftest import Server, by_menu, log_in

pytestmark = pytest.mark.journey
PLACES = 40


@pytest.fixture
def region(database: Database) -> None:
    """Forty municipalities of two schools; only one of them has a school without codes."""
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        for number in range(PLACES):
            town = make_municipality(session, name=f"Муниципальный район № {number + 1:02}")
            exam = make_exam(session, town, at=at)
            exam.held_on = at.date() + timedelta(days=30)
            exam.scoring_ends_on = exam.form_due_on = at.date() + timedelta(days=40)
            for school in (2 * number, 2 * number + 1):
                room = make_class(session, make_school(session, town, school))
                make_participants(session, exam, room, ("00011", "00022"))
            if number == PLACES - 1:
                _fall_behind(exam, at.date())
                make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=at, municipality=town)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=at)


def _fall_behind(exam: object, today: date) -> None:
    exam.held_on = today - timedelta(days=10)  # type: ignore[attr-defined]


def test_a_regional_coordinator_sees_forty_municipalities_and_goes_down_to_a_school(
    page: Page, server: Server, region: None
) -> None:
    log_in(page, server, "region", PASSWORD)
    by_menu(page, "Табло")
    expect(page.get_by_text("Опаздывают муниципалитеты: 1 из 40.")).to_be_visible()
    rows = page.locator("table.board tbody tr")
    expect(rows).to_have_count(PLACES)
    expect(rows.first).to_contain_text("Муниципальный район № 40")
    page.wait_for_load_state()  # a table without its styles is wider
    sideways = page.locator(".board-wrap").evaluate("one => one.scrollWidth - one.clientWidth")
    assert sideways <= 0, "the board does not fit 1366 pixels"
    rows.first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Муниципальный район № 40")
    page.locator("table.board tbody tr").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Русский язык, 4 класс").click()
    expect(page.get_by_role("row", name="Сканы опаздывает")).to_be_visible()


def test_dates_of_the_order_become_a_schedule_and_a_reminder(
    page: Page, server: Server, region: None
) -> None:
    log_in(page, server, "mo", PASSWORD)
    page.get_by_role("link", name="График").click()
    page.get_by_role("link", name="Записать даты приказа").click()
    page.get_by_label("Приказ с планом-графиком").fill("Приказ № 17")
    tomorrow = datetime.now(tz=UTC).date() + timedelta(days=1)  # noqa: TID251 - the real clock
    page.get_by_label("Список ОО сверить до").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Записать").click()
    expect(page.get_by_text("График записан")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Файл для календаря").click()
    assert saved.value.suggested_filename.endswith(".ics")
    page.get_by_role("link", name="Что делать дальше").click()
    expect(page.get_by_text("сверьте список ОО")).to_be_visible()
