"""The clock of rechecks in a browser: late, not in time, by a list, and a changed calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from app.bridge.terms import Pace, calendar_in, due_of
from app.db import Database
from app.models import Ground
from app.services import calendar, rechecks
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.journeys.conftest import Server, by_menu, log_in
from tests.recheck_world import RecheckWorld, make_recheck_world

pytestmark = pytest.mark.journey


@pytest.fixture
def world(database: Database, store: FileStore) -> RecheckWorld:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        return make_recheck_world(session, at=at, store=store)


def _today(world: RecheckWorld) -> date:
    return (world.now + timedelta(hours=3)).date()


def _hand_over(database: Database, world: RecheckWorld, script: int, received_on: date) -> None:
    with database.transaction() as session:
        rechecks.hand_over(
            session,
            store=world.store,
            script_ids=[world.base.scripts[script].id],
            opening=rechecks.Opening(
                ground=Ground.SELECTIVE, reason="выше среднего", received_on=received_on
            ),
            by=world.base.coordinator,
            at=world.now,
        )


def test_a_late_case_is_red_in_words_for_the_chair_and_the_coordinator(
    page: Page, server: Server, database: Database, world: RecheckWorld
) -> None:
    _hand_over(database, world, 0, _today(world) - timedelta(days=40))
    log_in(page, server, "chair", PASSWORD)
    expect(page.locator(".steps .late").first).to_contain_text("просрочено, рабочих дней:")
    by_menu(page, "Перепроверки")
    expect(page.locator("td.late")).to_contain_text("просрочено")
    page.get_by_label("Срок").select_option("late")
    page.get_by_role("button", name="Показать").click()
    expect(page).to_have_url(re.compile("due=late"))
    page.get_by_role("link", name="№ 1-1").click()
    expect(page.locator(".case-clock")).to_contain_text("просрочено")


def test_works_that_cannot_be_done_in_time_are_told_before_they_are_handed_over(
    page: Page, server: Server, database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        calendar.set_pace(
            session,
            campaign_id=world.base.exam.campaign_id,
            pace=Pace(minutes_per_work=480, minutes_a_day=480),
            by=world.base.coordinator,
            at=world.now,
        )
    log_in(page, server, "muni", PASSWORD)
    page.goto(f"{server.url}/rechecks/new")
    page.get_by_label("Школа или класс").select_option(label=world.base.schools[0].name)
    page.get_by_label("выборочно").check()
    page.get_by_label("Обоснование").fill("Результат выше среднего.")
    late = (_today(world) - timedelta(days=30)).isoformat()
    page.get_by_label("Работы переданы комиссии").fill(late)
    page.get_by_role("button", name="Передать комиссии").click()
    expect(page.get_by_role("alert")).to_contain_text("комиссия не успеет проверок: 4")
    page.get_by_role("button", name="Передать всё равно").click()
    expect(page.get_by_role("heading", name="Передача № 1")).to_be_visible()
    page.goto(f"{server.url}/rechecks/load")
    expect(page.get_by_text("Срок уже прошёл, проверок: 4")).to_be_visible()


def test_a_list_of_schools_leads_to_cases_that_name_its_entry(
    page: Page, server: Server, database: Database, world: RecheckWorld
) -> None:
    log_in(page, server, "muni", PASSWORD)
    page.goto(f"{server.url}/registers/listed/new")
    page.get_by_label("Школа").select_option(label=world.base.schools[0].name)
    page.get_by_label("Год списка").fill(str(_today(world).year - 1))
    page.get_by_label("Каким документом").fill("Письмо министерства № 4-17")
    page.get_by_role("button", name="Записать").click()
    expect(page.get_by_role("cell", name="служит")).to_be_visible()
    page.goto(f"{server.url}/rechecks/new")
    page.get_by_label("Школа или класс").select_option(label=world.base.schools[0].name)
    page.get_by_label("школа в списке").check()
    page.get_by_label("Обоснование").fill("Школа из списка.")
    page.get_by_role("button", name="Передать комиссии").click()
    page.get_by_role("link", name="№ 1-1").click()
    expect(page.get_by_text("Письмо министерства № 4-17")).to_be_visible()


def test_a_changed_calendar_moves_new_cases_and_an_open_one_only_by_a_recount(
    page: Page, server: Server, database: Database, world: RecheckWorld
) -> None:
    today = _today(world)
    _hand_over(database, world, 0, today)
    with database.reading() as session:
        counted = calendar_in(session, world.base.municipality.id, pace=Pace())
    told = due_of(today, calendar=counted).on
    log_in(page, server, "muni", PASSWORD)
    by_menu(page, "Календарь сроков")
    page.get_by_role("link", name="Внести день").click()
    page.get_by_label("День", exact=True).fill(told.isoformat())
    page.get_by_label("Каким актом").fill("Указ главы № 5")
    page.get_by_role("button", name="Записать").click()
    expect(page.get_by_role("cell", name="Указ главы № 5")).to_be_visible()
    _hand_over(database, world, 1, today)
    by_menu(page, "Перепроверки")
    first, second = page.get_by_role("row").nth(1), page.get_by_role("row").nth(2)
    expect(first).to_contain_text(f"{told:%d.%m.%Y}")
    expect(second).not_to_contain_text(f"{told:%d.%m.%Y}")
    first.get_by_role("link").click()
    page.get_by_role("link", name="Передача").click()
    page.get_by_text("Пересчитать срок по нынешнему календарю").click()
    page.get_by_label("Почему срок считается заново").fill("Указ вышел позже.")
    page.get_by_role("button", name="Пересчитать").click()
    expect(page.get_by_text(f"было до {told:%d.%m.%Y}")).to_be_visible()
