"""The side menu: a table of pages and who sees them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _  # noqa: F401

from app.access import Actor, Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the menu."""

    endpoint: str
    label: str
    permissions: frozenset[Permission]


def _entry(endpoint: str, label: str, *permissions: Permission) -> Entry:
    return Entry(endpoint=endpoint, label=label, permissions=frozenset(permissions))


MENU: tuple[Entry, ...] = ()


def menu_for(actor: Actor) -> tuple[Entry, ...]:
    """The lines that the person may open, in the order of the way of a script."""
    return tuple(entry for entry in MENU if any(map(actor.holds, entry.permissions)))
