"""Two writers at one thing on PostgreSQL: the second begins before the first has committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.db import Database
from app.errors import NotYours, Refusal

Step = Callable[[Session], object]
_PATIENCE_SECONDS = 60
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def one_after_another(pg: Database, first: Step, second: Step) -> object:
    """What the second came to, or its refusal; it has reached the first one's lock, or ended."""

    def run() -> object:
        try:
            with pg.transaction() as session:
                return second(session)
        except (NotYours, Refusal, StaleDataError) as answer:
            return answer

    with ThreadPoolExecutor(1) as pool:
        with pg.transaction() as session:
            first(session)
            later = pool.submit(run)
            _wait_for_a_lock(pg, later.done)
        return later.result(timeout=_PATIENCE_SECONDS)


def _wait_for_a_lock(pg: Database, is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        with pg.reading() as session:
            if is_done() or session.scalar(_WAITING):
                return
        time.sleep(0.05)
    raise AssertionError("the second neither waits nor ends")
