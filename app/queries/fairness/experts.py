"""How experts read the same scripts: all of them for the chair, himself alone for an expert."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_exam_of
from app.bridge.ratings import exam_ratings
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import BLIND, Assignment, Campaign, Exam, Expert, Person, Script, Sheet
from scoring.fairness.agreement import Agreement, agreement
from scoring.fairness.generalizability import Generalizability, generalizability
from scoring.fairness.halo import FEWEST_READINGS, habits
from scoring.fairness.linked import Unlinked
from scoring.fairness.ratings import Ratings
from scoring.fairness.sentence import Few, Sentence
from scoring.fairness.severity import Severities, Severity, severities

RESAMPLES = 400
SEED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamLine:
    """An exam of which readings were handed in."""

    id: UUID
    title: ExamTitle
    campaign: str
    readings: int
    doubles: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertRow:
    """An expert and what the model says of him; by name, never by severity."""

    name: str
    key: str
    found: Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class HabitRow:
    """An expert whose points vary less than his colleagues', and in what."""

    name: str
    told: Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamComparison:
    """How the experts of one exam read.

    Attributes:
        exam_id: The exam.
        title: Its title.
        criteria: Agreement on every criterion in the order of the form, then on the total.
        worth: What one and two readers are worth on the total; None where it cannot be told.
        experts: By name; empty where `why_not` says why.
        why_not: Why severity cannot be told.
        apart: Names of experts by group where they are not linked.
        habits: Experts with a habit that is worth a talk, by name.
        habits_lack: What is lacking where habits cannot be told of anybody.
        maximum: Points of the whole paper.
    """

    exam_id: UUID
    title: ExamTitle
    criteria: tuple[Agreement, ...]
    worth: Generalizability | None
    experts: tuple[ExpertRow, ...]
    why_not: Sentence | None
    apart: tuple[tuple[str, ...], ...]
    habits: tuple[HabitRow, ...]
    habits_lack: Sentence | None
    maximum: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRow:
    """What an expert sees of himself in one exam: never another expert.

    Attributes:
        title: The exam.
        found: His severity; None where `why_not` says why.
        why_not: Why it cannot be told, without naming anybody.
    """

    title: ExamTitle
    found: Severity | None
    why_not: Sentence | None


def list_exams(session: Session, *, actor: Actor) -> tuple[ExamLine, ...]:
    """Exams of the chair's municipality that have handed-in readings, the newest first."""
    places = actor.municipality_ids(Permission.COMPARE_EXPERTS)
    query = (
        select(Exam, Campaign.name, func.count(), func.count(Assignment.script_id.distinct()))
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(Script, Script.exam_id == Exam.id)
        .join(Assignment, Assignment.script_id == Script.id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Campaign.municipality_id.in_(places),
            Assignment.round.in_(BLIND),
            Sheet.submitted_at.is_not(None),
        )
        .group_by(Exam.id, Campaign.name)
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    return tuple(
        ExamLine(
            id=exam.id,
            title=title_of(exam),
            campaign=campaign,
            readings=readings,
            doubles=readings - scripts,
        )
        for exam, campaign, readings, scripts in session.execute(query)
    )


def get_ratings(session: Session, *, exam_id: UUID, actor: Actor) -> Ratings | None:
    """The readings that the chair's page rests on.

    Raises:
        NotYours: There is no such exam, or it is of another municipality.
    """
    get_exam_of(session, exam_id=exam_id, permission=Permission.COMPARE_EXPERTS, by=actor)
    return exam_ratings(session, exam_id=exam_id)


def get_comparison(session: Session, *, exam_id: UUID, actor: Actor) -> ExamComparison:
    """How the experts of an exam read.

    Raises:
        NotYours: There is no such exam, or it is of another municipality.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.COMPARE_EXPERTS, by=actor)
    ratings = exam_ratings(session, exam_id=exam_id)
    if ratings is None:
        raise NotYours
    names = _names(session)
    experts, why_not, apart = _compared(ratings, names)
    worth = generalizability(ratings)[-1]
    shown, lack = _habits(ratings, names)
    return ExamComparison(
        exam_id=exam.id,
        title=title_of(exam),
        criteria=agreement(ratings, seed=SEED, resamples=RESAMPLES),
        worth=worth if isinstance(worth, Generalizability) and worth.enough is None else None,
        experts=experts,
        why_not=why_not,
        apart=apart,
        habits=shown,
        habits_lack=lack,
        maximum=int(ratings.highest.sum()),
    )


def list_own(session: Session, *, actor: Actor) -> tuple[OwnRow, ...]:
    """The acting expert's own severity in every exam that he read for, the newest first."""
    query = (
        select(Exam, Assignment.expert_id)
        .join(Script, Script.exam_id == Exam.id)
        .join(Assignment, Assignment.script_id == Script.id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(
            Expert.person_id == actor.person_id,
            Assignment.round.in_(BLIND),
            Sheet.submitted_at.is_not(None),
        )
        .distinct()
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    return tuple(_own(session, exam, expert_id) for exam, expert_id in session.execute(query))


def _own(session: Session, exam: Exam, expert_id: UUID) -> OwnRow:
    ratings = exam_ratings(session, exam_id=exam.id)
    answer = None if ratings is None else severities(ratings)
    match answer:
        case Severities():
            (found,) = (one for one in answer.experts if one.expert == str(expert_id))
            return OwnRow(title=title_of(exam), found=found, why_not=None)
        case Few():
            return OwnRow(title=title_of(exam), found=None, why_not=answer.why)
        case _:
            text = "Общих работ с другими экспертами мало: строгость не сравнить"
            return OwnRow(title=title_of(exam), found=None, why_not=Sentence(text=text))


def _names(session: Session) -> dict[str, str]:
    query = select(Expert.id, Person.display_name).join(Person, Person.id == Expert.person_id)
    return {str(expert): name for expert, name in session.execute(query)}


def _habits(
    ratings: Ratings, names: dict[str, str]
) -> tuple[tuple[HabitRow, ...], Sentence | None]:
    found = habits(ratings)
    if isinstance(found, Few):
        return (), found.why
    every = (*found.halo, *found.central)
    if all(one.enough is not None for one in every):
        text = "Мало данных: нужны 8 экспертов и более, каждый не менее чем с %(fewest)s проверками"
        return (), Sentence(text=text, params={"fewest": FEWEST_READINGS})
    rows = [HabitRow(name=names[one.expert], told=one.told) for one in every if one.flagged]
    return tuple(sorted(rows, key=lambda row: (row.name, row.told.text))), None


def _compared(
    ratings: Ratings, names: dict[str, str]
) -> tuple[tuple[ExpertRow, ...], Sentence | None, tuple[tuple[str, ...], ...]]:
    match severities(ratings):
        case Severities(experts=experts):
            rows = [
                ExpertRow(name=names[one.expert], key=one.expert[:8], found=one) for one in experts
            ]
            return tuple(sorted(rows, key=lambda row: (row.name, row.key))), None, ()
        case Few(why=why):
            return (), why, ()
        case Unlinked(groups=groups):
            apart = tuple(tuple(sorted(names[one] for one in group)) for group in groups)
            text = "Эксперты не связаны общими работами, их строгость не сравнить"
            return (), Sentence(text=text), apart
