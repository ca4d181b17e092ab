"""What the steps of a recheck share: the case, its trace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.errors import NotYours
from app.models import RecheckCase, RecheckHandover


def get_case(session: Session, case_id: UUID, permission: Permission, by: Actor) -> RecheckCase:
    """The case, held until the transaction ends, if the permission is held over its script.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    case = session.get(RecheckCase, case_id, with_for_update=True)
    if case is None:
        raise NotYours
    by.require(
        permission,
        municipality_id=case.handover.campaign.municipality_id,
        school_id=case.script.participant.school_id,
    )
    return case


def tell_case(
    session: Session,
    case: RecheckCase,
    action: str,
    *,
    by: Actor,
    at: datetime,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    """Add an event about a case to the trail."""
    record(
        session,
        action=action,
        subject_kind="recheck_case",
        subject_id=case.id,
        by=by,
        at=at,
        municipality_id=case.handover.campaign.municipality_id,
        school_id=case.script.participant.school_id,
        exam_id=case.exam_id,
        old=old,
        new=new,
        why=why,
    )


def tell_handover(
    session: Session,
    handover: RecheckHandover,
    action: str,
    *,
    by: Actor,
    at: datetime,
    new: Mapping[str, object],
    school_id: UUID | None = None,
) -> None:
    """Add an event about works that were handed over to the trail."""
    record(
        session,
        action=action,
        subject_kind="recheck_handover",
        subject_id=handover.id,
        by=by,
        at=at,
        municipality_id=handover.campaign.municipality_id,
        school_id=school_id,
        new=new,
        why=handover.reason if action == "recheck.handed_over" else "",
    )
