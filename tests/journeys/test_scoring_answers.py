"""The answer to the current criterion comes first; a script of many criteria takes few keys."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from app.db import Database
from app.models import AnnotationVersion, PointVersion, Sheet
from app.storage import FileStore
from tests.journeys.conftest import Server
from tests.journeys.test_scoring import begin, expect_saved, press
from tests.scoring_world import CRITERIA, World, add_answers, make_world

pytestmark = pytest.mark.journey
MORE = tuple((str(number), 2) for number in range(10, 21))
MOST_KEYS = 18


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    """Fifteen criteria; the answers to half of the tasks are on each of two pages."""
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store, criteria=CRITERIA + MORE)
        add_answers(session, store, world, ["1", "4", "9", "10", "11", "12", "13"])
        later = [str(number) for number in range(14, 21)]
        add_answers(session, store, world, later, page=2)
        for script in range(2):
            world.assign(session, 0, script, at=now)
        return world


def test_the_answer_comes_first_and_the_view_stays_from_work_to_work(
    page: Page, server: Server, world: World
) -> None:
    begin(page, server)
    place, stack = page.locator("#page-place"), page.locator(".sheet-stack")
    expect(place).to_have_text("ответ 1 · стр. 1 из 2")
    press(page, "Digit1")
    expect(place).to_have_text("ответ 4К1 · стр. 1 из 2")
    press(page, "KeyC", "Space")
    expect(place).to_have_text("стр. 1 из 2")
    expect(stack).to_have_css("height", "877px")
    press(page, "Space")
    expect(place).to_have_text("ответ 4К1 · стр. 1 из 2")
    expect(stack).to_have_css("height", "125px")
    press(page, "BracketRight")
    expect(page.locator("#place")).to_contain_text("работа 2 из 2")
    expect(place).to_have_text("ответ 1 · стр. 1 из 2")
    expect(stack).to_have_attribute("data-contrast", "strong")


def test_fifteen_criteria_known_by_heart_take_at_most_eighteen_keys(
    page: Page, server: Server, database: Database, world: World
) -> None:
    begin(page, server)
    keys = []
    for at, (label, _) in enumerate(CRITERIA + MORE):
        expect(page.locator("#page-place")).to_contain_text(f"ответ {label} ·")
        keys.append("KeyF" if at % 3 else "Digit1")
        press(page, keys[-1])
    keys.append("Enter")
    press(page, "Enter")
    assert len(keys) <= MOST_KEYS
    expect(page.locator("#place")).to_contain_text("работа 2 из 2")
    expect_saved(page)
    with database.reading() as session:
        assert session.scalar(select(func.count(PointVersion.id))) == len(keys) - 1
        assert session.scalar(select(func.count(Sheet.submitted_at))) == 1


# The journal is slow with the second save, and the first one is answered meanwhile.
SLOW_JOURNAL = """async () => {
  const { Outbox } = await import("/static/scoring/outbox.js");
  const taken = Promise.withResolvers();
  const journal = {
    async add(entry) {
      if (entry.key === "second") await taken.promise;
      return { ...entry };
    },
    change: async () => {},
    remove: async () => {},
    force: async () => {},
  };
  const done = Promise.withResolvers();
  const outbox = new Outbox(journal, {
    changed: () => {},
    saved: (entry) => (entry.key === "first" ? taken : done).resolve(),
  });
  const entry = { work: "w", url: "/slow-journal", criterion: "1", value: "1", note: "" };
  outbox.add({ ...entry, key: "first", basedOn: 0 });
  await Promise.resolve();
  outbox.add({ ...entry, key: "second", basedOn: 0 });
  await done.promise;
}"""


def test_a_save_stands_on_the_one_that_was_answered_while_it_was_written_down(
    page: Page, server: Server, world: World
) -> None:
    begin(page, server)
    based_on = []

    def answer(route: Route) -> None:
        based_on.append(route.request.post_data_json["based_on"])
        route.fulfill(json={"number": len(based_on)})

    page.route("**/slow-journal", answer)
    page.evaluate(SLOW_JOURNAL)
    assert based_on == [0, 1]


def test_marks_are_placed_by_keys_and_by_mouse_undone_and_found_again(
    page: Page, server: Server, database: Database, world: World
) -> None:
    begin(page, server)
    press(page, "KeyQ", "ArrowDown", "ArrowRight", "Enter")
    expect(page.locator(".mark-tick")).to_have_count(1)
    press(page, "KeyL", "Enter", *["ArrowRight"] * 9, *["ArrowDown"] * 4, "Enter")
    expect(page.get_by_role("img", name="критерий 1: балл снят здесь")).to_be_visible()
    press(page, "KeyT", "Enter")
    page.get_by_label("Что написать").fill("нет единиц")
    press(page, "Enter")
    expect(page.locator(".mark-text")).to_have_count(1)
    page.get_by_role("button", name="Крестик (W)").click()
    page.locator(".viewer").click(position={"x": 200, "y": 60})
    press(page, "Escape")
    expect(page.locator(".mark-cross")).to_have_count(1)
    expect(page.locator(".viewer")).not_to_have_attribute("data-tool", "cross")
    press(page, "KeyU", "Space")
    expect(page.locator("#page-place")).to_have_text("стр. 1 из 2")
    expect(page.locator(".mark-cross")).to_have_count(0)
    expect(page.locator(".mark")).to_have_count(3)
    expect_saved(page)
    page.reload()
    expect(page.locator(".mark")).to_have_count(3)
    with database.reading() as session:
        assert session.scalar(select(func.count(AnnotationVersion.id))) == 5


def test_a_key_is_changed_in_the_help_and_stays_with_the_account(
    page: Page, server: Server, world: World
) -> None:
    begin(page, server)
    press(page, "Slash")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="F: высший балл").click()
    press(page, "Digit5")
    expect(dialog.get_by_role("status")).to_contain_text("выберите другую")
    dialog.get_by_role("button", name="F: высший балл").click()
    press(page, "KeyU")
    expect(dialog.get_by_role("status")).to_have_text("Клавиши сохранены.")
    expect(dialog.get_by_role("button", name="F: отменить последнее")).to_be_visible()
    dialog.get_by_role("button", name="Закрыть").click()
    press(page, "KeyU")
    expect(page.locator("[data-label='1']")).to_have_attribute("data-value", "2")
    expect_saved(page)
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    press(page, "KeyU")
    expect(page.locator("[data-label='4К1']")).to_have_attribute("data-value", "3")
    press(page, "KeyF")
    expect(page.locator("[data-label='4К1']")).to_have_attribute("data-value", "")


def test_one_criterion_is_scored_across_the_works_and_then_told_to_be_done(
    page: Page, server: Server, database: Database, world: World
) -> None:
    begin(page, server)
    press(page, "ArrowDown", "KeyM")
    expect(page.get_by_role("button", name="только 4К1")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="только 4К1")).to_be_visible()
    expect(page.locator("#page-place")).to_have_text("ответ 4К1 · стр. 1 из 2")
    press(page, "Digit3")
    expect(page.locator("#place")).to_contain_text("работа 2 из 2")
    expect(page.locator("#page-place")).to_have_text("ответ 4К1 · стр. 1 из 2")
    press(page, "Digit2")
    expect(page.get_by_role("alert")).to_have_text("По критерию 4К1 оценены все ваши работы.")
    expect(page.get_by_role("button", name="по критерию")).to_be_visible()
    expect_saved(page)
    with database.reading() as session:
        rows = session.scalars(select(PointVersion))
        assert sorted((row.criterion.label, row.points) for row in rows) == [("4К1", 2), ("4К1", 3)]
