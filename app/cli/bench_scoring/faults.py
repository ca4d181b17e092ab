"""Scripted scoring with faults put in, and what was lost, doubled, or shown and not saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from playwright.sync_api import BrowserContext, BrowserType, Error, Page, Route
from playwright.sync_api import TimeoutError as TookTooLong
from sqlalchemy import select

from app import clock
from app.cli.bench_scoring.screen import open_work, sitting, wait_ready
from app.cli.bench_scoring.serving import Site
from app.cli.bench_scoring.world import CRITERIA, MAX_POINTS, PASSWORD, Seat, Size
from app.models import LoginSession, Person, PointVersion, Sheet

FAULTS_A_WORK = 14
WORKS_A_SITTING = 6
BETWEEN_KEYS = 2  # keys pressed before a fault, and while it lasts
LONGEST_WAIT_MS = 60_000
ASK_AGAIN_SECONDS = 0.02


@dataclass(kw_only=True)
class Outcome:
    """What the faults did.

    Attributes:
        faults: how often each was put in.
        saves: keys for points that were echoed.
        lost: criteria that do not hold what was typed last.
        doubled: versions beyond one a key.
        shown_not_saved: keys that the screen no longer counted as waiting, and the database lacks.
        not_handed_in: works that the screen handed in and the database has open.
        stuck: faults after which the screen did not come to rest by itself.
    """

    faults: dict[str, int] = field(default_factory=dict)
    saves: int = 0
    lost: int = 0
    doubled: int = 0
    shown_not_saved: int = 0
    not_handed_in: int = 0
    stuck: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _Desk:
    """One expert at one work: what he typed, and what is on his screen.

    After the last criterion he goes back to the first before the next key, not at once: a question
    may lie over the sheet by then, and is answered first.
    """

    site: Site
    seat: Seat
    context: BrowserContext
    page: Page
    work: UUID
    chance: np.random.Generator
    outcome: Outcome
    typed: dict[str, str] = field(default_factory=dict)
    versions: int = 0
    is_at_end: bool = False

    def press_some(self) -> None:
        """Give points to criteria by keys, each waited for until it is echoed."""
        for _ in range(BETWEEN_KEYS):
            self.press()

    def press(self) -> None:
        """One key; it counts when its points are on the screen, which showed others before."""
        if self.is_at_end:
            self.first_criterion()
        row = self.page.locator(".criterion[aria-current=true]")
        label, shown = row.get_attribute("data-label") or "", row.get_attribute("data-value")
        others = [str(one) for one in range(MAX_POINTS + 1) if str(one) != shown]
        value = str(self.chance.choice(others))
        self.page.keyboard.press(f"Digit{value}")
        self.page.wait_for_function(
            "([label, value]) => document.querySelector("
            "`.criterion[data-label='${label}']`).dataset.value === value",
            arg=[label, value],
        )
        self.typed[label] = value
        self.versions += 1
        self.outcome.saves += 1
        self.is_at_end = label == str(CRITERIA)

    def first_criterion(self) -> None:
        """Back to the first criterion: the round begins anew."""
        self.page.locator(".criterion").first.click(position={"x": 8, "y": 8})
        self.is_at_end = False

    def look(self) -> None:
        """What the screen no longer counts as waiting must be stored at this very moment."""
        waiting = int(self.page.inner_text("#queue-length"))
        stored = _count_versions(self.site, self.work)
        self.outcome.shown_not_saved += max(0, self.versions - waiting - stored)

    def settle(self) -> None:
        """Until nothing waits any more."""
        self.page.wait_for_function(
            "() => document.getElementById('queue-length').textContent === '0'",
            timeout=LONGEST_WAIT_MS,
        )
        self.look()

    def log_in(self) -> None:
        """By the door, where the sitting has ended."""
        page = self.context.new_page()
        page.goto(f"{self.site.served.url}/login")
        if page.locator("#login").count():
            page.fill("#login", self.seat.login)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url(lambda url: "/login" not in url)
        page.close()

    def reopen(self) -> None:
        """The same work in a new tab."""
        self.page = self.context.new_page()
        open_work(self.page, self.site, self.work)
        self.first_criterion()


def _server_killed(desk: _Desk) -> None:
    desk.press_some()
    desk.site.served.kill()
    desk.look()
    desk.press_some()
    desk.look()
    desk.site.served.start()


def _worker_killed(desk: _Desk) -> None:
    """The process that answers dies in the middle of saves; its parent starts another."""
    desk.press_some()
    desk.site.served.kill_workers()
    desk.press_some()
    desk.look()


def _network_cut(desk: _Desk) -> None:
    desk.press_some()
    desk.context.set_offline(True)
    desk.press_some()
    desk.look()
    desk.context.set_offline(False)


def _tab_killed(desk: _Desk) -> None:
    desk.press_some()
    with suppress(Error):
        desk.page.goto("chrome://crash")
    desk.page.close()
    desk.reopen()


def _session_expired(desk: _Desk) -> None:
    with desk.site.database.transaction() as session:
        opened = (
            select(LoginSession)
            .join(Person, Person.id == LoginSession.person_id)
            .where(Person.login == desk.seat.login, LoginSession.revoked_at.is_(None))
        )
        for row in session.scalars(opened):
            row.revoked_at = clock.now()
    dialog = desk.page.locator("#login-dialog")
    if not dialog.is_visible():  # works fetched ahead may find the door closed before the key
        desk.press()
    dialog.locator("#again-login").fill(desk.seat.login)
    dialog.locator("#again-password").fill(PASSWORD)
    desk.look()
    dialog.locator("button").click()
    dialog.wait_for(state="hidden")


def _answer_lost(desk: _Desk) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.page.route("**/points", lose, times=1)
    desk.press_some()


def _sent_twice(desk: _Desk) -> None:
    def double(route: Route) -> None:
        route.fetch()
        route.fulfill(response=route.fetch())

    desk.page.route("**/points", double, times=1)
    desk.press_some()


def _two_tabs(desk: _Desk) -> None:
    """The other tab saves first; this one is shown both versions and chooses."""
    desk.settle()
    other = desk.context.new_page()
    open_work(other, desk.site, desk.work)
    other.locator(".criterion").first.click(position={"x": 8, "y": 8})
    theirs, mine = ("1", "2") if desk.typed.get("1") != "1" else ("2", "0")
    other.keyboard.press(f"Digit{theirs}")
    other.wait_for_function("() => document.getElementById('saved').textContent !== ''")
    other.close()
    desk.page.bring_to_front()
    desk.versions += 1
    desk.first_criterion()
    desk.page.keyboard.press(f"Digit{mine}")
    dialog = desk.page.locator("#conflict-dialog")
    takes_mine = bool(desk.chance.integers(0, 2))
    dialog.locator(f"button[value={'mine' if takes_mine else 'theirs'}]").click()
    dialog.wait_for(state="hidden")
    desk.typed["1"] = mine if takes_mine else theirs
    desk.versions += takes_mine
    desk.outcome.saves += 2


KINDS: dict[str, Callable[[_Desk], None]] = {
    "server killed": _server_killed,
    "web process killed": _worker_killed,
    "network cut": _network_cut,
    "tab killed": _tab_killed,
    "session expired": _session_expired,
    "answer lost after the save": _answer_lost,
    "save sent twice": _sent_twice,
    "two tabs": _two_tabs,
}

# A whole server takes seconds to come back: so many quick faults of a kind for every kill.
QUICK = tuple(name for name in KINDS if name != "server killed")
QUICK_A_KILL = 5


_STATE = """() => JSON.stringify({
  waiting: document.getElementById("queue-length")?.textContent,
  asks: [...document.querySelectorAll("dialog[open]")].map((dialog) => dialog.id),
  told: document.getElementById("message")?.textContent,
  at: document.querySelector("[aria-current=true].criterion")?.dataset.label,
  focus: document.activeElement?.tagName + "#" + document.activeElement?.id,
})"""


def size_for(faults: int) -> Size:
    """A municipality in which so many faults can be put: every sitting leaves its last work."""
    works = -(-faults // FAULTS_A_WORK)
    experts = -(-works // WORKS_A_SITTING)
    return Size(experts=experts, works=experts * (WORKS_A_SITTING + 1), answers=False)


def put_in(browser: BrowserType, site: Site, *, faults: int, seed: int) -> Outcome:
    """Score works one after another, a fault between any two handfuls of keys.

    Args:
        browser: what to score with.
        site: a served municipality; its experts score one after another.
        faults: how many to put in.
        seed: decides their order and the points.
    """
    chance = np.random.default_rng(seed)
    names = np.resize([*KINDS, *QUICK * (QUICK_A_KILL - 1)], faults)
    chance.shuffle(names)
    outcome = Outcome()
    parts = iter([part for part in np.array_split(names, -(-faults // FAULTS_A_WORK)) if len(part)])
    for place, seat in enumerate(site.seats):
        with sitting(browser, site, seat=place) as context:
            page = context.new_page()
            for work, part in zip(seat.works[:-1], parts, strict=False):
                desk = _Desk(
                    site=site,
                    seat=seat,
                    context=context,
                    page=page,
                    work=work,
                    chance=chance,
                    outcome=outcome,
                )
                _score(desk, list(map(str, part)))
                page = desk.page
    return outcome


def _score(desk: _Desk, names: Sequence[str]) -> None:
    open_work(desk.page, desk.site, desk.work)
    for name in names:
        try:
            KINDS[name](desk)
            desk.settle()
        except TookTooLong:
            _start_over(desk, name)
        desk.outcome.faults[name] = desk.outcome.faults.get(name, 0) + 1
    _finish(desk)
    _compare(desk)


def _start_over(desk: _Desk, name: str) -> None:
    """Note what the screen was at when it came to no rest, and go on in a new tab."""
    desk.context.set_offline(False)
    state = desk.page.evaluate(_STATE)
    desk.outcome.stuck.append(f"{name}: {state}")
    desk.page.close()
    desk.log_in()
    desk.reopen()
    desk.settle()


def _finish(desk: _Desk) -> None:
    """Points for what has none, one page turned, and the work handed in."""
    for criterion in range(1, CRITERIA + 1):
        if str(criterion) not in desk.typed:
            row = desk.page.locator(f".criterion[data-label='{criterion}']")
            row.click(position={"x": 8, "y": 8})
            desk.is_at_end = False
            desk.press()
    desk.settle()
    before = desk.page.url
    desk.page.keyboard.press("Enter")
    question = desk.page.locator("#confirm-dialog button[value=yes]")
    latest = time.monotonic() + LONGEST_WAIT_MS / 1000
    while desk.page.url == before and time.monotonic() < latest:
        if question.is_visible():
            question.click()
        desk.page.wait_for_timeout(50)
    wait_ready(desk.page)
    desk.page.wait_for_function("() => document.getElementById('queue-length').textContent === '0'")


def _compare(desk: _Desk) -> None:
    with desk.site.database.reading() as session:
        sheet = session.scalars(select(Sheet).where(Sheet.assignment_id == desk.work)).one()
        stored = {row.criterion.label: row for row in sheet.versions}
        values = {label: str(row.points) for label, row in stored.items()}
        desk.outcome.lost += sum(values.get(k) != value for k, value in desk.typed.items())
        desk.outcome.doubled += max(0, len(sheet.versions) - desk.versions)
        desk.outcome.lost += max(0, desk.versions - len(sheet.versions))
        desk.outcome.not_handed_in += sheet.submitted_at is None


def _count_versions(site: Site, work: UUID) -> int:
    with site.database.reading() as session:
        query = select(PointVersion.id).join(Sheet).where(Sheet.assignment_id == work)
        return len(session.scalars(query).all())
