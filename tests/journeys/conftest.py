"""A real server with its workers, and a real browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.db import Database
from app.settings import Settings
from tests.journeys.served import Command

CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A running installation."""

    url: str
    settings: Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(settings: Settings, database: Database) -> Iterator[Server]:
    """`sverka serve` with a worker, in processes of its own, on this test's database."""
    port = free_port()
    command = Command(
        "serve",
        settings={
            "SVERKA_DATA_DIR": str(settings.data_dir),
            "SVERKA_PORT": str(port),
            "SVERKA_JOB_PROCESSES": "1",
        },
        log=settings.data_dir / "serve.log",
    )
    url = f"http://127.0.0.1:{port}"
    try:
        command.wait_until_up(url)
        yield Server(url=url, settings=settings)
    finally:
        command.end()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    assert Path(CHROMIUM).exists(), (
        "journeys need Debian's chromium: a missing browser is a failure"
    )
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ru-RU")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def log_in(page: Page, server: Server, login: str, password: str) -> None:
    page.goto(f"{server.url}/login")
    page.get_by_label("Логин").fill(login)
    page.get_by_label("Пароль").fill(password)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(lambda url: "/login" not in url)


def by_menu(page: Page, line: str) -> None:
    """Open a page from the side menu, unfolding the section that holds its line."""
    menu = page.get_by_role("navigation", name="Разделы")
    link = page.get_by_role("link", name=line, exact=True, include_hidden=True)
    section = menu.locator("details:not([open])").filter(has=link)
    if section.count():
        section.locator("summary").click()
    menu.get_by_role("link", name=line, exact=True).click()
