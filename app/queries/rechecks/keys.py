"""The cases that a register's filter finds, as keys, over as few tables as it can."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_clock import Clocks
from app.models import Campaign, Participant, RecheckCase, RecheckHandover, Script
from app.queries.rechecks.filters import CaseFilter, conditions
from app.queries.rechecks.sight import SEEING, awaits


def case_keys(
    session: Session, *, actor: Actor, wanted: CaseFilter, clocks: Clocks
) -> Select[UUID]:
    """Cases in the person's sight that the filter finds, without an order.

    A municipality is told by the hand-over's campaign; works and participants are looked at only
    where a school has to be told.
    """
    schools = frozenset[UUID]().union(*map(actor.school_ids, SEEING))
    query = (
        select(RecheckCase.id)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .where(_seen(session, actor, schools), *conditions(wanted, clocks))
    )
    if not schools and wanted.school_id is None:
        return query
    query = query.join(Script, Script.id == RecheckCase.script_id).join(
        Participant, Participant.id == Script.participant_id
    )
    return query if wanted.school_id is None else query.where(_of_school(wanted.school_id))


def _seen(session: Session, actor: Actor, schools: frozenset[UUID]) -> ColumnElement[bool]:
    wide = frozenset[UUID]().union(*map(actor.municipality_ids, SEEING))
    confirming = actor.municipality_ids(Permission.CONFIRM_RECHECK)
    seen: list[ColumnElement[bool]] = [RecheckHandover.campaign_id.in_(_campaigns(session, wide))]
    if confirming - wide:
        places = _campaigns(session, confirming - wide)
        seen.append(and_(RecheckHandover.campaign_id.in_(places), awaits(actor)))
    if schools:
        seen.append(Participant.school_id.in_(schools))
    return or_(*seen)


def _campaigns(session: Session, places: frozenset[UUID]) -> list[UUID]:
    query = select(Campaign.id).where(Campaign.municipality_id.in_(places)).order_by(Campaign.id)
    return list(session.scalars(query))


def _of_school(school_id: UUID) -> ColumnElement[bool]:
    return Participant.school_id == school_id
