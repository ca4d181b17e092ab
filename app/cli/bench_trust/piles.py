"""Scanned piles that wait to be read."""

from __future__ import annotations

from app import clock
from app.cli.bench_trust.world import CLASS_IN_PILE, add_school, make_world, pile_of
from app.db import Database
from app.queries.accounts import get_actor
from app.services.intake import StoredFile, receive_bundle
from app.storage import FileStore


def queue_piles(database: Database, store: FileStore, *, piles: int) -> None:
    """A municipality of so many more schools, a class's pile of each come and not read yet."""
    with database.transaction() as session:
        world = make_world(session, works=1, piles=0, at=clock.now())
    for number in range(piles):
        name, content = pile_of(number, pupils=CLASS_IN_PILE)
        file = StoredFile(name=name, sha256=store.put(content), size_bytes=len(content))
        with database.transaction() as session:
            of_class = add_school(session, world, pile=number, at=clock.now())
            receive_bundle(
                session,
                exam_id=world.scanned_exam,
                school_id=of_class.school_id,
                class_id=of_class.id,
                files=[file],
                by=get_actor(session, person_id=world.school_person),
                at=clock.now(),
            )
