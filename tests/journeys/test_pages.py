"""Every page that a role can reach by links opens, is valid and accessible, and logs no error."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response

from app.access import Role
from app.db import Database
from app.storage import FileStore
from tests.builders import PASSWORD, make_person
from tests.html_faults import html_faults
from tests.journeys.axe import CONTRAST, axe_faults
from tests.journeys.conftest import Server, log_in
from tests.scoring_world import make_world

pytestmark = pytest.mark.journey
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
MOST_PAGES = 160
LOGINS = ("admin", "muni", "school1", "expert1", "chair")


@pytest.fixture
def world(database: Database, store: FileStore) -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock
    with database.transaction() as session:
        made = make_world(session, at=at, store=store)
        make_person(session, "admin", Role.ADMINISTRATOR, at=at)
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=made.municipality)
        for script in range(2):
            made.assign(session, 0, script, at=at)


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_of_a_role_opens_and_is_accessible(
    page: Page, server: Server, world: None, login: str
) -> None:
    faults: list[str] = []
    page.on("console", lambda message: _note_console(message, faults))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    # Colours that are still changing are no colours of the page.
    page.emulate_media(reduced_motion="reduce")
    log_in(page, server, login, PASSWORD)
    waiting, seen = ["/", "/password"], set[str]()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if _shape(path) in seen:
            continue
        seen.add(_shape(path))
        waiting += _visit(page, server, path, faults)
    assert not faults, "\n".join(faults)
    assert len(seen) > 2
    left = sorted({_shape(path) for path in waiting} - seen)
    assert left == [], "the walk ended before its end"


def _shape(path: str) -> str:
    return IDS.sub("*", urlsplit(path).path)


def _visit(page: Page, server: Server, path: str, faults: list[str]) -> list[str]:
    answer = page.goto(server.url + path)
    if not _is_page(answer, path, faults):
        return []
    assert answer is not None
    faults += [f"{path}: {fault}" for fault in html_faults(answer.text())]
    faults += [f"{path}: {fault}" for fault in axe_faults(page)]
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    faults += [f"{path}, dark: {fault}" for fault in axe_faults(page, CONTRAST)]
    links = page.eval_on_selector_all("a[href]", "found => found.map(one => one.href)")
    return [
        link.removeprefix(server.url)
        for link in links
        if link.startswith(server.url + "/") and not _is_file(link)
    ]


def _is_page(answer: Response | None, path: str, faults: list[str]) -> bool:
    if answer is None or answer.status != 200:
        faults.append(f"{path}: {answer.status if answer else 'no answer'}")
        return False
    return answer.headers.get("content-type", "").startswith("text/html")


def _is_file(link: str) -> bool:
    """Links that lead to files: templates of registers, exports, printed sheets, scanned pages."""
    if re.search(r"\.(xlsx|csv|pdf|zip|ics)$|/original$", urlsplit(link).path):
        return True
    named = re.search(r"\.(xlsx|csv|pdf|zip|ics)\b|/(template|export|download|print|sheet)", link)
    return named is not None and "/exams/" not in link


def _note_console(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error":
        faults.append(f"{message.location.get('url')}: {message.text}")
