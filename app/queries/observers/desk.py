"""The observers of a campaign: who is proposed, who watches where and when, which acts came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.observation import candidates_of, schools_writing, standing_visits
from app.errors import NotYours
from app.models import Campaign, Observer, ObserverVisit, School
from app.queries.campaigns import CampaignChoice, campaigns_of
from app.queries.scope import municipality_ids

SEEING = (Permission.MANAGE_SCHOOL, Permission.WATCH)


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateLine:
    """A candidate: who proposed him, how much he may watch, how much he does."""

    id: UUID
    name: str
    telephone: str
    school: str
    ties: tuple[str, ...]
    most_days: int
    days: int
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitLine:
    """An observer's day in a school; `violations` is None while no act has come."""

    id: UUID
    observer: str
    telephone: str
    own_school: str
    violations: bool | None
    may_file: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolLine:
    """A school on a day of writing, and who watches there."""

    id: UUID
    name: str
    visits: tuple[VisitLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayLine:
    """A day of writing and its schools."""

    day: date
    schools: tuple[SchoolLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a person sees of the observers of one campaign.

    Attributes:
        campaign: which one.
        candidates: those whom he may see, by name.
        days: by date; for a school its own days and those of its own candidates.
        schools: every school of the municipality by name, where an interest may lie.
        may_place: he spreads the observers.
        may_propose: he proposes candidates.
    """

    campaign: CampaignChoice
    candidates: tuple[CandidateLine, ...]
    days: tuple[DayLine, ...]
    schools: tuple[tuple[UUID, str], ...]
    may_place: bool
    may_propose: bool

    @property
    def unwatched(self) -> int:
        """How many schools stand without an observer on a day of writing."""
        return sum(not school.visits for day in self.days for school in day.schools)

    @property
    def acts(self) -> int:
        """How many visits have an act."""
        return sum(visit.violations is not None for visit in self._visits())

    @property
    def acts_with_violations(self) -> int:
        """How many acts tell of violations."""
        return sum(visit.violations is True for visit in self._visits())

    def _visits(self) -> Sequence[VisitLine]:
        return [one for day in self.days for school in day.schools for one in school.visits]


def list_campaigns(session: Session, *, actor: Actor) -> tuple[CampaignChoice, ...]:
    """The campaigns that he sees, the newest first."""
    places = frozenset[UUID]().union(
        *(municipality_ids(session, actor=actor, permission=one) for one in SEEING)
    )
    return campaigns_of(session, places)


def get_desk(session: Session, *, campaign_id: UUID, actor: Actor) -> Desk:
    """The observers of a campaign.

    Raises:
        NotYours: the campaign is not in his sight.
    """
    campaign = session.get(Campaign, campaign_id)
    choices = {one.id: one for one in list_campaigns(session, actor=actor)}
    if campaign is None or campaign_id not in choices:
        raise NotYours
    place = campaign.municipality_id
    schools = _schools(session, place)
    sees_all = any(actor.may(one, municipality_id=place) for one in SEEING)
    own = frozenset(schools) if sees_all else actor.school_ids(Permission.MANAGE_SCHOOL)
    visits = standing_visits(session, campaign_id)
    candidates = candidates_of(session, campaign_id)
    return Desk(
        campaign=choices[campaign_id],
        candidates=tuple(
            _candidate(one, schools, visits, actor, place)
            for one in candidates
            if one.school_id in own
        ),
        days=_days(schools_writing(session, campaign), visits, schools, own, actor, place),
        schools=tuple(schools.items()),
        may_place=actor.may(Permission.MANAGE_MUNICIPALITY, municipality_id=place),
        may_propose=any(
            actor.may(Permission.MANAGE_SCHOOL, municipality_id=place, school_id=one) for one in own
        ),
    )


def _schools(session: Session, municipality_id: UUID) -> Mapping[UUID, str]:
    query = select(School.id, School.name).where(School.municipality_id == municipality_id)
    return {row.id: row.name for row in session.execute(query.order_by(School.name))}


def _candidate(
    row: Observer,
    schools: Mapping[UUID, str],
    visits: Sequence[ObserverVisit],
    actor: Actor,
    place: UUID,
) -> CandidateLine:
    days = Counter(visit.observer_id for visit in visits)
    return CandidateLine(
        id=row.id,
        name=row.name,
        telephone=row.telephone,
        school=schools[row.school_id],
        ties=tuple(sorted(schools[tie.school_id] for tie in row.ties)),
        most_days=row.most_days,
        days=days[row.id],
        may_withdraw=actor.may(
            Permission.MANAGE_SCHOOL, municipality_id=place, school_id=row.school_id
        ),
    )


def _days(
    writing: Mapping[date, frozenset[UUID]],
    visits: Sequence[ObserverVisit],
    schools: Mapping[UUID, str],
    own: frozenset[UUID],
    actor: Actor,
    place: UUID,
) -> tuple[DayLine, ...]:
    there: dict[tuple[date, UUID], list[VisitLine]] = defaultdict(list)
    seen: dict[date, set[UUID]] = defaultdict(set)
    for day, of_day in writing.items():
        seen[day] |= of_day & own
    for visit in visits:
        if visit.school_id in own or visit.observer.school_id in own:
            there[visit.day, visit.school_id].append(_visit(visit, schools, actor, place))
            seen[visit.day].add(visit.school_id)
    return tuple(
        DayLine(
            day=day,
            schools=tuple(
                SchoolLine(id=key, name=name, visits=tuple(there[day, key]))
                for key, name in schools.items()
                if key in seen[day]
            ),
        )
        for day in sorted(seen)
        if seen[day]
    )


def _visit(
    visit: ObserverVisit, schools: Mapping[UUID, str], actor: Actor, place: UUID
) -> VisitLine:
    return VisitLine(
        id=visit.id,
        observer=visit.observer.name,
        telephone=visit.observer.telephone,
        own_school=schools[visit.observer.school_id],
        violations=visit.acts[-1].violations if visit.acts else None,
        may_file=actor.may(
            Permission.MANAGE_SCHOOL,
            municipality_id=place,
            school_id=visit.observer.school_id,
        ),
    )
