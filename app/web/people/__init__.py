"""Accounts: made by the level above, handed out on paper."""

from __future__ import annotations

from app.web.people import accounts, listing, municipalities, own
from app.web.people.door import blueprint

__all__ = ["accounts", "blueprint", "listing", "municipalities", "own"]
