"""The end of a destruction: what went and what others still name, and the act about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit import record
from app.bridge.destruction_act import draw_act
from app.models import Destruction
from app.storage import FileStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """How many stored files went, and how many stay because something else names them."""

    files: int
    shared: int


def finish_destruction(
    session: Session, *, store: FileStore, destruction_id: UUID, gone: Gone, at: datetime
) -> Destruction:
    """Write the act and say that the destruction is done."""
    found = session.get_one(Destruction, destruction_id)
    found.files_gone, found.files_shared = gone.files, gone.shared
    found.act_sha256 = store.put(draw_act(session, found, done_at=at))
    found.done_at = at
    session.flush()
    record(
        session,
        action="retention.destroyed",
        subject_kind="destruction",
        subject_id=found.id,
        by=None,
        at=at,
        municipality_id=found.municipality_id,
        new={"number": found.number, "files": gone.files, "act_sha256": found.act_sha256},
    )
    return found
