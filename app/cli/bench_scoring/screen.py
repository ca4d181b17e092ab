"""A real Chromium at the scoring screen, and what it tells of its own times."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from playwright.sync_api import BrowserContext, BrowserType, CDPSession, Page, sync_playwright

from app.cli.bench_scoring.serving import Site
from app.cli.refusals import BadInput

CHROMIUM = "/usr/bin/chromium"
QUIET_SECONDS = 0.4
LONGEST_WAIT_SECONDS = 60.0
LATENCY_MS = 20
# Moments of a key, of the work painted after it, and of its points shown: the frame is on the
# screen when the task after the animation frame runs.
WATCH = """
(() => {
  window.bench = { painted: [], echoed: [] };
  let pressed = 0;
  let echoing = false;
  const frame = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  addEventListener("keydown", (event) => { pressed = event.timeStamp; echoing = true; }, true);
  const mark = performance.mark.bind(performance);
  performance.mark = (name, ...rest) => {
    const from = pressed;
    if (name === "work-painted") frame((at) => window.bench.painted.push([from, at]));
    return mark(name, ...rest);
  };
  new MutationObserver((changes) => {
    if (!echoing || !changes.some((change) => change.target.matches?.(".criterion"))) return;
    echoing = false;
    const from = pressed;
    frame((at) => window.bench.echoed.push(at - from));
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-value"] });
})();
"""


@contextmanager
def chromium() -> Iterator[BrowserType]:
    """The browser, still to be started.

    Raises:
        BadInput: there is none.
    """
    if not Path(CHROMIUM).exists():
        raise BadInput("bench scoring needs a browser: apt-get install chromium libatomic1")
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextmanager
def sitting(browser: BrowserType, site: Site, *, seat: int = 0) -> Iterator[BrowserContext]:
    """A browser of its own on a new profile on disk, logged in as one of the experts."""
    with tempfile.TemporaryDirectory(prefix="sverka-profile-") as profile:
        context = start(browser, site, seat=seat, profile=profile)
        yield context
        context.close()


def start(browser: BrowserType, site: Site, *, seat: int, profile: str) -> BrowserContext:
    """A browser on a profile: its journal of saves is on disk, as a person's is."""
    context = browser.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        viewport={"width": 1366, "height": 768},
        locale="ru-RU",
    )
    context.set_default_timeout(LONGEST_WAIT_SECONDS * 1000)
    name, value = site.cookie(site.seats[seat].session_id)
    context.add_cookies([{"name": name, "value": value, "url": site.served.url}])
    context.add_init_script(WATCH)
    return context


def open_work(page: Page, site: Site, work_id: UUID) -> None:
    """The scoring screen at one work, ready for keys."""
    page.goto(f"{site.served.url}/scoring/{work_id}", wait_until="commit")
    wait_ready(page)


def wait_ready(page: Page) -> None:
    """Until keys are listened to and the scan is there."""
    page.wait_for_selector("body[data-ready=yes]")
    page.wait_for_function("() => document.getElementById('page-place').textContent !== ''")


class Line:
    """What goes over a page's line: requests under way, and how fast they may be."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._under_way = 0
        self._last = time.monotonic()
        page.on("request", lambda _request: self._moved(1))
        page.on("requestfinished", lambda _request: self._moved(-1))
        page.on("requestfailed", lambda _request: self._moved(-1))
        self._session: CDPSession | None = None

    def slow_down(self, megabits: float) -> None:
        """Allow no more than so many Mbit/s either way."""
        self._session = self._page.context.new_cdp_session(self._page)
        self._session.send("Network.enable")
        self._session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": megabits * 1e6 / 8,
                "uploadThroughput": megabits * 1e6 / 8,
            },
        )

    def wait_quiet(self) -> None:
        """Until nothing has gone over the line for a moment: all that is to come is here."""
        latest = time.monotonic() + LONGEST_WAIT_SECONDS
        while time.monotonic() < latest:
            self._page.wait_for_timeout(50)
            if self._under_way <= 0 and time.monotonic() - self._last > QUIET_SECONDS:
                return

    def _moved(self, by: int) -> None:
        self._under_way += by
        self._last = time.monotonic()
