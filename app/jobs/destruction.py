"""Removing the files of a signed destruction: those that nothing else names."""

from __future__ import annotations

from uuid import UUID

from app.jobs.task import JobLost, Task
from app.keeping.files import named_files
from app.models import Destruction
from app.queue import finish
from app.services.retention import Gone, finish_destruction

_TELL_EVERY = 200


def destroy_files(task: Task) -> None:
    """Remove what nobody names any more, then write the act; twice ends the same.

    A file that was stored anew after the second signature stays: somebody uploads it now.
    """
    destruction_id = UUID(task.lease.payload["destruction_id"])
    digests: list[str] = task.lease.payload["digests"]
    with task.database.reading() as session:
        signed_at = session.get_one(Destruction, destruction_id).signed_at or task.now()
        named = set(named_files(session.connection()))
    gone = shared = 0
    for done, digest in enumerate(digests):
        if done % _TELL_EVERY == 0:
            task.progress(done, len(digests))
        if digest not in named:
            task.store.drop(digest, older_than=signed_at.timestamp())
        if task.store.has(digest):
            shared += 1
        else:
            gone += 1
    with task.database.transaction() as session:
        finish_destruction(
            session,
            store=task.store,
            destruction_id=destruction_id,
            gone=Gone(files=gone, shared=shared),
            at=task.now(),
        )
        if not finish(session, task.lease, at=task.now()):
            raise JobLost
