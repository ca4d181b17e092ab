"""The procedure of a campaign's rechecks: method, direction, quorum; the newest version counts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record_about
from app.bridge.places import get_campaign_of
from app.bridge.recheck_procedure import Procedure, find_procedure
from app.models import RecheckProcedure


def set_procedure(
    session: Session, *, campaign_id: UUID, procedure: Procedure, by: Actor, at: datetime
) -> RecheckProcedure:
    """A new version of the procedure; what was handed over before keeps the one of its day.

    Raises:
        NotYours: the campaign is not of his municipality.
    """
    campaign = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=by, lock=True
    )
    last = find_procedure(session, campaign_id)
    made = RecheckProcedure(
        campaign_id=campaign_id,
        number=last.number + 1 if last else 1,
        method=procedure.method,
        may_lower=procedure.may_lower,
        quorum=procedure.quorum,
        set_at=at,
        set_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    record_about(
        session,
        campaign,
        "recheck.procedure_set",
        by=by,
        at=at,
        old=_told(last) if last else None,
        new=_told(made),
    )
    return made


def _told(row: RecheckProcedure) -> dict[str, object]:
    return {"method": row.method.value, "may_lower": row.may_lower, "quorum": row.quorum}
