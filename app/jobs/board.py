"""Counting the board: one municipality after another, each in a short transaction."""

from __future__ import annotations

from app.jobs.task import JobLost, Task
from app.queue import finish
from app.services.board import list_counted_places, recount


def count_board(task: Task) -> None:
    """Count every municipality anew."""
    with task.database.reading() as session:
        places = list_counted_places(session)
    for number, place in enumerate(places):
        task.progress(number, len(places))
        with task.database.transaction() as session:
            recount(session, municipality_id=place, at=task.now())
    with task.database.transaction() as session:
        if not finish(session, task.lease, at=task.now()):
            raise JobLost
