"""Comparing the schemes in the background: read, solve without a transaction, keep the drafts."""

from __future__ import annotations

from uuid import UUID

from app.bridge.options import PlanOptions
from app.errors import Refusal
from app.jobs.task import JobLost, Task
from app.queries.accounts import get_actor
from app.queue import fail, finish
from app.services.planning import answer, prepare, store_answers


def compare_schemes(task: Task) -> None:
    """Solve every scheme; what cannot be asked ends the job with its reason."""
    try:
        _compare(task)
    except Refusal as refusal:
        with task.database.transaction() as session:
            fail(
                session,
                task.lease,
                at=task.now(),
                message=refusal.text,
                params=refusal.params,
                final=True,
            )


def _compare(task: Task) -> None:
    asked = task.lease.payload
    with task.database.reading() as session:
        by = get_actor(session, person_id=UUID(asked["person_id"]))
        question = prepare(
            session,
            exam_id=UUID(asked["exam_id"]),
            options=PlanOptions.from_json(asked["options"]),
            seed=asked["seed"],
            by=by,
            at=task.now(),
        )
    answers = {}
    for done, scheme in enumerate(question.problems):
        task.progress(done, len(question.problems))
        answers[scheme] = answer(question, scheme)
    with task.database.transaction() as session:
        store_answers(session, question=question, answers=answers, by=by, at=task.now())
        if not finish(session, task.lease, at=task.now()):
            raise JobLost
