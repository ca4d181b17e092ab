"""Controls of an exam for its chair: the rule, the works, the experts by name and never by rank."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.access import Actor, Permission
from app.bridge.admission import Admission, list_admissions
from app.bridge.controls import list_readers
from app.bridge.live import live_charts
from app.bridge.names import script_numbers
from app.bridge.places import get_exam_of
from app.bridge.since_control import count_movable, count_since_good
from app.bridge.titles import ExamTitle, title_of
from app.controls import find_rule
from app.models import (
    Assignment,
    ControlReading,
    ControlRule,
    ControlUse,
    ControlWork,
    Expert,
    Person,
    Qualification,
    Round,
    Script,
)
from app.queries.controls.candidates import CandidateLine, list_candidates
from scoring import Advice, advise
from scoring.fairness.control import Signal
from scoring.fairness.control_charts import ExpertChart
from scoring.fairness.sentence import Few

CANDIDATES_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleView:
    """The exam's rule of controls."""

    every: int
    days: int
    total_tolerance: int
    criterion_tolerance: int
    qualifying_works: int
    most_outside: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkRow:
    """A control work.

    Attributes:
        work_id: its key.
        number: of the script among the exam's works.
        use: what it is for.
        total: the agreed sum.
        settles: its agreed points are the final ones.
        given: to how many experts it was given.
        outside: how many of them were outside the tolerance.
    """

    work_id: UUID
    number: int
    use: ControlUse
    total: int
    settles: bool
    given: int
    outside: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertLine:
    """An expert of the exam.

    Attributes:
        expert_id: his key.
        name: his name.
        qualified: he may begin.
        tries: how often he has tried.
        waiting: controls that lie in his list.
        done: controls he has handed in.
        outside: of them, outside the tolerance.
        advice: what his last controls ask for.
        signal: what his chart asks for; None without the ten works of a qualification.
        since_good: settled works since his last good control.
        movable: works by plan that he has not begun.
        stopped: he is stopped.
    """

    expert_id: UUID
    name: str
    qualified: bool
    tries: int
    waiting: int
    done: int
    outside: int
    advice: Advice
    signal: Signal | None
    since_good: int
    movable: int
    stopped: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlsView:
    """Everything of an exam's controls; `more_after` is the number that the next page follows."""

    exam_id: UUID
    title: ExamTitle
    rule: RuleView | None
    works: tuple[WorkRow, ...]
    candidates: tuple[CandidateLine, ...]
    more_after: int | None
    experts: tuple[ExpertLine, ...]

    def count(self, use: ControlUse) -> int:
        """How many standing works there are for a use."""
        return sum(row.use is use for row in self.works)


def get_controls(session: Session, *, exam_id: UUID, actor: Actor, after: int = 0) -> ControlsView:
    """The exam's controls.

    Args:
        session: a reading session.
        exam_id: the exam.
        actor: who looks.
        after: works to choose from are shown from the one after this number.

    Raises:
        NotYours: the exam is not his to lead.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.LEAD_SCORING, by=actor)
    rule = find_rule(session, exam_id)
    offered = list_candidates(session, exam_id=exam_id)
    follow = tuple(one for one in offered if one.number > after)
    more = len(follow) > CANDIDATES_AT_ONCE
    return ControlsView(
        exam_id=exam.id,
        title=title_of(exam),
        rule=_rule(rule) if rule else None,
        works=_works(session, exam_id),
        candidates=follow[:CANDIDATES_AT_ONCE],
        more_after=follow[CANDIDATES_AT_ONCE - 1].number if more else None,
        experts=list_experts(session, exam_id=exam_id),
    )


def _rule(row: ControlRule) -> RuleView:
    return RuleView(
        every=row.every,
        days=row.days,
        total_tolerance=row.total_tolerance,
        criterion_tolerance=row.criterion_tolerance,
        qualifying_works=row.qualifying_works,
        most_outside=row.most_outside,
    )


def _works(session: Session, exam_id: UUID) -> tuple[WorkRow, ...]:
    numbers = script_numbers(session, exam_id=exam_id)
    query = (
        select(ControlWork)
        .join(Script, Script.id == ControlWork.script_id)
        .where(Script.exam_id == exam_id, ControlWork.withdrawn_at.is_(None))
        .options(selectinload(ControlWork.points))
    )
    given: Counter[UUID] = Counter()
    outside: Counter[UUID] = Counter()
    for row in _readings(session, exam_id):
        given[row.work_id] += 1
        outside[row.work_id] += bool(row.outside)
    rows = [
        WorkRow(
            work_id=work.id,
            number=numbers[work.script_id],
            use=work.use,
            total=sum(point.points or 0 for point in work.points),
            settles=work.settles,
            given=given[work.id],
            outside=outside[work.id],
        )
        for work in session.scalars(query)
    ]
    return tuple(sorted(rows, key=lambda row: (row.use, row.number)))


def _readings(session: Session, exam_id: UUID) -> Sequence[ControlReading]:
    query = (
        select(ControlReading)
        .join(Assignment, Assignment.id == ControlReading.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam_id, Assignment.withdrawn_at.is_(None))
        .options(contains_eager(ControlReading.assignment))
        .order_by(ControlReading.judged_at, ControlReading.id)
    )
    return session.scalars(query).all()


def list_experts(session: Session, *, exam_id: UUID) -> tuple[ExpertLine, ...]:
    """Experts who hold works of the exam or have tried to qualify, by name."""
    readings: defaultdict[UUID, list[ControlReading]] = defaultdict(list)
    for row in _readings(session, exam_id):
        readings[row.assignment.expert_id].append(row)
    tries = Counter(
        session.scalars(
            select(Qualification.expert_id).where(
                Qualification.exam_id == exam_id, Qualification.works > 0
            )
        )
    )
    charts = live_charts(session, exam_id=exam_id)
    since_good = count_since_good(session, exam_id=exam_id)
    everybody = {*list_readers(session, exam_id=exam_id), *readings, *tries}
    admitted = list_admissions(session, exam_id=exam_id, experts=everybody)
    movable = count_movable(session, exam_id=exam_id)
    query = (
        select(Expert.id, Person.display_name)
        .join(Person, Person.id == Expert.person_id)
        .where(Expert.id.in_(everybody))
    )
    lines = [
        expert_line(
            expert_id=key,
            name=name,
            readings=readings[key],
            tries=tries[key],
            since_good=since_good.get(key, 0),
            chart=charts.get(str(key)),
            admission=admitted[key],
            movable=movable.get(key, 0),
        )
        for key, name in session.execute(query)
    ]
    return tuple(sorted(lines, key=lambda line: (line.name, line.expert_id)))


def expert_line(
    *,
    expert_id: UUID,
    name: str,
    readings: Sequence[ControlReading],
    tries: int,
    since_good: int,
    chart: ExpertChart | Few | None,
    admission: Admission,
    movable: int,
) -> ExpertLine:
    """One expert's line from his controls in the order of handing in."""
    live = [row for row in readings if row.assignment.round is Round.CONTROL]
    done = [bool(row.outside) for row in live if row.judged_at is not None]
    return ExpertLine(
        expert_id=expert_id,
        name=name,
        qualified=admission.is_qualified,
        tries=tries,
        waiting=len(live) - len(done),
        done=len(done),
        outside=sum(done),
        advice=advise(done),
        signal=chart.course[-1].signal if isinstance(chart, ExpertChart) else None,
        since_good=since_good,
        movable=movable,
        stopped=admission.stop is not None,
    )
