"""The lists of a campaign: what schools have declared, what is missing, and forms to fill."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.subjects import subject_key
from app.errors import NotYours
from app.exchange.registers import facts_cells
from app.models import (
    Campaign,
    Exam,
    ExamApplication,
    Expert,
    ExpertNumber,
    ListVerification,
    Questionnaire,
    School,
    SchoolClass,
    SchoolFacts,
    SchoolKind,
    TaughtSubject,
)
from app.queries.registers.reach import managed_schools

Rows = list[tuple[str, ...]]


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
    campaign, schools = _place(session, campaign_id, actor)
    keys = [one.id for one in schools]
    facts = _facts(session, campaign_id, keys)
    applications = _applications(session, campaign_id, keys)
    asked = _having(session, campaign_id, keys)
    experts = _declared(session, campaign_id, keys)
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


def form_rows(session: Session, *, campaign_id: UUID, key: str, actor: Actor) -> Rows:
    """A form to fill in and bring back: what is known stands in it already.

    Raises:
        NotYours: he manages no school of the campaign's municipality, or there is no such list.
    """
    campaign, schools = _place(session, campaign_id, actor)
    forms = {
        "facts": _facts_form,
        "applications": _applications_form,
        "questionnaires": _questionnaires_form,
        "expert_numbers": _experts_form,
        "plan": _plan_form,
    }
    if key not in forms:
        raise NotYours
    return forms[key](session, campaign, schools)


def _place(session: Session, campaign_id: UUID, actor: Actor) -> tuple[Campaign, list[School]]:
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


def _facts(
    session: Session, campaign_id: UUID, schools: Iterable[UUID]
) -> Mapping[UUID, SchoolFacts]:
    query = select(SchoolFacts).where(
        SchoolFacts.campaign_id == campaign_id, SchoolFacts.school_id.in_(schools)
    )
    return {one.school_id: one for one in session.scalars(query)}


def _applications(
    session: Session, campaign_id: UUID, schools: Iterable[UUID]
) -> defaultdict[UUID, list[ExamApplication]]:
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


def _declared(
    session: Session, campaign_id: UUID, schools: Iterable[UUID]
) -> Sequence[ExpertNumber]:
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


def _facts_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    facts = _facts(session, campaign.id, [one.id for one in schools])
    return [_facts_row(one, facts.get(one.id)) for one in schools]


def _facts_row(school: School, facts: SchoolFacts | None) -> tuple[str, ...]:
    return facts_cells(
        login=school.login,
        name=school.name,
        participating=school.participating,
        kind=facts.kind if facts else None,
        levels=facts.levels if facts else (),
        takes=facts.takes if facts else None,
    )


def _applications_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    """Every exam of every school that has the grade, with its number of classes."""
    keys = [one.id for one in schools]
    known = {
        (one.school_id, one.exam_id): one
        for found in _applications(session, campaign.id, keys).values()
        for one in found
    }
    query = (
        select(SchoolClass.school_id, SchoolClass.grade, func.count())
        .where(SchoolClass.school_id.in_(keys))
        .group_by(SchoolClass.school_id, SchoolClass.grade)
    )
    classes = {(school, grade): count for school, grade, count in session.execute(query)}
    return [
        _application_row(school, exam, known.get((school.id, exam.id)), classes)
        for school in schools
        for exam in campaign.exams
        if (school.id, exam.id) in known or (school.id, exam.grade) in classes
    ]


def _application_row(
    school: School,
    exam: Exam,
    given: ExamApplication | None,
    classes: Mapping[tuple[UUID, int], int],
) -> tuple[str, ...]:
    count = given.classes if given else classes.get((school.id, exam.grade), "")
    day = given.held_on if given else None
    return (
        school.login,
        exam.subject,
        str(exam.grade),
        str(count),
        str(given.participants) if given else "",
        f"{day:%d.%m.%Y}" if day else "",
    )


def _questionnaires_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    query = select(Questionnaire).where(Questionnaire.campaign_id == campaign.id)
    known = {one.school_id: one for one in session.scalars(query)}
    names = ("rooms", "organisers", "scanners", "printers", "remark")
    return [
        (
            school.login,
            *(str(getattr(known[school.id], name)) if school.id in known else "" for name in names),
        )
        for school in schools
    ]


def _experts_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    known = {
        (one.school_id, one.subject): one.experts
        for one in _declared(session, campaign.id, [one.id for one in schools])
    }
    subjects = sorted({exam.subject for exam in campaign.exams})
    return [
        (school.login, subject, str(known.get((school.id, subject), "")))
        for school in schools
        for subject in subjects
    ]


def _plan_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    del session, schools
    return [
        (
            exam.subject,
            str(exam.grade),
            *(
                f"{day:%d.%m.%Y}" if day else ""
                for day in (
                    exam.held_on,
                    exam.scoring_ends_on,
                    exam.form_due_on,
                    exam.results_on,
                )
            ),
        )
        for exam in campaign.exams
    ]
