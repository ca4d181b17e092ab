"""An expert scores with the keyboard; nothing typed is lost, whatever dies meanwhile."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from app.db import Database
from app.models import FinalResult, LoginSession, PointVersion, Round, Sheet
from app.settings import Settings
from app.storage import FileStore
from tests.builders import PASSWORD
from tests.journeys.conftest import Server, free_port, log_in
from tests.journeys.served import Command
from tests.scoring_world import World, make_world

pytestmark = pytest.mark.journey
IMAGES = "**/scoring/*/pages/**"


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store, experts_per_script=2)
        for script in range(4):
            world.assign(session, 0, script, at=now)
            world.assign(session, 1, script, round=Round.SECOND, at=now)
        return world


class Restartable:
    """A server that a test can kill and start again on the same port."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        data = self._settings.data_dir
        self._command = Command(
            "serve",
            settings={
                "SVERKA_DATA_DIR": str(data),
                "SVERKA_PORT": str(self._port),
                "SVERKA_JOB_PROCESSES": "0",
            },
            log=data / "serve.log",
        )
        self._command.wait_until_up(self.url)

    def kill(self) -> None:
        self._command.end(signal.SIGKILL)


@pytest.fixture
def restartable(settings: Settings, database: Database) -> Iterator[Restartable]:
    made = Restartable(settings)
    made.start()
    yield made
    made.kill()


def begin(page: Page, server: Server, login: str = "expert1") -> None:
    log_in(page, server, login, PASSWORD)
    page.goto(f"{server.url}/scoring/")
    page.get_by_role("link", name="Начать проверку").click()
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    expect(page.locator("#page-place")).not_to_be_empty()


def press(page: Page, *codes: str) -> None:
    for code in codes:
        page.keyboard.press(code)


def expect_saved(page: Page) -> None:
    expect(page.locator("#queue-length")).to_have_text("0")
    expect(page.locator("#saved")).to_contain_text("сохранено")


def saved_points(database: Database) -> list[tuple[str, int | None]]:
    with database.reading() as session:
        rows = session.scalars(
            select(PointVersion).order_by(PointVersion.sheet_id, PointVersion.number)
        )
        return [(row.criterion.label, row.points) for row in rows]


def test_a_work_is_scored_handed_in_and_followed_by_the_next_with_keys_alone(
    page: Page, server: Server, database: Database, world: World
) -> None:
    begin(page, server)
    expect(page.locator("#place")).to_contain_text("работа 1 из 4")
    press(page, "Digit1", "Numpad0", "Digit2")
    expect(page.get_by_role("alert")).to_contain_text("здесь только 0 или X")
    dependent = page.locator("[data-label='4К2']")
    expect(dependent.get_by_role("button", name="2", exact=True)).to_be_disabled()
    press(page, "KeyX", "KeyF")
    expect(page.locator("#total")).to_have_text("2")
    press(page, "KeyU")
    expect(page.locator("#total")).to_have_text("1")
    press(page, "KeyZ", "ArrowRight")
    expect(page.locator("#page-place")).to_have_text("стр. 2 из 2")
    expect_saved(page)
    press(page, "Enter")
    expect(page.locator("#place")).to_contain_text("работа 2 из 4 · осталось 3")
    with database.reading() as session:
        assert [row is not None for row in session.scalars(select(Sheet.submitted_at))].count(
            True
        ) == 1
    keys_are_quiet_where_they_should_be(page)


def keys_are_quiet_where_they_should_be(page: Page) -> None:
    """Nothing in a text field, nothing with Ctrl, nothing when they are switched off."""
    untouched = page.locator("[data-label='1']")
    page.get_by_label("Заметка").first.press("Digit1")
    page.locator("#place").click()
    press(page, "Control+Digit1", "Slash")
    expect(page.get_by_role("dialog")).to_contain_text("высший балл")
    page.get_by_label("Управлять одиночными клавишами").uncheck()
    press(page, "Escape", "Digit2")
    expect(untouched).to_have_attribute("data-value", "")


