"""The chair's board of an exam: how far it is, who waits for what, when it will be done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.admission import list_admissions
from app.bridge.forecast import Forecast, forecast
from app.bridge.hours import local_time
from app.bridge.names import script_numbers
from app.bridge.places import get_exam_of
from app.bridge.ratings import exam_ratings
from app.bridge.readings import Reading, exam_readings
from app.bridge.titles import ExamTitle, title_of
from app.bridge.troubles import due_times
from app.models import (
    BLIND,
    Assignment,
    ControlReading,
    Divergence,
    Exam,
    Expert,
    FinalResult,
    Person,
    Reopening,
    Round,
    Script,
    Sheet,
    Trouble,
    TroubleKind,
)
from app.queries.clarify import count_waiting
from scoring.fairness.agreement import Agreement, agreement

RESAMPLES = 200
SEED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardExpert:
    """An expert of the exam, by name and never by rank.

    Attributes:
        expert_id: his key.
        name: his name.
        left: readings he has still to hand in.
        done: readings handed in.
        aside: of those left, set aside and waiting for an answer.
        qualified: he may begin.
        stopped: the chair stopped him.
    """

    expert_id: UUID
    name: str
    left: int
    done: int
    aside: int
    qualified: bool
    stopped: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TroubleLine:
    """A work that its expert set aside."""

    number: int
    expert: str
    kind: TroubleKind
    raised_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """How many wait for whom.

    Attributes:
        questions: for the chair's answer.
        aside: set aside, for the coordinator, the school or a second opinion.
        third: for a third expert who has the work.
        nobody: for a third expert whom nobody could name.
        reopened: opened again for a criterion, for their experts.
    """

    questions: int
    aside: int
    third: int
    nobody: int
    reopened: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """What changes while experts score.

    Attributes:
        readings: by plan and third ones.
        begun: of them, with points.
        done: of them, handed in.
        scripts: works of the exam that are handed over.
        settled: of them, with final points.
        finish: when the last expert is done; None when nothing is left.
        is_late: the likely day lies after the last day of scoring.
        waits: who waits for whom.
        controls: controls handed in.
        outside: of them, outside the tolerance.
        experts: by name.
        troubles: works in trouble, the oldest first.
    """

    readings: int
    begun: int
    done: int
    scripts: int
    settled: int
    finish: Forecast | None
    is_late: bool
    waits: Waits
    controls: int
    outside: int
    experts: tuple[BoardExpert, ...]
    troubles: tuple[TroubleLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """The whole board."""

    exam_id: UUID
    title: ExamTitle
    scoring_ends_on: date
    closed_at: datetime | None
    progress: Progress
    agreement: tuple[Agreement, ...]


def get_board(session: Session, *, exam_id: UUID, actor: Actor, at: datetime) -> Board:
    """The board of an exam.

    Raises:
        NotYours: the exam is not his to lead.
    """
    exam = _led(session, exam_id, actor)
    ratings = exam_ratings(session, exam_id=exam_id)
    found = agreement(ratings, seed=SEED, resamples=RESAMPLES) if ratings is not None else ()
    return Board(
        exam_id=exam.id,
        title=title_of(exam),
        scoring_ends_on=exam.scoring_ends_on,
        closed_at=exam.closed_at,
        progress=_progress(session, exam, at=at),
        agreement=found,
    )


def get_progress(session: Session, *, exam_id: UUID, actor: Actor, at: datetime) -> Progress:
    """The part of the board that changes from minute to minute.

    Raises:
        NotYours: the exam is not his to lead.
    """
    return _progress(session, _led(session, exam_id, actor), at=at)


def _led(session: Session, exam_id: UUID, actor: Actor) -> Exam:
    return get_exam_of(session, exam_id=exam_id, permission=Permission.LEAD_SCORING, by=actor)


def _progress(session: Session, exam: Exam, *, at: datetime) -> Progress:
    rows = [
        row
        for row in exam_readings(session, exam_id=exam.id)
        if row.active and row.round in (*BLIND, Round.THIRD)
    ]
    troubles = _troubles(session, exam)
    finish = _finish(exam, rows, at=at)
    controls = _controls(session, exam.id)
    return Progress(
        readings=len(rows),
        begun=sum(row.begun for row in rows),
        done=sum(row.submitted for row in rows),
        scripts=_count(
            session,
            select(func.count(Script.id)).where(
                Script.exam_id == exam.id, Script.published_at.is_not(None)
            ),
        ),
        settled=_count(
            session,
            select(func.count(FinalResult.script_id.distinct()))
            .join(Script, Script.id == FinalResult.script_id)
            .where(Script.exam_id == exam.id),
        ),
        finish=finish,
        is_late=finish is not None and finish.likely > exam.scoring_ends_on,
        waits=_waits(session, exam, rows, aside=len(troubles)),
        controls=len(controls),
        outside=sum(controls),
        experts=_experts(session, exam, rows, _aside_by(session, exam)),
        troubles=troubles,
    )


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0


def _finish(exam: Exam, rows: Iterable[Reading], *, at: datetime) -> Forecast | None:
    left = Counter(str(row.expert_id) for row in rows if not row.submitted)
    if not left:
        return None
    return forecast(left, starts_on=local_time(exam, at).date())


def _waits(session: Session, exam: Exam, rows: Iterable[Reading], *, aside: int) -> Waits:
    third = sum(row.round is Round.THIRD and not row.submitted for row in rows)
    nobody = (
        select(func.count(Divergence.id))
        .join(Script, Script.id == Divergence.script_id)
        .where(Script.exam_id == exam.id, Divergence.assignment_id.is_(None))
    )
    reopened = (
        select(func.count(Reopening.sheet_id.distinct()))
        .join(Sheet, Sheet.id == Reopening.sheet_id)
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam.id, Reopening.done_at.is_(None))
    )
    return Waits(
        questions=count_waiting(session, exam_id=exam.id),
        aside=aside,
        third=third,
        nobody=_count(session, nobody),
        reopened=_count(session, reopened),
    )


def _controls(session: Session, exam_id: UUID) -> list[bool]:
    query = (
        select(ControlReading.outside)
        .join(Assignment, Assignment.id == ControlReading.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.round == Round.CONTROL,
            ControlReading.outside.is_not(None),
        )
    )
    return [bool(one) for one in session.scalars(query)]


def _troubles(session: Session, exam: Exam) -> tuple[TroubleLine, ...]:
    numbers = script_numbers(session, exam_id=exam.id)
    query = (
        select(Trouble, Assignment.script_id, Person.display_name)
        .join(Assignment, Assignment.id == Trouble.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .where(
            Script.exam_id == exam.id,
            Trouble.resolved_at.is_(None),
            Assignment.withdrawn_at.is_(None),
        )
        .order_by(Trouble.raised_at, Trouble.id)
    )
    due_at = due_times(session)
    return tuple(
        TroubleLine(
            number=numbers[script_id],
            expert=name,
            kind=row.kind,
            raised_at=row.raised_at,
            due_at=due_at(row, exam),
        )
        for row, script_id, name in session.execute(query)
    )


def _aside_by(session: Session, exam: Exam) -> Mapping[UUID, int]:
    query = (
        select(Assignment.expert_id, func.count(Trouble.id))
        .join(Trouble, Trouble.assignment_id == Assignment.id)
        .join(Script, Script.id == Assignment.script_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Script.exam_id == exam.id,
            Trouble.resolved_at.is_(None),
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at.is_(None),
        )
        .group_by(Assignment.expert_id)
    )
    return dict(session.execute(query).all())


def _experts(
    session: Session, exam: Exam, rows: Iterable[Reading], aside: Mapping[UUID, int]
) -> tuple[BoardExpert, ...]:
    own: defaultdict[UUID, list[Reading]] = defaultdict(list)
    for row in rows:
        own[row.expert_id].append(row)
    query = (
        select(Expert.id, Person.display_name)
        .join(Person, Person.id == Expert.person_id)
        .where(Expert.id.in_(own))
    )
    admitted = list_admissions(session, exam_id=exam.id, experts=own)
    lines = [
        BoardExpert(
            expert_id=key,
            name=name,
            left=sum(not row.submitted for row in own[key]),
            done=sum(row.submitted for row in own[key]),
            aside=aside.get(key, 0),
            qualified=admitted[key].is_qualified,
            stopped=admitted[key].stop is not None,
        )
        for key, name in session.execute(query)
    ]
    return tuple(sorted(lines, key=lambda line: (line.name, line.expert_id)))
