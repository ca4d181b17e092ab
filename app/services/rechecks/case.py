"""What the steps of a recheck share: the case, its script, its trace."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.desk import find_sheet
from app.errors import NotYours
from app.models import RecheckCase, Script


def get_case(session: Session, case_id: UUID, permission: Permission, by: Actor) -> RecheckCase:
    """The case, if the permission is held over its script.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    case = session.get(RecheckCase, case_id)
    if case is None:
        raise NotYours
    require_over_script(permission, case.script, by)
    return case


def is_read(session: Session, case: RecheckCase) -> bool:
    """Whether the reader has handed his sheet in."""
    sheet = find_sheet(session, case.assignment_id) if case.assignment_id else None
    return sheet is not None and sheet.submitted_at is not None


def require_over_script(permission: Permission, script: Script, by: Actor) -> None:
    """Pass when the permission is held over the script's school or municipality.

    Raises:
        NotYours: it is not.
    """
    by.require(
        permission,
        municipality_id=script.exam.campaign.municipality_id,
        school_id=script.participant.school_id,
    )


def tell_case(
    session: Session,
    case: RecheckCase,
    action: str,
    *,
    by: Actor,
    at: datetime,
    old: dict[str, str] | None = None,
    new: dict[str, str] | None = None,
    why: str = "",
) -> None:
    """Add an event about a case to the trail."""
    script = session.get_one(Script, case.script_id)
    record(
        session,
        action=action,
        subject_kind="recheck_case",
        subject_id=case.id,
        by=by,
        at=at,
        municipality_id=script.exam.campaign.municipality_id,
        school_id=script.participant.school_id,
        exam_id=script.exam_id,
        old=old,
        new=new,
        why=why,
    )
