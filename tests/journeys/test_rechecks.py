"""A recheck in a browser: lodged by the school, read by the commission, signed by the chair."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Grant, Role
from app.db import Database
from app.models import FinalPoint, FinalResult, Person, ResultSource
from app.services import rechecks
from app.storage import FileStore
from tests.builders import PASSWORD, make_person
from tests.journeys.conftest import Server, log_in
from tests.scoring_world import World, make_world

pytestmark = pytest.mark.journey


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    """A script with final points, its scorer, an independent member, a chair."""
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        made = make_world(session, at=at, store=store)
        made.assign(session, 0, 0, at=at)
        _finish(session, made, at)
        for row in made.experts[:2]:
            rechecks.appoint_member(
                session,
                municipality_id=made.municipality.id,
                expert_id=row.id,
                order=rechecks.Order(number="17-о", on=date(2026, 4, 1)),
                by=_chair(session, made, at),
                at=at,
            )
    return made


def _chair(session: Session, world: World, at: datetime) -> Actor:
    found = session.scalar(select(Person).where(Person.login == "chair"))
    if found is None:
        return make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=world.municipality
        )
    grant = Grant(role=Role.COMMISSION_CHAIR, municipality_id=world.municipality.id)
    return Actor(person_id=found.id, grants=(grant,))


def _finish(session: Session, world: World, at: datetime) -> None:
    result = FinalResult(
        script_id=world.scripts[0].id,
        number=1,
        source=ResultSource.SINGLE,
        decided_at=at,
        decided_by_id=world.actors[0].person_id,
    )
    result.points.extend(
        FinalPoint(criterion_id=criterion.id, points=0) for criterion in world.exam.criteria
    )
    session.add(result)


def _log_out(page: Page) -> None:
    page.get_by_role("button", name="Выйти").click()


def test_a_recheck_goes_from_the_school_to_the_signed_decision(
    page: Page, server: Server, database: Database, world: World
) -> None:
    log_in(page, server, "school1", PASSWORD)
    page.get_by_role("link", name="Перепроверки").click()
    page.get_by_role("link", name="Открыть дело").click()
    page.get_by_label("Код участника").fill("73999")
    page.get_by_label("несогласие с результатом перекрёстной проверки").check()
    page.get_by_label("Обоснование").fill("Второе задание решено верно другим способом.")
    page.get_by_role("button", name="Открыть дело").click()
    expect(page.get_by_text("Работы с кодом «73999» в этой школе нет")).to_be_visible()
    page.get_by_label("Код участника").fill("73001")
    page.get_by_role("button", name="Открыть дело").click()
    expect(page.get_by_text("осталось рабочих дней: 7")).to_be_visible()
    expect(page.get_by_role("button", name="Отдать независимому")).to_have_count(0)
    _log_out(page)

    log_in(page, server, "chair", PASSWORD)
    expect(page.get_by_text("назначьте члена комиссии")).to_be_visible()
    page.get_by_role("link", name="Открыть").first.click()
    page.get_by_role("button", name="Отдать независимому члену комиссии").click()
    expect(page.get_by_text("expert2", exact=True)).to_be_visible()
    _log_out(page)

    log_in(page, server, "expert2", PASSWORD)
    page.goto(f"{server.url}/scoring/")
    page.get_by_role("link", name="Начать проверку").click()
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    for key in ("Digit2", "Digit3", "Digit0", "Digit1", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#page-place")).to_have_text("стр. 2 из 2")
    expect(page.locator("#queue-length")).to_have_text("0")
    page.keyboard.press("Enter")
    expect(page.locator("body")).not_to_contain_text("73001")
    page.goto(f"{server.url}/scoring/")
    _log_out(page)

    log_in(page, server, "chair", PASSWORD)
    page.get_by_role("link", name="Открыть").first.click()
    expect(page.get_by_role("row", name="Сумма")).to_contain_text("6")
    page.get_by_label("принять баллы комиссии").check()
    page.get_by_label("Причина").select_option("unusual")
    page.get_by_label("Обоснование").fill("Способ решения верен, баллы подняты.")
    page.get_by_role("button", name="Подписать решение").click()
    expect(page.get_by_text("Решение записано")).to_be_visible()
    expect(page.get_by_text("баллы повышены", exact=True)).to_be_visible()
    with database.reading() as session:
        results = session.scalars(select(FinalResult).order_by(FinalResult.number)).all()
        totals = [sum(row.points or 0 for row in result.points) for result in results]
    assert totals == [0, 6]
