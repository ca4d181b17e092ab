"""Which events of the trail tell points, and to whom on a page they are not told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_result import is_blind_now
from app.models import Assignment, AuditEvent, RecheckCase, RecheckHandover

TELLING = frozenset(
    {"points.saved", "sheet.submitted", "result.settled", "recheck.findings", "recheck.decided"}
)
"""Events with points, or with sums of them."""
_TOLD_ANYWAY = frozenset({"criterion", "number", "source"})


def hidden_events(
    session: Session, events: Sequence[AuditEvent], *, actor: Actor
) -> frozenset[UUID]:
    """Events of a page whose points the reader is not told.

    An administrator's role opens no points; and while the commission reads a work blindly, nobody
    finds in the trail what the case does not show yet.
    """
    telling = [one for one in events if one.action in TELLING]
    open_to = _openers(actor)
    blind = _read_blindly(session, telling)
    return frozenset(
        one.id
        for one in telling
        if open_to.isdisjoint((one.municipality_id, one.school_id)) or one.subject_id in blind
    )


def without_points(told: dict[str, Any] | None) -> dict[str, Any]:
    """What an event says besides points."""
    return {key: value for key, value in (told or {}).items() if key in _TOLD_ANYWAY}


def _openers(actor: Actor) -> frozenset[UUID]:
    """Municipalities and schools of which he reads the trail with their points."""
    asked = Permission.READ_TRAIL
    return actor.municipality_ids(asked) | actor.school_ids(asked)


def _read_blindly(session: Session, events: Sequence[AuditEvent]) -> frozenset[UUID]:
    """Subjects of events, in whatever way they name it, whose script is being read blindly."""
    subjects = {one.subject_id for one in events}
    query = (
        select(RecheckCase.id, RecheckCase.script_id, Assignment.id)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .outerjoin(Assignment, Assignment.script_id == RecheckCase.script_id)
        .where(
            is_blind_now(),
            RecheckCase.id.in_(subjects)
            | RecheckCase.script_id.in_(subjects)
            | Assignment.id.in_(subjects),
        )
    )
    return frozenset(key for row in session.execute(query) for key in row if key is not None)
