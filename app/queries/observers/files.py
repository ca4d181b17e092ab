"""One visit with its acts, a stored act, and the acts with violations for the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.observation import standing_visits
from app.errors import NotYours
from app.models import ObserverAct, ObserverVisit
from app.queries.observers.desk import SEEING, get_desk


@dataclass(frozen=True, kw_only=True, slots=True)
class ActVersion:
    """One filed version of an act; `is_kept` until its scan was destroyed."""

    id: UUID
    number: int
    violations: bool
    summary: str
    filed_at: datetime
    is_kept: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitView:
    """One visit with every version of its act."""

    id: UUID
    campaign_id: UUID
    observer: str
    school: str
    day: date
    acts: tuple[ActVersion, ...]
    may_file: bool
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedAct:
    """An act with violations as the archive names it."""

    day: date
    school_login: str
    school: str
    summary: str
    filed_at: datetime
    suffix: str
    sha256: str


def get_visit(session: Session, *, visit_id: UUID, actor: Actor) -> VisitView:
    """One visit.

    Raises:
        NotYours: there is no such standing visit in his sight.
    """
    visit = _in_sight(session, visit_id, actor)
    place, sender = visit.school.municipality_id, visit.observer.school_id
    return VisitView(
        id=visit.id,
        campaign_id=visit.observer.campaign_id,
        observer=visit.observer.name,
        school=visit.school.name,
        day=visit.day,
        acts=tuple(
            ActVersion(
                id=one.id,
                number=one.number,
                violations=one.violations,
                summary=one.summary,
                filed_at=one.filed_at,
                is_kept=one.destroyed_at is None,
            )
            for one in visit.acts
        ),
        may_file=actor.may(Permission.MANAGE_SCHOOL, municipality_id=place, school_id=sender),
        may_withdraw=not visit.acts
        and actor.may(Permission.MANAGE_MUNICIPALITY, municipality_id=place),
    )


def get_act_file(session: Session, *, act_id: UUID, actor: Actor) -> tuple[str, str]:
    """The hash of a stored act and what kind of file it is.

    Raises:
        NotYours: there is no such act in his sight, or its scan was destroyed.
    """
    found = session.get(ObserverAct, act_id)
    if found is None or found.destroyed_at is not None:
        raise NotYours
    _in_sight(session, found.visit_id, actor)
    return found.sha256, found.suffix


def list_acts_with_violations(
    session: Session, *, campaign_id: UUID, actor: Actor
) -> tuple[ArchivedAct, ...]:
    """The newest acts that tell of violations, by day and school.

    Raises:
        NotYours: he does not spread the observers of this campaign.
    """
    if not get_desk(session, campaign_id=campaign_id, actor=actor).may_place:
        raise NotYours
    return tuple(
        ArchivedAct(
            day=visit.day,
            school_login=visit.school.login,
            school=visit.school.name,
            summary=act.summary,
            filed_at=act.filed_at,
            suffix=act.suffix,
            sha256=act.sha256,
        )
        for visit in standing_visits(session, campaign_id)
        for act in visit.acts[-1:]
        if act.violations and act.destroyed_at is None
    )


def _in_sight(session: Session, visit_id: UUID, actor: Actor) -> ObserverVisit:
    visit = session.get(ObserverVisit, visit_id)
    if visit is None or visit.withdrawn_at is not None:
        raise NotYours
    place = visit.school.municipality_id
    seen = any(
        actor.may(permission, municipality_id=place, school_id=school_id)
        for permission in SEEING
        for school_id in (visit.school_id, visit.observer.school_id)
    )
    if not seen:
        raise NotYours
    return visit
