"""How fast the screen is: the next work, the first work, the echo of a key, the count of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import BrowserType, Page

from app.cli.bench_scoring.screen import Line, open_work, sitting
from app.cli.bench_scoring.serving import Site
from app.cli.bench_scoring.world import CRITERIA

SLOW_MEGABITS = 2.0
SETTLE_MS = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Milliseconds of one action, many times over."""

    each: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return float(np.median(self.each))

    @property
    def p95(self) -> float:
        """What one in twenty exceeds."""
        return float(np.percentile(self.each, 95))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """What a sitting of several works took.

    Attributes:
        handed_in: from Enter, which hands the work in, to the next scan painted.
        looked_at: from the key for the next work, without handing in, to its scan painted.
        echoes: from a key for points to its points on the screen.
        keys: pressed for one work of fifteen criteria, handing in included.
    """

    handed_in: Times
    looked_at: Times
    echoes: Times
    keys: int


def joined(sittings: Iterable[Sitting]) -> Sitting:
    """Several sittings as one."""
    each = tuple(sittings)
    return Sitting(
        handed_in=_together(one.handed_in for one in each),
        looked_at=_together(one.looked_at for one in each),
        echoes=_together(one.echoes for one in each),
        keys=max(one.keys for one in each),
    )


def _together(times: Iterable[Times]) -> Times:
    return Times(each=tuple(spent for one in times for spent in one.each))


def measure_sitting(
    browser: BrowserType, site: Site, *, works: int, slow: bool, seat: int
) -> Sitting:
    """Score works by keys, the way that is quickest."""
    with sitting(browser, site, seat=seat) as context:
        page = context.new_page()
        line = Line(page)
        open_work(page, site, site.seats[seat].works[0])
        if slow:
            line.slow_down(SLOW_MEGABITS)
        line.wait_quiet()
        looked_at = _times(page, line, works, lambda: _press(page, "BracketRight"))
        echoes, keys = [], 0

        def hand_in() -> None:
            nonlocal keys
            keys = _score(page)
            echoes.extend(page.evaluate("window.bench.echoed.splice(0)"))
            _press(page, "Enter")

        handed_in = _times(page, line, works, hand_in)
        return Sitting(
            handed_in=handed_in,
            looked_at=looked_at,
            echoes=Times(each=tuple(echoes)),
            keys=keys + 1,
        )


def _score(page: Page) -> int:
    """Full marks and single points in turn; how many keys it took."""
    for criterion in range(CRITERIA):
        _press(page, "KeyF" if criterion % 2 else "Digit1")
        page.wait_for_timeout(60)
    page.wait_for_timeout(SETTLE_MS)
    return CRITERIA


def _press(page: Page, code: str) -> None:
    page.keyboard.press(code)


def _times(page: Page, line: Line, count: int, act: Callable[[], None]) -> Times:
    found: list[float] = []
    for _ in range(count):
        line.wait_quiet()
        before = page.url
        page.evaluate("window.bench.painted.length = 0")
        act()
        page.wait_for_function(
            "(before) => location.href !== before && window.bench.painted.length > 0", arg=before
        )
        found.append(_first_span(page.evaluate("window.bench.painted")))
    return Times(each=tuple(found))


def _first_span(painted: Sequence[Sequence[float]]) -> float:
    return painted[0][1] - painted[0][0]


def measure_cold(browser: BrowserType, site: Site, *, repeats: int, seat: int) -> Times:
    """The first work of a sitting in a browser that knows nothing yet, over a slow line."""
    found = []
    for _ in range(repeats):
        with sitting(browser, site, seat=seat) as context:
            page = context.new_page()
            Line(page).slow_down(SLOW_MEGABITS)
            open_work(page, site, site.seats[seat].works[0])
            page.wait_for_function("() => window.bench.painted.length > 0")
            found.append(page.evaluate("window.bench.painted[0][1]"))
    return Times(each=tuple(found))
