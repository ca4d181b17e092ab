"""Work that comes round by itself: once a day, whichever worker is the first to think of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app.bridge.trail import Signer
from app.db import Database
from app.jobs.task import JobLost, Task
from app.notices import DIGEST_JOB
from app.queue import enqueue, finish
from app.services.board import COUNT_JOB, list_counted_places
from app.services.checkpoints import CHECKPOINTS_JOB, sign_grown_chains
from app.services.tidying import TIDY_JOB

DAILY = (CHECKPOINTS_JOB, DIGEST_JOB, TIDY_JOB)


def write_daily_jobs(database: Database, *, at: datetime) -> None:
    """Write the jobs of the day that nobody has written yet."""
    for kind in DAILY:
        try:
            with database.transaction() as session:
                enqueue(session, kind=kind, key=f"{kind}:{at.date()}", payload={}, at=at)
        except IntegrityError:
            continue  # another worker wrote it between our look and our line


class DailyRound:
    """Writes the jobs of each day, and of each ten minutes, once a process."""

    def __init__(self) -> None:
        self._written_on: date | None = None
        self._counted_in = ""

    def write(self, database: Database, *, at: datetime) -> None:
        """Write what is due, unless this process has done so."""
        if self._written_on != at.date():
            write_daily_jobs(database, at=at)
            self._written_on = at.date()
        if self._counted_in != board_turn(at):
            write_board_job(database, at=at)
            self._counted_in = board_turn(at)


def write_board_job(database: Database, *, at: datetime) -> None:
    """Have a region's board counted every ten minutes; a small one is counted as it is opened."""
    key = f"{COUNT_JOB}:{board_turn(at)}"
    try:
        with database.transaction() as session:
            if list_counted_places(session):
                enqueue(session, kind=COUNT_JOB, key=key, payload={}, at=at)
    except IntegrityError:
        return  # another worker wrote it between our look and our line


def board_turn(at: datetime) -> str:
    """The ten minutes that a moment belongs to."""
    return f"{at:%Y%m%d%H}{at.minute // 10}"


def sign_checkpoints(task: Task) -> None:
    """Sign the state of every chain of the trail that has grown."""
    signer = Signer.of(task.settings.checkpoint_key())
    with task.database.transaction() as session:
        sign_grown_chains(session, signer=signer, at=task.now())
        if not finish(session, task.lease, at=task.now()):
            raise JobLost
