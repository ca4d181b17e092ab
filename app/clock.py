"""The only place that asks the time; entry points hand the answer on."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251
