"""Acts as they were stored: the same bytes ever after."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours
from app.queries.rechecks.handover import find_in_sight
from app.queries.rechecks.sight import get_case_row


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAct:
    """Where an act lies, its number, and the exam (the first one's) whose trail it stands in."""

    sha256: str
    number: str
    exam_id: UUID


def get_act(session: Session, *, case_id: UUID, actor: Actor) -> StoredAct:
    """The stored act of a closed case.

    Raises:
        NotYours: there is no such case in his sight, or it has no act yet.
    """
    case, handover = get_case_row(session, case_id, actor)[:2]
    if not case.decisions or case.decisions[-1].act_sha256 is None:
        raise NotYours
    return StoredAct(
        sha256=case.decisions[-1].act_sha256,
        number=f"{handover.number}-{case.position}",
        exam_id=case.exam_id,
    )


def get_handover_act(session: Session, *, handover_id: UUID, actor: Actor) -> StoredAct:
    """The stored act of hand-over.

    Raises:
        NotYours: there is no such hand-over in his sight.
    """
    row = find_in_sight(session, handover_id, actor)
    first = min(row.cases, key=lambda case: case.position)
    return StoredAct(sha256=row.act_sha256, number=str(row.number), exam_id=first.exam_id)
