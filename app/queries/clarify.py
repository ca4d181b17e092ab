"""Questions and answers on criteria: beside the criterion, on a page, and for the chair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.clarify import earlier_sheets
from app.bridge.controls import own_expert
from app.bridge.names import script_numbers
from app.bridge.places import get_exam_of
from app.bridge.titles import ExamTitle, title_of
from app.models import (
    Criterion,
    CriterionReading,
    Exam,
    Expert,
    Person,
    Question,
    Reopening,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A question with its answer; who asked is told to nobody."""

    question_id: UUID
    label: str
    words: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierWork:
    """A work scored under an earlier reading."""

    number: int
    expert: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionPage:
    """A criterion as the chair reads it.

    Attributes:
        criterion_id: its key.
        label: as in the form.
        guide: how it is read now.
        version: number of that reading; 1 until the chair changes it.
        why: what he said of the last change.
        earlier: works scored under an earlier reading and not opened again.
        reopened: works opened again and not handed in yet.
        settled_again: works handed in again.
    """

    criterion_id: UUID
    label: str
    guide: str
    version: int
    why: str
    earlier: tuple[EarlierWork, ...]
    reopened: int
    settled_again: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChairQuestions:
    """All questions of an exam and its criteria."""

    exam_id: UUID
    title: ExamTitle
    waiting: tuple[Answered, ...]
    answered: tuple[Answered, ...]
    criteria: tuple[CriterionPage, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertQuestions:
    """What an expert sees: all answers, and his own questions that wait."""

    exam_id: UUID
    title: ExamTitle
    labels: tuple[str, ...]
    waiting: tuple[Answered, ...]
    answered: tuple[Answered, ...]


# Every work shown asks for them; made once.
_QUESTIONS = (
    select(
        Question.id,
        Criterion.label,
        Question.words,
        Question.asked_at,
        Question.answer,
        Question.answered_at,
    )
    .join(Criterion, Criterion.id == Question.criterion_id)
    .where(Criterion.exam_id == bindparam("exam_id"))
    .order_by(Criterion.position, Question.asked_at, Question.id)
)


def answers_by_label(session: Session, *, exam_id: UUID) -> Mapping[str, tuple[Answered, ...]]:
    """Answered questions of an exam by criterion; the caller has checked the exam."""
    found: defaultdict[str, list[Answered]] = defaultdict(list)
    for one in _list(session, exam_id):
        if one.answered_at is not None:
            found[one.label].append(one)
    return {label: tuple(rows) for label, rows in found.items()}


def get_own_questions(
    session: Session, *, exam_id: UUID, by: Actor, at: datetime
) -> ExpertQuestions:
    """The exam's answers and the acting expert's own questions.

    Raises:
        NotYours: the exam is not one that he may score.
        CriteriaClosed: the hour of the criteria has not come.
    """
    exam, expert = own_expert(session, exam_id=exam_id, by=by, at=at)
    asked = set(
        session.scalars(
            select(Question.id)
            .join(Criterion, Criterion.id == Question.criterion_id)
            .where(Criterion.exam_id == exam_id, Question.expert_id == expert.id)
        )
    )
    rows = _list(session, exam_id)
    return ExpertQuestions(
        exam_id=exam.id,
        title=title_of(exam),
        labels=tuple(row.label for row in exam.criteria),
        waiting=tuple(row for row in rows if row.answered_at is None and row.question_id in asked),
        answered=tuple(row for row in rows if row.answered_at is not None),
    )


def get_chair_questions(session: Session, *, exam_id: UUID, actor: Actor) -> ChairQuestions:
    """An exam's questions, and its criteria with the works scored under earlier readings.

    Raises:
        NotYours: the exam is not his to lead.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.LEAD_SCORING, by=actor)
    rows = _list(session, exam_id)
    return ChairQuestions(
        exam_id=exam.id,
        title=title_of(exam),
        waiting=tuple(row for row in rows if row.answered_at is None),
        answered=tuple(row for row in rows if row.answered_at is not None),
        criteria=_criteria(session, exam),
    )


def count_waiting(session: Session, *, exam_id: UUID) -> int:
    """Questions of an exam that wait for an answer."""
    return sum(row.answered_at is None for row in _list(session, exam_id))


def _list(session: Session, exam_id: UUID) -> list[Answered]:
    return [
        Answered(
            question_id=row.id,
            label=row.label,
            words=row.words,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_at=row.answered_at,
        )
        for row in session.execute(_QUESTIONS, {"exam_id": exam_id})
    ]


def _criteria(session: Session, exam: Exam) -> tuple[CriterionPage, ...]:
    numbers = script_numbers(session, exam_id=exam.id)
    names = _names(session)
    return tuple(_criterion(session, row, numbers, names) for row in exam.criteria)


def _criterion(
    session: Session,
    row: Criterion,
    numbers: Mapping[UUID, int],
    names: Mapping[UUID, str],
) -> CriterionPage:
    last = session.scalars(
        select(CriterionReading)
        .where(CriterionReading.criterion_id == row.id)
        .order_by(CriterionReading.number.desc())
        .limit(1)
    ).first()
    done = Counter(
        one is not None
        for one in session.scalars(
            select(Reopening.done_at).where(Reopening.criterion_id == row.id)
        )
    )
    works = [
        EarlierWork(number=numbers[one.script_id], expert=names[one.expert_id])
        for one in earlier_sheets(session, row)
    ]
    return CriterionPage(
        criterion_id=row.id,
        label=row.label,
        guide=row.guide,
        version=last.number if last else 1,
        why=last.why if last else "",
        earlier=tuple(sorted(works, key=lambda work: (work.number, work.expert))),
        reopened=done[False],
        settled_again=done[True],
    )


def _names(session: Session) -> Mapping[UUID, str]:
    query = select(Expert.id, Person.display_name).join(Person, Person.id == Expert.person_id)
    return dict(session.execute(query).all())
