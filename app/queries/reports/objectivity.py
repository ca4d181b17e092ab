"""The form of analysis of objectivity: what is known of each school of a campaign."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.listed import years_of_lists
from app.bridge.observation import schools_writing, standing_visits
from app.bridge.places import get_campaign_of
from app.bridge.result_groups import FEWEST_SHOWN, works_of
from app.bridge.scheme import thresholds_of
from app.models import (
    Campaign,
    Exam,
    ListedSchool,
    Participant,
    RecheckCase,
    School,
    Script,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectivityLine:
    """One school over all exams of the campaign.

    Attributes:
        school: its name.
        works: works with final points.
        days: its days of writing.
        watched: days with an observer.
        acts: acts that came.
        violations: acts that tell of violations.
        lowered: works whose mark is below the journal's, in percent; None where they are few.
        confirmed: equal to it.
        raised: above it.
        rechecks: works handed to the commission.
        listed: it stands in a list of non-objective results of the last three years.
    """

    school: str
    works: int
    days: int
    watched: int
    acts: int
    violations: int
    lowered: float | None
    confirmed: float | None
    raised: float | None
    rechecks: int
    listed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Objectivity:
    """The form of one campaign, schools by name."""

    campaign_id: UUID
    campaign: str
    municipality: str
    lines: tuple[ObjectivityLine, ...]


def get_objectivity(session: Session, *, campaign_id: UUID, actor: Actor) -> Objectivity:
    """The form of analysis.

    Raises:
        NotYours: the campaign's municipality is not his to watch.
    """
    campaign = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.WATCH, by=actor
    )
    journal, works = _journal(session, campaign)
    watched = _watched(session, campaign)
    rechecks = _rechecks(session, campaign_id)
    listed = _listed(session, campaign)
    days = Counter(
        school for schools in schools_writing(session, campaign).values() for school in schools
    )
    query = (
        select(School)
        .where(School.municipality_id == campaign.municipality_id, School.id.in_(days))
        .order_by(School.name, School.id)
    )
    return Objectivity(
        campaign_id=campaign.id,
        campaign=campaign.name,
        municipality=campaign.municipality.name,
        lines=tuple(
            ObjectivityLine(
                school=one.name,
                works=works[one.id],
                days=days[one.id],
                watched=watched["days", one.id],
                acts=watched["acts", one.id],
                violations=watched["violations", one.id],
                lowered=_share(journal, one.id, "lowered"),
                confirmed=_share(journal, one.id, "confirmed"),
                raised=_share(journal, one.id, "raised"),
                rechecks=rechecks[one.id],
                listed=one.id in listed,
            )
            for one in session.scalars(query)
        ),
    )


Tally = Counter[tuple[str, UUID]]


def _journal(session: Session, campaign: Campaign) -> tuple[Tally, Counter[UUID]]:
    """Marks against the journal over all exams, by school; and works."""
    tally, works = Tally(), Counter[UUID]()
    for exam in campaign.exams:
        scale, every = thresholds_of(exam), works_of(session, exam)
        works.update(work.school_id for work in every)
        if scale is None:
            continue
        for work in every:
            if work.journal is not None:
                gap = scale.mark_of(work.total) - work.journal
                way = "confirmed" if gap == 0 else "raised" if gap > 0 else "lowered"
                tally[way, work.school_id] += 1
    return tally, works


def _share(tally: Tally, school_id: UUID, way: str) -> float | None:
    n = sum(tally[one, school_id] for one in ("lowered", "confirmed", "raised"))
    return 100 * tally[way, school_id] / n if n >= FEWEST_SHOWN else None


def _watched(session: Session, campaign: Campaign) -> Tally:
    found = Tally()
    visits = standing_visits(session, campaign.id)
    for _day, school_id in {(visit.day, visit.school_id) for visit in visits}:
        found["days", school_id] += 1
    for visit in visits:
        for act in visit.acts[-1:]:
            found["acts", visit.school_id] += 1
            found["violations", visit.school_id] += act.violations
    return found


def _rechecks(session: Session, campaign_id: UUID) -> Counter[UUID]:
    query = (
        select(Participant.school_id, func.count(RecheckCase.id))
        .join(Script, Script.participant_id == Participant.id)
        .join(RecheckCase, RecheckCase.script_id == Script.id)
        .join(Exam, Exam.id == Script.exam_id)
        .where(Exam.campaign_id == campaign_id)
        .group_by(Participant.school_id)
    )
    found = Counter[UUID]()
    for school_id, count in session.execute(query):
        found[school_id] = count
    return found


def _listed(session: Session, campaign: Campaign) -> frozenset[UUID]:
    place = campaign.municipality_id
    years = years_of_lists(session, {place}, year=campaign.year)[place]
    query = (
        select(ListedSchool.school_id)
        .join(School, School.id == ListedSchool.school_id)
        .where(
            School.municipality_id == place,
            ListedSchool.year.in_(years),
            ListedSchool.withdrawn_at.is_(None),
        )
    )
    return frozenset(session.scalars(query))
