"""The cases that a register's filter finds, as keys, over as few tables as it can."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
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

    A municipality is told by the hand-over's campaign, a school by the works that are its own:
    they are few, and lead to their cases by an index.
    """
    query = (
        select(RecheckCase.id)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .where(_seen(session, actor), *conditions(wanted, clocks))
    )
    if wanted.school_id is None:
        return query
    return query.where(RecheckCase.script_id.in_(_works_of({wanted.school_id})))


def _seen(session: Session, actor: Actor) -> ColumnElement[bool]:
    wide = frozenset[UUID]().union(*map(actor.municipality_ids, SEEING))
    schools = frozenset[UUID]().union(*map(actor.school_ids, SEEING))
    confirming = actor.municipality_ids(Permission.CONFIRM_RECHECK)
    seen: list[ColumnElement[bool]] = []
    if wide:
        seen.append(RecheckHandover.campaign_id.in_(_campaigns(session, wide)))
    if confirming - wide:
        places = _campaigns(session, confirming - wide)
        seen.append(and_(RecheckHandover.campaign_id.in_(places), awaits(actor)))
    if schools:
        seen.append(RecheckCase.script_id.in_(_works_of(schools)))
    return or_(false(), *seen)


def _campaigns(session: Session, places: frozenset[UUID]) -> list[UUID]:
    query = select(Campaign.id).where(Campaign.municipality_id.in_(places)).order_by(Campaign.id)
    return list(session.scalars(query))


def _works_of(schools: AbstractSet[UUID]) -> Select[UUID]:
    return (
        select(Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(Participant.school_id.in_(schools))
    )