def test_a_page_that_has_not_come_yet_does_not_count_as_looked_at(
    page: Page, server: Server, world: World
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(IMAGES, hold)
    log_in(page, server, "expert1", PASSWORD)
    page.goto(f"{server.url}/scoring/")
    page.get_by_role("link", name="Начать проверку").click(no_wait_after=True)
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    press(page, "Digit1", "Digit3")
    expect_saved(page)
    expect(page.locator("#page-place")).to_be_empty()
    for route in held:
        route.continue_()
    page.unroute(IMAGES)
    expect(page.locator("#page-place")).to_have_text("стр. 1 из 2")


def test_a_server_killed_between_two_keys_loses_nothing(
    page: Page, restartable: Restartable, database: Database, world: World
) -> None:
    server = Server(url=restartable.url, settings=None)  # type: ignore[arg-type]
    begin(page, server)
    press(page, "Digit1")
    expect_saved(page)
    restartable.kill()
    press(page, "Digit3", "Digit2")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#queue-length")).to_have_text("2")
    restartable.start()
    press(page, "Digit0")
    expect_saved(page)
    assert saved_points(database) == [("1", 1), ("4К1", 3), ("4К2", 2), ("9.1", 0)]


def test_a_closed_tab_an_ended_session_and_a_second_window_lose_nothing(
    page: Page, server: Server, database: Database, world: World
) -> None:
    begin(page, server)
    again = closed_without_a_connection(page, "Digit2", "Digit3")
    expect(again.locator("#total")).to_have_text("5")
    expect_saved(again)
    assert saved_points(database) == [("1", 2), ("4К1", 3)]
    other = again.context.new_page()
    other.goto(again.url)
    expect(other.locator("body")).to_have_attribute("data-ready", "yes")
    end_sessions(database)
    press(again, "Digit2")
    log_in_on_the_spot(again)
    expect_saved(again)
    press(other, "Digit1")
    dialog = other.get_by_role("dialog")
    expect(dialog.locator(".conflict-theirs")).to_have_text("2")
    expect(dialog.locator(".conflict-mine")).to_have_text("1")
    dialog.get_by_role("button", name="Записать моё").click()
    expect_saved(other)
    assert saved_points(database) == [("1", 2), ("4К1", 3), ("4К2", 2), ("4К2", 1)]


def closed_without_a_connection(page: Page, *codes: str) -> Page:
    """The tab is closed while nothing could be sent; a new one opens the same work."""
    page.route("**/points", lambda route: route.abort())
    press(page, *codes)
    expect(page.locator("#queue-length")).to_have_text(str(len(codes)))
    work, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(work)
    return again


def end_sessions(database: Database) -> None:
    with database.transaction() as session:
        for row in session.scalars(select(LoginSession)):
            row.revoked_at = row.created_at


def log_in_on_the_spot(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Вход закончился")
    dialog.get_by_label("Логин").fill("expert1")
    dialog.get_by_label("Пароль").fill(PASSWORD)
    dialog.get_by_role("button", name="Войти и отправить").click()


def test_two_experts_disagree_and_a_third_settles(
    browser: Browser, server: Server, database: Database, world: World
) -> None:
    readings = (
        ("expert1", ["Digit2", "Digit3", "Digit2", "Digit0"]),
        ("expert2", ["Digit0", "Digit0", "KeyX", "Digit1"]),
        ("expert3", ["Digit1", "Digit2", "Digit1", "Digit1"]),
    )
    for login, keys in readings:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ru-RU")
        context.set_default_timeout(15_000)
        desk = context.new_page()
        begin(desk, server, login)
        if login == "expert3":
            expect(desk.locator("[data-label='4К1'] .earlier")).to_have_text(["3", "0"])
        press(desk, *keys, "ArrowRight")
        expect(desk.locator("#page-place")).to_have_text("стр. 2 из 2")
        expect_saved(desk)
        first = desk.url
        press(desk, "Enter")
        expect(desk).not_to_have_url(re.compile(re.escape(first)))
        context.close()
    with database.reading() as session:
        result = session.scalars(select(FinalResult)).one()
        assert {row.criterion.label: row.points for row in result.points} == {
            "1": 1,
            "4К1": 2,
            "4К2": 1,
            "9.1": 1,
        }
