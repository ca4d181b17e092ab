"""A job in the hands of a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.db import Database
from app.queue import Lease, keep
from app.settings import Settings
from app.storage import FileStore


class JobLost(Exception):  # noqa: N818 - an answer of the table of leases
    """The job has passed to another worker: stop, and store nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A job in the hands of a worker, with the parts of the installation that it may use."""

    lease: Lease
    settings: Settings
    database: Database
    store: FileStore
    now: Callable[[], datetime]

    def progress(
        self, done: int, total: int | None, *, tally: Mapping[str, int] | None = None
    ) -> None:
        """Tell how far the work is, and what has come of it so far.

        Raises:
            JobLost: another worker has taken the job over.
        """
        with self.database.transaction() as session:
            now = self.now()
            if not keep(session, self.lease, at=now, done=done, total=total, tally=tally):
                raise JobLost
