"""Coordinators choose a scheme, publish it, and a school spreads what it received."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.models import Assignment, Expert, Plan, PlanLevel, PlanState, Scheme
from app.queries.accounts import get_actor
from app.services.marking import record_points, submit_sheet
from tests.builders import PASSWORD, make_person
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
        world = make_world(session, at=now, experts=(2, 2, 2, 2), scripts=3)
        make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
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
    if assigned:
        the_chair_moves_works_plans_again_and_closes(page, server, database, now)


def the_chair_moves_works_plans_again_and_closes(
    page: Page, server: Server, database: Database, now: datetime
) -> None:
    page.get_by_role("button", name="Выйти").click()
    log_in(page, server, "chair", PASSWORD)
    page.get_by_role("link", name="Ход проверки").click()
    page.get_by_role("link", name="Русский язык").first.click()
    board = page.url
    page.get_by_role("link", name="expert").first.click()
    expect(page.get_by_role("heading", name="Передать работы")).to_be_visible()
    before = page.get_by_role("checkbox").count()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Передать отмеченные").click()
    expect(page.get_by_text("Передано другим экспертам работ: 1.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(before - 1)
    page.goto(board)
    page.get_by_role("button", name="Пересчитать с наименьшими изменениями").click()
    expect(page.get_by_text("Черновик с наименьшими изменениями готов")).to_be_visible()
    page.get_by_role("button", name="Закрыть проверку").click()
    expect(page.get_by_text("Закрыть проверку нельзя: не сдано работ 12.")).to_be_visible()
    everybody_scores(database, now)
    page.reload()
    expect(page.get_by_text("Все проверки сданы.")).to_be_visible()
    page.get_by_role("button", name="Закрыть проверку").click()
    expect(page.get_by_text("Проверка закрыта: баллы можно только смотреть.")).to_be_visible()
    expect(page.get_by_role("button", name="Открыть проверку снова")).to_be_visible()


def everybody_scores(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        held = session.scalars(select(Assignment).where(Assignment.withdrawn_at.is_(None))).all()
        for one in held:
            by = get_actor(session, person_id=one.expert.person_id)
            for label in ("1", "2", "3"):
                record_points(
                    session, assignment_id=one.id, criterion=label, value=1, save_key=label,
                    based_on=0, by=by, at=now,
                )  # fmt: skip
            submit_sheet(session, assignment_id=one.id, confirmed=True, by=by, at=now)
