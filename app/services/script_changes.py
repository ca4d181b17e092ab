"""The coordinator has seen that a work handed over gained or lost a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record_about
from app.errors import NotYours
from app.models import ScriptChange


def mark_seen(session: Session, *, change_ids: Sequence[UUID], by: Actor, at: datetime) -> None:
    """Take changes off the list of what waits; the expert's notice stays.

    Raises:
        NotYours: a change is not of the person's municipality.
    """
    for change_id in change_ids:
        found = session.get(ScriptChange, change_id)
        if found is None:
            raise NotYours
        exam = found.script.exam
        by.require(Permission.CHOOSE_SCHEME, municipality_id=exam.campaign.municipality_id)
        if found.seen_at is not None:
            continue
        found.seen_at, found.seen_by_id = at, by.person_id
        record_about(
            session,
            found.script,
            "script.change_seen",
            by=by,
            at=at,
            new={"kind": found.kind.value, "page_number": found.page_number},
        )
