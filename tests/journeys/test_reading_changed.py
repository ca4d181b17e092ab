"""From a question on a criterion to works scored anew for that criterion alone, on a tablet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.access import Role
from app.bridge.sheets import newest_versions
from app.db import Database
from app.models import Assignment, Sheet
from app.storage import FileStore
from tests.builders import PASSWORD, make_person
from tests.integration.test_controls import RIGHT, score
from tests.journeys.conftest import Server, log_in
from tests.scoring_world import World, make_world

pytestmark = pytest.mark.journey
BETWEEN_LOOKS_MS = 21_000


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        for script in range(3):
            work = world.assign(session, 0, script, at=now)
            if script == 0:
                score(session, work, world.actors[0], now, RIGHT)
        return world


def test_a_question_changes_a_reading_and_the_work_is_scored_again_for_it_alone(
    browser: Browser, page: Page, server: Server, database: Database, world: World
) -> None:
    lead = f"{server.url}/lead/exams/{world.exam.id}"
    page.clock.install()
    log_in(page, server, "chair", PASSWORD)
    page.goto(lead)
    context = browser.new_context(
        viewport={"width": 1024, "height": 768},
        has_touch=True,
        color_scheme="dark",
        locale="ru-RU",
    )
    expert = context.new_page()
    log_in(expert, server, "expert1", PASSWORD)
    _ask(expert, f"{server.url}/guidance/exams/{world.exam.id}/questions?criterion=4К1")
    _answer_and_change(page, lead)
    _score_again(expert, server)
    context.close()
    with database.reading() as session:
        first = Assignment.script_id == world.scripts[0].id
        done = session.scalars(select(Sheet).join(Sheet.assignment).where(first)).one()
        newest = {label: row.points for label, row in newest_versions(done.versions).items()}
        assert newest == RIGHT | {"4К1": 2}
        assert (len(done.versions), done.submitted_at is not None) == (5, True)
    _hand_on(page, lead)
    with database.reading() as session:
        holders = select(Assignment.expert_id).where(Assignment.withdrawn_at.is_(None))
        held = list(session.scalars(holders))
        assert [held.count(one.id) for one in world.experts[:2]] == [2, 1]


def _ask(expert: Page, address: str) -> None:
    expert.goto(address)
    expect(expert.get_by_label("Критерий")).to_have_value("4К1")
    expert.get_by_label("Вопрос. Не называйте участника и школу").fill("Описка — это ошибка?")
    expert.get_by_role("button", name="Спросить председателя").tap()
    expect(expert.get_by_text("Описка — это ошибка?")).to_be_visible()


def _answer_and_change(chair: Page, lead: str) -> None:
    """The board tells of the question by itself; the answer changes how the criterion is read."""
    expect(chair.get_by_text("Вопросы ждут вашего ответа")).to_be_visible()
    chair.clock.fast_forward(BETWEEN_LOOKS_MS)
    question = chair.locator("dd a")
    expect(question).to_have_text("1")
    question.click()
    chair.get_by_label("Описка — это ошибка?").fill("Нет, описки не в счёт.")
    chair.get_by_role("button", name="Ответить всем экспертам").click()
    chair.get_by_text("4К1", exact=True).last.click()
    chair.get_by_label("Критерий 4К1: за что ставить баллы").fill("Описки не в счёт")
    chair.get_by_label("Что изменилось в чтении критерия 4К1").fill("спрашивали эксперты")
    chair.get_by_role("button", name="Изменить чтение критерия 4К1").click()
    chair.get_by_role("button", name="Открыть заново по критерию 4К1: 1").click()
    expect(chair.get_by_text("открыто заново: 1")).to_be_visible()


def _score_again(expert: Page, server: Server) -> None:
    expert.goto(f"{server.url}/scoring/")
    expert.locator(".work-chip", has_text="заново критерий 4К1").get_by_role("link").tap()
    expect(expert.locator("body")).to_have_attribute("data-ready", "yes")
    current = expert.locator(".criterion[aria-current=true]")
    expect(current).to_have_attribute("data-label", "4К1")
    expect(current.get_by_text("Нет, описки не в счёт.")).to_be_visible()
    first = expert.locator(".criterion[data-label='1']")
    expect(first.locator(".points button:enabled")).to_have_count(0)
    expect(expert.locator("#page-place")).not_to_be_empty()
    current.locator(".points button[data-value='2']").tap()
    expect(current).to_have_attribute("data-value", "2")
    expect(expert.locator("#queue-length")).to_have_text("0")
    expert.get_by_role("button", name="Сдать").tap()
    yes = expert.get_by_role("button", name="Всё верно, сдать")
    following = expert.locator("#place", has_text="работа 2 из 3")
    expect(following.or_(yes).first).to_be_visible()
    if yes.is_visible():
        yes.tap()
    expect(following).to_be_visible()
    expect(expert.locator("#queue-length")).to_have_text("0")


def _hand_on(chair: Page, lead: str) -> None:
    """A work that is not begun goes to the expert whom the chair names."""
    chair.goto(lead)
    chair.get_by_role("link", name="expert1").click()
    chair.get_by_label("№").first.check()
    chair.get_by_label("Кому").select_option(label="expert2")
    chair.get_by_role("button", name="Передать отмеченные").click()
    expect(chair.get_by_text("Передано другим экспертам работ: 1.")).to_be_visible()
