"""Where observers watch: spread by the library, moved by hand, nobody in his own school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.audit import record, record_about
from app.bridge.hours import day_in
from app.bridge.observation import (
    Placed,
    candidates_of,
    open_seats,
    own_schools,
    schools_writing,
    spread,
    standing_visits,
)
from app.bridge.places import get_campaign_of
from app.errors import NotYours, Refusal
from app.models import Campaign, MessageKind, Observer, ObserverVisit, School
from app.notices import holders, notify

MOST_PER_SCHOOL = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """What a spreading did: days placed, and seats that nobody may or can fill."""

    placed: int
    lacking: int


def spread_observers(
    session: Session, *, campaign_id: UUID, per_school: int, seed: int, by: Actor, at: datetime
) -> Spread:
    """Fill the empty seats of the days to come; what stands already stays.

    Raises:
        NotYours: the campaign is not of his municipality.
        Refusal: nobody is proposed, or no school writes.
    """
    campaign = _campaign(session, campaign_id, by)
    if not 1 <= per_school <= MOST_PER_SCHOOL:
        raise Refusal("Наблюдателей на школу: от 1 до %(most)s.", most=MOST_PER_SCHOOL)
    candidates = candidates_of(session, campaign_id)
    if not candidates:
        raise Refusal("Наблюдателей ещё не предложили: попросите об этом школы.")
    visits = standing_visits(session, campaign_id)
    seats = open_seats(
        schools_writing(session, campaign),
        visits,
        per_school=per_school,
        since=day_in(campaign.municipality, at),
    )
    found = spread(seats, candidates, visits, seed=seed)
    for one in found:
        _add(session, one, by=by, at=at)
    session.flush()
    _tell_schools(session, found, at=at)
    told = {"placed": len(found), "per_school": per_school, "seed": seed}
    record_about(
        session,
        campaign,
        "observer.spread",
        by=by,
        at=at,
        new=told,
    )
    return Spread(placed=len(found), lacking=sum(seat.lacking for seat in seats) - len(found))


def place(
    session: Session, *, observer_id: UUID, school_id: UUID, day: date, by: Actor, at: datetime
) -> ObserverVisit:
    """Place one observer by hand.

    Raises:
        NotYours: the observer or the school is not of his municipality.
        Refusal: his own school, a day on which it does not write, or a day that he has given away.
    """
    observer, school = session.get(Observer, observer_id), session.get(School, school_id)
    if observer is None or observer.withdrawn_at is not None or school is None:
        raise NotYours
    campaign = _campaign(session, observer.campaign_id, by)
    if school.municipality_id != campaign.municipality_id:
        raise NotYours
    _check_place(session, campaign, observer, school, day)
    made = _add(
        session, Placed(observer_id=observer.id, school_id=school.id, day=day), by=by, at=at
    )
    session.flush()
    _tell(session, made, "observer.placed", by=by, at=at)
    return made


def withdraw_visit(session: Session, *, visit_id: UUID, by: Actor, at: datetime) -> None:
    """Take a visit back, as long as no act tells of it.

    Raises:
        NotYours: there is no such standing visit in his municipality.
        Refusal: its act is filed.
    """
    found = session.get(ObserverVisit, visit_id)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    _campaign(session, found.observer.campaign_id, by)
    if found.acts:
        raise Refusal("По этому выходу уже есть акт: выход остаётся.")
    found.withdrawn_at = at
    session.flush()
    _tell(session, found, "observer.visit_withdrawn", by=by, at=at)


def _tell_schools(session: Session, found: Sequence[Placed], *, at: datetime) -> None:
    """Coordinators learn who comes to their school."""
    for school_id in sorted({one.school_id for one in found}):
        days = sorted(one.day for one in found if one.school_id == school_id)
        notify(
            session,
            people=holders(session, {Role.SCHOOL_COORDINATOR}, school_ids={school_id}),
            kind=MessageKind.OBSERVERS,
            text="В школу направлены наблюдатели: %(days)s.",
            params={"days": ", ".join(f"{day:%d.%m.%Y}" for day in days)},
            endpoint="observers.index",
            at=at,
        )


def _check_place(
    session: Session, campaign: Campaign, observer: Observer, school: School, day: date
) -> None:
    if school.id in own_schools(observer):
        raise Refusal("Наблюдатель не может быть в школе, с которой он связан: выберите другую.")
    if school.id not in schools_writing(session, campaign).get(day, frozenset()):
        raise Refusal("В этот день школа работ не пишет: выберите день из расписания.")
    taken = select(ObserverVisit.id).where(
        ObserverVisit.observer_id == observer.id,
        ObserverVisit.day == day,
        ObserverVisit.withdrawn_at.is_(None),
    )
    if session.scalar(taken) is not None:
        raise Refusal("В этот день наблюдатель уже занят: сначала снимите прежний выход.")


def _add(session: Session, one: Placed, *, by: Actor, at: datetime) -> ObserverVisit:
    made = ObserverVisit(
        observer_id=one.observer_id,
        school_id=one.school_id,
        day=one.day,
        placed_at=at,
        placed_by_id=by.person_id,
    )
    session.add(made)
    return made


def _campaign(session: Session, campaign_id: UUID, by: Actor) -> Campaign:
    return get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.MANAGE_MUNICIPALITY, by=by
    )


def _tell(session: Session, visit: ObserverVisit, action: str, *, by: Actor, at: datetime) -> None:
    school = session.get_one(School, visit.school_id)
    record(
        session,
        action=action,
        subject_kind="observer_visit",
        subject_id=visit.id,
        by=by,
        at=at,
        municipality_id=school.municipality_id,
        school_id=school.id,
        new={"school": school.login, "day": visit.day.isoformat()},
    )
