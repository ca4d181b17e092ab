"""What handing works over would come to, told before anything is opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_load import (
    Work,
    daily_works,
    open_demands,
    readers_of,
    standing_members,
    working_days,
    works_of,
)
from app.bridge.recheck_procedure import procedure_of
from app.bridge.terms import calendar_of, due_of, pace_of
from app.cases import READERS_OF
from app.models import Campaign, Exam, Method, School, Script
from app.queries.rechecks.sight import get_case_row
from scoring import Due
from scoring.capacity import Demand, short_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """What handing some works over would come to.

    Attributes:
        works: how many works.
        readings: how many readings they ask for.
        due: their last day.
        short: readings that the commission cannot finish by then beside what it has.
        members: members who may read at least one of them.
    """

    works: int
    readings: int
    due: Due
    short: int
    members: int


def forecast_opening(
    session: Session,
    *,
    actor: Actor,
    script_ids: Collection[UUID],
    method: Method | None,
    received_on: date,
    today: date,
) -> Forecast | None:
    """What handing these works of one campaign over would come to; None where there are none.

    Raises:
        NotYours: a work is not of his school or municipality.
    """
    works = works_of(session, script_ids)
    if not works:
        return None
    campaign = _campaign_of(session, works[0])
    _require(session, works, Permission.LODGE_RECHECK, actor)
    return _forecast(
        session,
        works,
        campaign=campaign,
        method=method or procedure_of(session, campaign.id).method,
        received_on=received_on,
        today=today,
    )


def forecast_same_error(
    session: Session, *, actor: Actor, case_id: UUID, script_ids: Collection[UUID], today: date
) -> Forecast | None:
    """What adding works that may share the error of a case would come to; None without works.

    Raises:
        NotYours: the case or a work is not of his municipality.
    """
    case = get_case_row(session, case_id, actor)[0]
    works = works_of(session, script_ids)
    if not works:
        return None
    _require(session, works, Permission.RUN_RECHECK, actor)
    before = case.handover
    return _forecast(
        session,
        works,
        campaign=before.campaign,
        method=before.method,
        received_on=today,
        today=today,
    )


def _campaign_of(session: Session, work: Work) -> Campaign:
    return session.get_one(Exam, session.get_one(Script, work.script_id).exam_id).campaign


def _require(session: Session, works: Sequence[Work], permission: Permission, actor: Actor) -> None:
    for school_id in {work.school_id for work in works}:
        actor.require(
            permission,
            municipality_id=session.get_one(School, school_id).municipality_id,
            school_id=school_id,
        )


def _forecast(
    session: Session,
    works: Sequence[Work],
    *,
    campaign: Campaign,
    method: Method,
    received_on: date,
    today: date,
) -> Forecast:
    pace, calendar = pace_of(session, campaign.id), calendar_of(session, campaign)
    due = due_of(received_on, calendar=calendar)
    members = standing_members(session, campaign.municipality_id)
    readers = READERS_OF[method]
    who = readers_of(session, works, members)
    added = [Demand(due_on=due.on, works=readers, members=who[work.script_id]) for work in works]
    return Forecast(
        works=len(works),
        readings=readers * len(works),
        due=due,
        short=short_of(
            added,
            open_demands(session, campaign.municipality_id, members),
            works_a_day=daily_works(members, pace),
            days=working_days(today, max(today, due.on), calendar),
        ),
        members=len(frozenset[str]().union(*who.values())),
    )
