"""A term that was told is counted anew only by a deliberate act, which stays readable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.terms import calendar_of, due_of
from app.errors import NotYours, Refusal
from app.models import CaseState, RecheckCase, RecheckHandover, TermRecount
from app.services.rechecks.case import tell_handover


def recount_term(
    session: Session, *, handover_id: UUID, reason: str, by: Actor, at: datetime
) -> TermRecount:
    """Count a hand-over's last day anew by the calendar as it stands now.

    Raises:
        NotYours: there is no such hand-over in his municipality.
        Refusal: no reason, everything is decided, or the day stays the same.
    """
    handover = session.get(RecheckHandover, handover_id, with_for_update=True)
    if handover is None:
        raise NotYours
    by.require(Permission.RUN_RECHECK, municipality_id=handover.campaign.municipality_id)
    if not reason.strip():
        raise Refusal("Напишите, почему срок считается заново: это останется в деле.")
    if not _is_open(session, handover_id):
        raise Refusal("Все дела этой передачи решены: срок больше не меняется.")
    due = due_of(handover.received_on, calendar=calendar_of(session, handover.campaign))
    if due.on == handover.due_on:
        raise Refusal(
            "По нынешнему календарю срок тот же: %(due)s.", due=f"{handover.due_on:%d.%m.%Y}"
        )
    made = TermRecount(
        handover_id=handover_id,
        number=_recounts(session, handover_id) + 1,
        old_due_on=handover.due_on,
        new_due_on=due.on,
        reason=reason.strip(),
        counted_at=at,
        counted_by_id=by.person_id,
    )
    session.add(made)
    handover.due_on = due.on
    session.flush()
    new = {"old_due_on": str(made.old_due_on), "due_on": str(due.on), "reason": made.reason}
    tell_handover(session, handover, "recheck.term_recounted", by=by, at=at, new=new)
    return made


def _is_open(session: Session, handover_id: UUID) -> bool:
    query = select(RecheckCase.id).where(
        RecheckCase.handover_id == handover_id, RecheckCase.state != CaseState.CLOSED
    )
    return session.scalar(query.limit(1)) is not None


def _recounts(session: Session, handover_id: UUID) -> int:
    query = select(func.count(TermRecount.id)).where(TermRecount.handover_id == handover_id)
    return session.scalar(query) or 0
