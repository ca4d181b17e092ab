"""An expert's own controls and qualification: he sees himself alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.admission import find_stop, is_qualified
from app.bridge.controls import control_pool
from app.bridge.hours import criteria_open_at, local_time
from app.bridge.subjects import subject_key
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import (
    Assignment,
    Campaign,
    ControlReading,
    ControlRule,
    ControlUse,
    Exam,
    Expert,
    Qualification,
    Sheet,
)
from app.queries.controls.told import Told, list_told, told


@dataclass(frozen=True, kw_only=True, slots=True)
class TryWork:
    """One work of an open try."""

    assignment_id: UUID
    ordinal: int
    done: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnControls:
    """An exam in which the expert qualifies or has controls.

    Attributes:
        exam_id: the exam.
        title: its title.
        opens_at: local time of the criteria while it lies ahead.
        asks: works of a try; 0 where the exam asks no qualification.
        most_outside: how many of them may be outside the tolerance.
        qualified: he may begin.
        failed: tries that he did not pass.
        works: works of the try that is open.
        tries_left: whether works are left for another try.
        stop: the chair's words while he is stopped; else empty.
        told: his controls, the latest first.
    """

    exam_id: UUID
    title: ExamTitle
    opens_at: datetime | None
    asks: int
    most_outside: int
    qualified: bool
    failed: int
    works: tuple[TryWork, ...]
    tries_left: bool
    stop: str
    told: tuple[Told, ...]

    @property
    def next_work(self) -> TryWork | None:
        """The work of the try to go on with."""
        return next((work for work in self.works if not work.done), None)


def list_own(session: Session, *, by: Actor, at: datetime) -> tuple[OwnControls, ...]:
    """The acting expert's exams with controls, the latest first."""
    return tuple(
        _own(session, exam, rule, expert, at=at) for exam, rule, expert in _exams(session, by)
    )


def list_unqualified(session: Session, *, by: Actor, today: date) -> tuple[Exam, ...]:
    """Exams in progress that the acting expert has to qualify for before he begins."""
    return tuple(
        exam
        for exam, rule, expert in _exams(session, by)
        if rule.qualifying_works
        and exam.held_on <= today <= exam.scoring_ends_on
        and not is_qualified(session, exam_id=exam.id, expert_id=expert.id)
    )


def _exams(session: Session, by: Actor) -> list[tuple[Exam, ControlRule, Expert]]:
    """Exams of his subjects that have a rule of controls, the latest first."""
    expert = session.scalar(
        select(Expert).where(Expert.person_id == by.person_id, Expert.withdrawn_at.is_(None))
    )
    if expert is None:
        return []
    query = (
        select(Exam, ControlRule)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(ControlRule, ControlRule.exam_id == Exam.id)
        .where(Campaign.municipality_id == expert.school.municipality_id)
        .order_by(Exam.held_on.desc(), Exam.id)
    )
    taught = {subject_key(one.subject) for one in expert.subjects}
    return [
        (exam, rule, expert)
        for exam, rule in session.execute(query)
        if subject_key(exam.subject) in taught
    ]


def get_word(session: Session, *, reading_id: UUID, by: Actor) -> Told:
    """One control of the acting expert that was handed in.

    Raises:
        NotYours: it is not his, or is not handed in.
    """
    found = session.get(ControlReading, reading_id)
    if found is None or found.assignment.expert.person_id != by.person_id:
        raise NotYours
    shown = told(session, found)
    if shown is None:
        raise NotYours
    return shown


def find_word(session: Session, *, assignment_id: UUID) -> UUID | None:
    """The word about a control outside the tolerance that the expert has not taken yet."""
    return session.scalar(
        select(ControlReading.id).where(
            ControlReading.assignment_id == assignment_id,
            ControlReading.qualification_id.is_(None),
            ControlReading.outside.is_(True),
            ControlReading.told_at.is_(None),
        )
    )


def _own(
    session: Session, exam: Exam, rule: ControlRule, expert: Expert, *, at: datetime
) -> OwnControls:
    opens_at = criteria_open_at(exam)
    tries = session.scalars(
        select(Qualification).where(
            Qualification.exam_id == exam.id, Qualification.expert_id == expert.id
        )
    ).all()
    open_try = next((one for one in tries if one.closed_at is None), None)
    pool = control_pool(session, exam=exam, use=ControlUse.QUALIFICATION, experts=[expert.id])[
        expert.id
    ]
    stop = find_stop(session, exam_id=exam.id, expert_id=expert.id)
    shown = list_told(session, exam_id=exam.id, expert_id=expert.id)
    visible = [one for one in shown if not _is_of_open_try(session, one, open_try)]
    return OwnControls(
        exam_id=exam.id,
        title=title_of(exam),
        opens_at=local_time(exam, opens_at) if at < opens_at else None,
        asks=rule.qualifying_works,
        most_outside=rule.most_outside,
        qualified=is_qualified(session, exam_id=exam.id, expert_id=expert.id),
        failed=sum(one.passed is False for one in tries),
        works=_works(session, open_try) if open_try else (),
        tries_left=len(pool) >= rule.qualifying_works,
        stop=stop.why if stop else "",
        told=tuple(reversed(visible)),
    )


def _works(session: Session, tried: Qualification) -> tuple[TryWork, ...]:
    query = (
        select(Assignment, Sheet.submitted_at)
        .join(ControlReading, ControlReading.assignment_id == Assignment.id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(ControlReading.qualification_id == tried.id, Assignment.withdrawn_at.is_(None))
        .order_by(Assignment.queue_position, Assignment.id)
    )
    return tuple(
        TryWork(assignment_id=row.id, ordinal=ordinal, done=submitted_at is not None)
        for ordinal, (row, submitted_at) in enumerate(session.execute(query), start=1)
    )


def _is_of_open_try(session: Session, shown: Told, open_try: Qualification | None) -> bool:
    """Explanations come after the whole try: they would help with its other works."""
    if open_try is None or not shown.qualifying:
        return False
    reading = session.get_one(ControlReading, shown.reading_id)
    return reading.qualification_id == open_try.id
