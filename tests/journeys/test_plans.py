"""Coordinators choose a scheme, publish it, and a school spreads what it received."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.db import Database
from app.models import Assignment, Expert, Plan, PlanLevel, PlanState, Scheme
from tests.builders import PASSWORD
from tests.integration.plan_world import make_world
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey


def test_cross_check_from_comparing_to_a_schools_spread(
    page: Page, server: Server, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        make_world(session, at=now, experts=(2, 2, 2, 0), scripts=4)
    log_in(page, server, "municipal", PASSWORD)
    page.goto(f"{server.url}/plans/")
    page.get_by_role("link", name="Выбрать схему").click()
    page.get_by_role("button", name="Сравнить схемы").click()
    expect(page.get_by_role("heading", name="Схемы рядом")).to_be_visible(timeout=30_000)
    page.get_by_text("Не хватает мест: 4").first.click()
    expect(page.get_by_text("Школа № 4").first).to_be_visible()
    page.get_by_role("link", name="Выбрать: перекрёстная").click()
    expect(page.get_by_role("heading", name="Куда уйдут работы")).to_be_visible()
    page.get_by_label("Основание").fill("приказ № 12 от 01.04.2026")
    page.get_by_label("Да, передать работы школам").check()
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Распределение опубликовано")).to_be_visible()
    page.get_by_role("button", name="Выйти").click()

    log_in(page, server, "school1", PASSWORD)
    page.goto(f"{server.url}/plans/")
    page.get_by_role("link", name="Распределить").click()
    page.get_by_role("button", name="Распределить").click()
    page.get_by_role("link", name="Показать работы").first.click()
    page.get_by_role("checkbox", name="№").first.check()
    page.get_by_role("button", name="Передать").click()
    expect(page.get_by_text("Передано. Правила не нарушены.")).to_be_visible()
    page.get_by_role("link", name="Почему этот эксперт").first.click()
    expect(page.get_by_text("назначен", exact=True)).to_be_visible()
    page.go_back()
    page.get_by_label("Да, назначить работы экспертам").check()
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_role("heading", name="Ход проверки")).to_be_visible()
    with database.reading() as session:
        assert session.scalars(select(Assignment)).first() is not None


@pytest.mark.parametrize(
    ("choice", "scheme"),
    [
        ("Выбрать: комиссия ОО", Scheme.IN_SCHOOL),
        ("Выбрать: перекрёстная", Scheme.CROSS_SCHOOL),
        ("Выбрать: муниципальная комиссия", Scheme.MUNICIPAL),
    ],
)
def test_each_scheme_can_be_chosen_and_published(
    page: Page, server: Server, database: Database, now: datetime, choice: str, scheme: Scheme
) -> None:
    with database.transaction() as session:
        make_world(session, at=now, experts=(2, 2, 2, 2), scripts=3)
        for expert in session.scalars(select(Expert)):
            expert.in_commission = True
    log_in(page, server, "municipal", PASSWORD)
    page.goto(f"{server.url}/plans/")
    page.get_by_role("link", name="Выбрать схему").click()
    page.get_by_role("button", name="Сравнить схемы").click()
    expect(page.get_by_role("heading", name="Схемы рядом")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name=choice).click()
    page.get_by_label("Основание").fill("приказ № 12 от 01.04.2026")
    page.get_by_label("Да,").check()
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Распределение опубликовано")).to_be_visible()
    with database.reading() as session:
        standing = session.scalars(
            select(Plan).where(Plan.state == PlanState.PUBLISHED, Plan.level == PlanLevel.MUNICIPAL)
        ).one()
        assigned = session.scalars(select(Assignment)).all()
    assert standing.scheme is scheme
    assert bool(assigned) == (scheme is Scheme.MUNICIPAL)
