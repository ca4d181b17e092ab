"""What axe finds wrong with the page that a browser shows."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
CONTRAST = ("color-contrast",)
# What passes is not told: telling it, each element with a selector, takes longer than looking.
LOOK = """async (rules) => {
    const options = { runOnly: rules, resultTypes: ["violations"], selectors: false };
    const { violations } = await axe.run(options);
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 2).map(({ html }) => [id, html]));
}"""


def axe_faults(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """Which of the rules the page breaks, with the first elements that do; axe is brought along."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[list[str]] = page.evaluate(LOOK, list(rules))
    return [f"{rule}: {html[:160]}" for rule, html in found]
