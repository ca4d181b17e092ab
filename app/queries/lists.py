"""The lists of a campaign: what schools have declared, and what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.subjects import subject_key
from app.errors import NotYours
from app.models import (
    Campaign,
    Exam,
    ExamApplication,
    Expert,
    ExpertNumber,
    ListVerification,
    Questionnaire,
    School,
    SchoolFacts,
    SchoolKind,
    TaughtSubject,
)
from app.queries.registers.reach import managed_schools


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolLists:
    """How far one school is with its lists."""

    id: UUID
    name: str
    kind: SchoolKind | None
    levels: tuple[str, ...]
    takes: Mapping[str, Sequence[str]]
    applications: int
    participants: int
    days: int
    questionnaire: bool
    experts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectExperts:
    """Experts of one subject: declared by schools, and in the register."""

    subject: str
    declared: int
    registered: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ListsView:
    """The lists of one campaign.

    Attributes:
        schools: the schools that take part, by name.
        by_kind, by_level: how many of each type and level.
        experts: by subject.
        verified_at, verified: when the list was last called whole, and with how many schools.
        of_municipality: whether the person keeps the whole list.
    """

    id: UUID
    name: str
    municipality: str
    schools: tuple[SchoolLists, ...]
    by_kind: Mapping[SchoolKind, int]
    by_level: Mapping[str, int]
    experts: tuple[SubjectExperts, ...]
    verified_at: datetime | None
    verified: int
    of_municipality: bool

    @property
    def unlisted(self) -> int:
        """Schools whose line of the list is not filled in."""
        return sum(one.kind is None for one in self.schools)


def get_lists(session: Session, *, campaign_id: UUID, actor: Actor) -> ListsView:
    """The lists of one campaign, of the schools that the person manages.

    Raises:
        NotYours: he manages no school of the campaign's municipality.
    """
    campaign, schools = get_listed_schools(session, campaign_id, actor)
    keys = [one.id for one in schools]
    facts = facts_by_school(session, campaign_id, keys)
    applications = applications_by_school(session, campaign_id, keys)
    asked = _having(session, campaign_id, keys)
    experts = declared_experts(session, campaign_id, keys)
    last = session.scalars(
        select(ListVerification)
        .where(ListVerification.campaign_id == campaign_id)
        .order_by(ListVerification.number.desc())
    ).first()
    return ListsView(
        id=campaign.id,
        name=campaign.name,
        municipality=campaign.municipality.name,
        schools=tuple(
            _line(one, facts.get(one.id), applications[one.id], one.id in asked, experts)
            for one in schools
        ),
        by_kind=Counter(one.kind for one in facts.values()),
        by_level=Counter(level for one in facts.values() for level in one.levels),
        experts=_by_subject(session, experts, keys),
        verified_at=last.verified_at if last else None,
        verified=last.schools if last else 0,
        of_municipality=actor.may(
            Permission.MANAGE_MUNICIPALITY, municipality_id=campaign.municipality_id
        ),
    )


def get_listed_schools(
    session: Session, campaign_id: UUID, actor: Actor
) -> tuple[Campaign, list[School]]:
    """The campaign, and those of its participating schools that he manages, by name.

    Raises:
        NotYours: there is no such campaign, or he neither manages a school there nor all of them.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotYours
    query = (
        select(School)
        .where(managed_schools(actor), School.municipality_id == campaign.municipality_id)
        .where(School.participating)
        .order_by(School.name, School.id)
    )
    schools = list(session.scalars(query))
    keeps = actor.may(Permission.MANAGE_MUNICIPALITY, municipality_id=campaign.municipality_id)
    if not schools and not keeps:
        raise NotYours
    return campaign, schools


def _line(
    school: School,
    facts: SchoolFacts | None,
    applications: Sequence[ExamApplication],
    asked: bool,  # noqa: FBT001 - one of a row's facts
    experts: Sequence[ExpertNumber],
) -> SchoolLists:
    return SchoolLists(
        id=school.id,
        name=school.name,
        kind=facts.kind if facts else None,
        levels=tuple(facts.levels) if facts else (),
        takes=facts.takes if facts else {},
        applications=len(applications),
        participants=sum(one.participants for one in applications),
        days=sum(one.held_on is not None for one in applications),
        questionnaire=asked,
        experts=sum(one.experts for one in experts if one.school_id == school.id),
    )


def facts_by_school(
    session: Session, campaign_id: UUID, schools: Iterable[UUID]
) -> Mapping[UUID, SchoolFacts]:
    """The line of each school in the list of schools."""
    query = select(SchoolFacts).where(
        SchoolFacts.campaign_id == campaign_id, SchoolFacts.school_id.in_(schools)
    )
    return {one.school_id: one for one in session.scalars(query)}


def applications_by_school(
    session: Session, campaign_id: UUID, schools: Iterable[UUID]
) -> defaultdict[UUID, list[ExamApplication]]:
    """The applications of each school, in the order of the exams."""
    query = (
        select(ExamApplication)
        .join(Exam)
        .where(Exam.campaign_id == campaign_id, ExamApplication.school_id.in_(schools))
        .options(joinedload(ExamApplication.exam))
        .order_by(Exam.held_on, Exam.grade, Exam.subject)
    )
    found: defaultdict[UUID, list[ExamApplication]] = defaultdict(list)
    for one in session.scalars(query):
        found[one.school_id].append(one)
    return found


def _having(session: Session, campaign_id: UUID, schools: Iterable[UUID]) -> set[UUID]:
    query = select(Questionnaire.school_id).where(
        Questionnaire.campaign_id == campaign_id, Questionnaire.school_id.in_(schools)
    )
    return set(session.scalars(query))


def declared_experts(
    session: Session, campaign_id: UUID, schools: Iterable[UUID]
) -> Sequence[ExpertNumber]:
    """How many experts of each subject the schools can give, by subject."""
    query = select(ExpertNumber).where(
        ExpertNumber.campaign_id == campaign_id, ExpertNumber.school_id.in_(schools)
    )
    return session.scalars(query.order_by(ExpertNumber.subject)).all()


def _by_subject(
    session: Session, declared: Sequence[ExpertNumber], schools: Iterable[UUID]
) -> tuple[SubjectExperts, ...]:
    names: dict[str, str] = {}
    said, kept = Counter[str](), defaultdict[str, set[UUID]](set)
    for one in declared:
        names.setdefault(subject_key(one.subject), one.subject)
        said[subject_key(one.subject)] += one.experts
    query = (
        select(TaughtSubject.subject, Expert.id)
        .join(Expert, Expert.id == TaughtSubject.expert_id)
        .where(Expert.school_id.in_(schools), Expert.withdrawn_at.is_(None))
        .order_by(TaughtSubject.subject, Expert.id)
    )
    for subject, expert_id in session.execute(query):
        names.setdefault(subject_key(subject), subject)
        kept[subject_key(subject)].add(expert_id)
    return tuple(
        SubjectExperts(subject=name, declared=said[key], registered=len(kept[key]))
        for key, name in sorted(names.items())
    )
