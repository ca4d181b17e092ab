"""Candidates whom schools propose; the trail names them by key alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.errors import NotYours, Refusal
from app.models import Campaign, Observer, ObserverTie, School

LONGEST_NAME, LONGEST_TELEPHONE, MOST_DAYS = 200, 40, 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Who is proposed.

    Attributes:
        name: surname, name, patronymic of a grown-up.
        telephone: to call him; may be empty.
        most_days: on how many days at most he is ready to watch.
        tied_to: other schools where he has an interest.
    """

    name: str
    telephone: str = ""
    most_days: int = 1
    tied_to: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(self.name.split()))
        object.__setattr__(self, "telephone", " ".join(self.telephone.split()))
        if not 1 <= len(self.name) <= LONGEST_NAME:
            raise Refusal(
                "Впишите фамилию, имя и отчество: от 1 до %(most)s знаков.", most=LONGEST_NAME
            )
        if len(self.telephone) > LONGEST_TELEPHONE:
            raise Refusal("Телефон длиннее %(most)s знаков.", most=LONGEST_TELEPHONE)
        if not 1 <= self.most_days <= MOST_DAYS:
            raise Refusal("Дней наблюдения: от 1 до %(most)s.", most=MOST_DAYS)


def propose(
    session: Session,
    *,
    campaign_id: UUID,
    school_id: UUID,
    candidate: Candidate,
    by: Actor,
    at: datetime,
) -> Observer:
    """Propose a candidate of a school.

    Raises:
        NotYours: the school is not his to manage, or not of the campaign's municipality.
        Refusal: the school has proposed him already.
    """
    campaign, school = session.get(Campaign, campaign_id), session.get(School, school_id)
    if campaign is None or school is None or school.municipality_id != campaign.municipality_id:
        raise NotYours
    by.require(
        Permission.MANAGE_SCHOOL, municipality_id=school.municipality_id, school_id=school.id
    )
    _check_new(session, campaign_id, school_id, candidate.name)
    made = Observer(
        campaign_id=campaign_id,
        school_id=school_id,
        name=candidate.name,
        telephone=candidate.telephone,
        most_days=candidate.most_days,
        proposed_at=at,
        proposed_by_id=by.person_id,
    )
    made.ties = [
        ObserverTie(school_id=one) for one in _of_municipality(session, school, candidate.tied_to)
    ]
    session.add(made)
    session.flush()
    new = {"school": school.login, "days": made.most_days}
    _tell(session, made, "observer.proposed", new=new, by=by, at=at)
    return made


def withdraw(session: Session, *, observer_id: UUID, by: Actor, at: datetime) -> None:
    """Take a candidate back; his visits without an act are taken back with him.

    Raises:
        NotYours: there is no such candidate of his.
    """
    found = session.get(Observer, observer_id)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    by.require(
        Permission.MANAGE_SCHOOL,
        municipality_id=found.school.municipality_id,
        school_id=found.school_id,
    )
    found.withdrawn_at = at
    for visit in found.visits:
        if visit.withdrawn_at is None and not visit.acts:
            visit.withdrawn_at = at
    session.flush()
    _tell(session, found, "observer.withdrawn", new=None, by=by, at=at)


def _check_new(session: Session, campaign_id: UUID, school_id: UUID, name: str) -> None:
    query = select(Observer.id).where(
        Observer.campaign_id == campaign_id,
        Observer.school_id == school_id,
        Observer.name == name,
        Observer.withdrawn_at.is_(None),
    )
    if session.scalar(query) is not None:
        raise Refusal("Школа уже предложила этого наблюдателя.")


def _of_municipality(session: Session, school: School, wanted: frozenset[UUID]) -> list[UUID]:
    query = select(School.id).where(
        School.id.in_(wanted - {school.id}), School.municipality_id == school.municipality_id
    )
    return list(session.scalars(query.order_by(School.id)))


def _tell(
    session: Session,
    observer: Observer,
    action: str,
    *,
    new: dict[str, object] | None,
    by: Actor,
    at: datetime,
) -> None:
    record(
        session,
        action=action,
        subject_kind="observer",
        subject_id=observer.id,
        by=by,
        at=at,
        municipality_id=observer.school.municipality_id,
        school_id=observer.school_id,
        new=new,
    )
