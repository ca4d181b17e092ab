"""Once a day, what has served its turn is removed, a portion a transaction."""

from __future__ import annotations

from datetime import timedelta

from app.jobs.task import Task
from app.services.tidying import Remove, removals


def tidy(task: Task) -> None:
    """Remove portion after portion until nothing is left whose term has passed."""
    kept = task.settings
    gone = 0
    for remove in removals(
        at=task.now(),
        done=timedelta(days=kept.done_days),
        messages=timedelta(days=kept.message_days),
    ):
        while removed := _portion(task, remove):
            gone += removed
            task.progress(gone, None)


def _portion(task: Task, remove: Remove) -> int:
    with task.database.transaction() as session:
        return remove(session)
