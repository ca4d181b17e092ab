"""Rechecks in a browser: lodging to signed act by each method; two persons; independence."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.models import (
    Assignment,
    Expert,
    FinalResult,
    Method,
    Person,
    RecheckCase,
    RecheckReading,
    Workplace,
)
from app.services import results
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.journeys.axe import axe_faults
from tests.journeys.conftest import Server, by_menu, log_in
from tests.recheck_world import RecheckWorld, make_recheck_world, read_case

pytestmark = pytest.mark.journey
HIGHER = ("Digit2", "Digit2", "Digit1", "Digit0")
READERS = {Method.REVIEW: 1, Method.BLIND: 1, Method.TWO_BLIND: 2, Method.REVEAL: 1}
AsUser = Callable[[str], None]


@pytest.fixture
def world(database: Database, store: FileStore) -> RecheckWorld:
    """Four scored scripts with pages, a commission of five by order, a chair."""
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        return make_recheck_world(session, at=at, store=store, images=True)


@pytest.fixture
def as_user(page: Page, server: Server) -> AsUser:
    """Change who sits at the browser."""

    def change(login: str) -> None:
        page.goto(server.url)
        leave = page.get_by_role("button", name="Выйти")
        if leave.count():
            leave.click()
        log_in(page, server, login, PASSWORD)

    return change


@pytest.mark.parametrize("method", list(Method))
def test_a_case_goes_from_lodging_to_the_signed_act(
    page: Page,
    server: Server,
    database: Database,
    world: RecheckWorld,
    as_user: AsUser,
    method: Method,
) -> None:
    with database.transaction() as session:
        world.set_method(session, method)
    as_user("school1")
    _lodge(page)
    as_user("chair")
    page.get_by_role("link", name="Открыть").first.click()
    for _ in range(READERS[method]):
        page.get_by_role("button", name="Отдать независимому члену комиссии").click()
        expect(page.get_by_text("Работа отдана независимому члену комиссии")).to_be_visible()
    if method is not Method.REVIEW:
        expect(page.get_by_text("Прежние и новые баллы откроются здесь")).to_be_visible()
    _look(page, f"case-{method.value}-waiting")
    for login in _readers(database):
        as_user(login)
        _read(page, server, method)
    as_user("chair")
    _sign(page, method)
    expect(page.get_by_text("Баллы изменятся, когда его подтвердит второе лицо")).to_be_visible()
    expect(page.get_by_role("button", name="Подтвердить изменение")).to_have_count(0)
    assert _totals(database) == [4]
    as_user("muni")
    waiting = page.get_by_role("listitem").filter(has_text="подтвердите изменение баллов")
    waiting.get_by_role("link", name="Открыть").click()
    page.get_by_role("button", name="Подтвердить изменение").click()
    expect(page.get_by_role("heading", name="Баллы повышены", exact=True)).to_be_visible()
    _look(page, f"case-{method.value}-closed")
    assert _totals(database) == [4, 5]
    act = page.get_by_role("link", name="Акт перепроверки (PDF)").get_attribute("href")
    first = _as_stored(page.request.get(f"{server.url}{act}").body())
    assert first.startswith(b"%PDF")
    as_user("school1")
    told = page.get_by_role("listitem").filter(has_text="Комиссия решила дела")
    told.get_by_role("link", name="Открыть").click()
    _look(page, f"told-{method.value}")
    expect(page.get_by_text("баллы изменились, выпустите исправленную форму")).to_be_visible()
    page.get_by_role("button", name="Ознакомлен(а) со всеми").click()
    expect(page.get_by_text("с решениями ознакомлены, дел: 1")).to_be_visible()
    assert _as_stored(page.request.get(f"{server.url}{act}").body()) == first


def _as_stored(act: bytes) -> bytes:
    """The act without the checkpoint that the download adds to its tail."""
    assert b'\n%{"checkpoint"' in act
    return act.rpartition(b"\n%{")[0]


def test_a_member_who_scored_the_script_is_refused_at_appointment_fetch_and_save(
    page: Page, server: Server, database: Database, world: RecheckWorld, as_user: AsUser
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        case_id = case.id
    as_user("chair")
    page.goto(f"{server.url}/rechecks/{case_id}")
    page.get_by_label("Кому отдать").select_option(label="expert1 — проверял эту работу")
    page.get_by_role("button", name="Отдать независимому члену комиссии").click()
    expect(page.get_by_text("expert1 уже проверял эту работу")).to_be_visible()
    _look(page, "case-refused")
    with database.transaction() as session:
        reading = world.assign(session, session.get_one(RecheckCase, case_id), 1)
        work = reading.assignment_id
    as_user("expert2")
    page.goto(f"{server.url}/scoring/{work}")
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    _tie_to_the_school(database, world)
    page.keyboard.press("Digit1")
    expect(page.get_by_text("связан со школой этой работы")).to_be_visible()
    page.goto(f"{server.url}/scoring/{work}")
    expect(page.get_by_role("alert")).to_contain_text("связан со школой этой работы")
    expect(page.get_by_role("heading", name="Мои перепроверки")).to_be_visible()


def test_the_same_error_elsewhere_is_added_in_one_action(
    page: Page, server: Server, database: Database, world: RecheckWorld, as_user: AsUser
) -> None:
    case_id = read_case(database, world)
    as_user("chair")
    page.goto(f"{server.url}/rechecks/{case_id}")
    same = page.locator("#same")
    expect(same.get_by_role("heading", name="Та же ошибка: работ 3")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("expert1, ")
    _look(page, "case-same")
    same.get_by_role("button", name="Передать отмеченные комиссии").click()
    expect(page.get_by_role("heading", name="Передача № 2")).to_be_visible()
    expect(page.get_by_text("Возможна та же ошибка, что в деле № 1-1.")).to_be_visible()
    page.get_by_role("button", name="Распределить по членам комиссии: 3").click()
    expect(page.get_by_text("Отдано членам комиссии: 3.")).to_be_visible()
    _look(page, "handover")


def test_a_corrected_form_is_released_beside_the_former(
    page: Page, server: Server, database: Database, world: RecheckWorld, as_user: AsUser
) -> None:
    with database.transaction() as session:
        results.release(
            session,
            store=world.store,
            exam_id=world.base.exam.id,
            school_id=world.base.schools[0].id,
            by=world.base.school_coordinator,
            at=world.now,
        )
    world.now += timedelta(seconds=1)
    case_id = read_case(database, world)
    with database.transaction() as session:
        case = session.get_one(RecheckCase, case_id)
        world.sign(session, case)
        world.confirm(session, case)
    as_user("school1")
    corrected = page.get_by_role("listitem").filter(has_text="Выпустите исправленную форму")
    corrected.get_by_role("link", name="Открыть").click()
    expect(page.get_by_text("После выпуска формы баллы изменились, работ: 1")).to_be_visible()
    page.get_by_role("button", name="Выпустить форму").click()
    page.get_by_role("link", name="Что изменила версия 2").click()
    expect(page.get_by_role("row", name="73001 1 1 2")).to_be_visible()
    _look(page, "corrected")
    file = page.get_by_role("link", name="Отличия (CSV)").get_attribute("href")
    assert "73001;1;1;2" in page.request.get(f"{server.url}{file}").text()


def _lodge(page: Page) -> None:
    """The school disagrees with the points of one code."""
    by_menu(page, "Перепроверки")
    page.get_by_role("link", name="Передать работы комиссии").click()
    page.get_by_label("Коды участников").fill("73999")
    page.get_by_label("несогласие с результатом перекрёстной проверки").check()
    page.get_by_label("Обоснование").fill("Первое задание решено верно другим способом.")
    page.get_by_role("button", name="Передать комиссии").click()
    expect(page.get_by_text("Работ с такими кодами здесь нет: 73999")).to_be_visible()
    _look(page, "new")
    page.get_by_label("Коды участников").fill("73001")
    page.get_by_role("button", name="Передать комиссии").click()
    expect(page.get_by_role("heading", name="Передача № 1")).to_be_visible()
    expect(page.get_by_role("cell", name="осталось рабочих дней: 7")).to_be_visible()
    expect(page.get_by_role("button", name="Распределить")).to_have_count(0)


def _readers(database: Database) -> list[str]:
    query = (
        select(Person.login)
        .join(Expert, Expert.person_id == Person.id)
        .join(Assignment, Assignment.expert_id == Expert.id)
        .join(RecheckReading, RecheckReading.assignment_id == Assignment.id)
        .order_by(Person.login)
    )
    with database.reading() as session:
        return list(session.scalars(query))


def _read(page: Page, server: Server, method: Method) -> None:
    """The member scores on the screen and hands in; where the method wants it, he explains."""
    page.goto(f"{server.url}/rechecks/mine")
    _look(page, f"desk-{method.value}")
    page.get_by_role("link", name="Перепроверить").first.click()
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    expect(page.locator("body")).not_to_contain_text("73001")
    expect(page.locator(".earlier")).to_have_count(4 if method is Method.REVIEW else 0)
    for key in HIGHER:
        page.keyboard.press(key)
    expect(page.locator("#page-place")).to_have_text("стр. 1 из 2")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#page-place")).to_have_text("стр. 2 из 2")
    expect(page.locator("#queue-length")).to_have_text("0")
    page.keyboard.press("Enter")
    if method in (Method.REVIEW, Method.REVEAL):
        _explain(page, method)
    expect(page.get_by_role("heading", name="Мои перепроверки")).to_be_visible()
    expect(page.get_by_text("сдано", exact=True)).to_be_visible()


def _explain(page: Page, method: Method) -> None:
    expect(page.get_by_text("Теперь видны прежние")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("73001")
    expect(page.get_by_label("Причина по критерию 4К1")).to_be_hidden()
    page.get_by_role("button", name="Записать и передать председателю").click()
    expect(page.get_by_text("выберите причину и напишите пояснение")).to_be_visible()
    page.get_by_label("Причина по критерию 1", exact=True).select_option("unusual")
    page.get_by_label("Пояснение по критерию 1", exact=True).fill("Другой верный способ.")
    _look(page, f"explain-{method.value}")
    page.get_by_role("button", name="Записать и передать председателю").click()


def _sign(page: Page, method: Method) -> None:
    """The chair opens what is read; a member's own reason stands there already."""
    page.get_by_role("link", name="Открыть").first.click()
    reason = page.get_by_label("Причина по критерию 1", exact=True)
    if method in (Method.REVIEW, Method.REVEAL):
        expect(reason).to_have_value("unusual")
    else:
        reason.select_option("unusual")
        page.get_by_label("Пояснение по критерию 1", exact=True).fill("Другой верный способ.")
    page.get_by_label("Обоснование решения").fill("Способ решения верен.")
    _look(page, f"case-{method.value}-read")
    page.get_by_role("button", name="Подписать решение").click()


def _totals(database: Database) -> list[int]:
    """Raw scores of the disputed script, version by version."""
    with database.reading() as session:
        case = session.scalars(select(RecheckCase)).first()
        assert case is not None
        return [sum(row.points or 0 for row in one.points) for one in _finals(session, case)]


def _finals(session: Session, case: RecheckCase) -> list[FinalResult]:
    query = select(FinalResult).where(FinalResult.script_id == case.script_id)
    return list(session.scalars(query.order_by(FinalResult.number)))


def _tie_to_the_school(database: Database, world: RecheckWorld) -> None:
    """The member takes a second job in the school of the script."""
    with database.transaction() as session:
        expert = world.base.experts[1]
        session.add(Workplace(expert_id=expert.id, school_id=world.base.schools[0].id))


def _look(page: Page, name: str) -> None:
    """The page is accessible; a picture of it, where somebody asked for pictures."""
    assert axe_faults(page) == [], name
    folder = os.environ.get("SVERKA_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"rechecks-{name}.png", full_page=True)
