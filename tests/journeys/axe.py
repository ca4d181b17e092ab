"""What axe finds on a page, at the desk, in the dark, on a tablet and magnified."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

CONTRAST = ("color-contrast",)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
DESK = (1366, 768)
# A tablet held upright, and the desk's screen at 200 %.
NARROW = ((768, 1024), (683, 384))
_TOO_WIDE = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
# What passes is not told: telling it, each element with a selector, takes longer than looking.
_LOOK = """async (rules) => {
    const options = { runOnly: rules, resultTypes: ["violations"], selectors: false };
    const { violations } = await axe.run(options);
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 2).map(({ html }) => [id, html]));
}"""


def axe_faults(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """The first faults of every rule that a page breaks; axe is brought to the page once."""
    page.wait_for_load_state()  # under a page that is being left axe finds no document
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[list[str]] = page.evaluate(_LOOK, list(rules))
    return [f"{rule}: {html[:160]}" for rule, html in found]


def check_narrow_and_dark(page: Page) -> None:
    """No fault on a tablet and at 200 %, in the dark, and nothing to be scrolled sideways."""
    faults: list[str] = []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    for width, height in NARROW:
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{width}x{height}: {fault}" for fault in axe_faults(page)]
        beyond = page.evaluate(_TOO_WIDE)
        faults += [f"{width}x{height}: {beyond} px beyond the edge"] if beyond > 0 else []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    assert not faults, f"{page.url}: " + "\n".join(faults)
