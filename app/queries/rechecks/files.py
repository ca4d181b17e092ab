"""Acts as they were stored: the same bytes ever after."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours
from app.queries.rechecks.handover import find_in_sight
from app.queries.rechecks.sight import get_case_row


def get_act(session: Session, *, case_id: UUID, actor: Actor) -> tuple[str, str]:
    """The stored act of a closed case, and its number.

    Raises:
        NotYours: there is no such case in his sight, or it has no act yet.
    """
    case, handover = get_case_row(session, case_id, actor)[:2]
    if not case.decisions or case.decisions[-1].act_sha256 is None:
        raise NotYours
    return case.decisions[-1].act_sha256, f"{handover.number}-{case.position}"


def get_handover_act(session: Session, *, handover_id: UUID, actor: Actor) -> tuple[str, str]:
    """The stored act of hand-over, and its number.

    Raises:
        NotYours: there is no such hand-over in his sight.
    """
    row = find_in_sight(session, handover_id, actor)
    return row.act_sha256, str(row.number)
