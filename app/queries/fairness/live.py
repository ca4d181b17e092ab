"""Live charts: every expert's for the chair, an expert's own for himself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.live import exam_controls, live_charts
from app.bridge.places import get_exam_of
from app.bridge.since_control import works_since_good
from app.bridge.titles import ExamTitle, title_of
from app.models import Assignment, Exam, Expert, Person, Script, Sheet
from scoring.fairness.control import Control, Signal
from scoring.fairness.control_charts import ExpertChart
from scoring.fairness.sentence import Few


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveLine:
    """An expert's chart.

    Attributes:
        expert_id: his key.
        name: his name.
        found: the chart, or what is lacking.
        read_again: settled works since his last good control, where the chart asks for a stop.
    """

    expert_id: UUID
    name: str
    found: ExpertChart | Few
    read_again: int

    @property
    def signal(self) -> Signal:
        """What the chart asks for now."""
        if isinstance(self.found, Few) or not self.found.course:
            return Signal.FEW
        return self.found.course[-1].signal


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveCharts:
    """The charts of an exam, by name and never by figure."""

    exam_id: UUID
    title: ExamTitle
    lines: tuple[LiveLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnChart:
    """The acting expert's chart in one exam."""

    title: ExamTitle
    found: ExpertChart | Few


def get_live(session: Session, *, exam_id: UUID, actor: Actor) -> LiveCharts:
    """Every expert's chart in an exam.

    Raises:
        NotYours: there is no such exam, or it is of another municipality.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.COMPARE_EXPERTS, by=actor)
    names = _names(session)
    lines = [
        _line(session, exam, UUID(key), names[key], found)
        for key, found in live_charts(session, exam_id=exam.id).items()
    ]
    lines.sort(key=lambda one: (one.name, one.expert_id))
    return LiveCharts(exam_id=exam.id, title=title_of(exam), lines=tuple(lines))


def get_controls_of(session: Session, *, exam_id: UUID, actor: Actor) -> tuple[Control, ...]:
    """What the charts of an exam are made from.

    Raises:
        NotYours: there is no such exam, or it is of another municipality.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.COMPARE_EXPERTS, by=actor)
    return exam_controls(session, exam_id=exam.id)


def list_own_charts(session: Session, *, actor: Actor) -> tuple[OwnChart, ...]:
    """The acting expert's own charts, the newest exam first; nobody else is named."""
    query = (
        select(Exam, Assignment.expert_id)
        .join(Script, Script.exam_id == Exam.id)
        .join(Assignment, Assignment.script_id == Script.id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(Expert.person_id == actor.person_id, Sheet.submitted_at.is_not(None))
        .distinct()
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    found = [
        (exam, live_charts(session, exam_id=exam.id).get(str(expert_id)))
        for exam, expert_id in session.execute(query)
    ]
    return tuple(
        OwnChart(title=title_of(exam), found=chart) for exam, chart in found if chart is not None
    )


def _line(
    session: Session, exam: Exam, expert_id: UUID, name: str, found: ExpertChart | Few
) -> LiveLine:
    stopped = isinstance(found, ExpertChart) and found.stopped_at is not None
    works = works_since_good(session, exam_id=exam.id, expert_id=expert_id) if stopped else []
    return LiveLine(expert_id=expert_id, name=name, found=found, read_again=len(works))


def _names(session: Session) -> dict[str, str]:
    query = select(Expert.id, Person.display_name).join(Person, Person.id == Expert.person_id)
    return {str(expert): name for expert, name in session.execute(query)}
