"""What a browser calls itself -> the name that a person knows it by."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

# In this order: each browser below also names those that stand after it.
BROWSERS = {
    "YaBrowser": _("Яндекс Браузер"),
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
LONGEST = 70


def agent_name(agent: str) -> str:
    """Browser and system, or the beginning of what is told when it names neither."""
    found = [_first(table, agent) for table in (BROWSERS, SYSTEMS)]
    return ", ".join(map(str, filter(None, found))) or agent[:LONGEST]


def _first(table: Mapping[str, str], agent: str) -> str:
    return next((name for sign, name in table.items() if sign in agent), "")
