"""Works whose result differs significantly from their school's mean: a reason to look again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.titles import ExamTitle, title_of
from app.cases import works_in_recheck
from app.errors import NotYours
from app.finals import newest_totals
from app.models import (
    Exam,
    Participant,
    School,
    SchoolClass,
    Script,
)
from scoring.selection import FEWEST_WORKS, SIGNIFICANCE, unusual_works


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusualWork:
    """A work to look at again.

    Attributes:
        script_id: the work.
        class_name: 4А.
        code: the participant's code.
        raw_score: its raw score.
        mean: the mean of the school's other works.
        p_value: how likely so large a difference is by chance, for the school's works together.
        is_open: the commission has it already.
    """

    script_id: UUID
    class_name: str
    code: str
    raw_score: int
    mean: float
    p_value: float
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolSample:
    """A school's works with results: how many, and the unusual ones."""

    school: str
    works: int
    unusual: tuple[UnusualWork, ...]

    @property
    def is_too_small(self) -> bool:
        """Whether the works are too few to compare."""
        return self.works < FEWEST_WORKS


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """An exam's works that differ significantly from their school's mean."""

    exam_id: UUID
    exam: ExamTitle
    significance: float
    fewest: int
    schools: tuple[SchoolSample, ...]

    @property
    def count(self) -> int:
        """How many works are unusual."""
        return sum(len(school.unusual) for school in self.schools)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    script_id: UUID
    school_id: UUID
    school: str
    class_name: str
    code: str
    raw_score: int
    is_open: bool


def find_unusual(session: Session, *, exam_id: UUID, actor: Actor) -> Selection:
    """The unusual works of an exam, school by school; for the coordinator who hands them over.

    Raises:
        NotYours: the exam is not of his municipality.
    """
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise NotYours
    places = actor.municipality_ids(Permission.LODGE_RECHECK)
    if exam.campaign.municipality_id not in places:
        raise NotYours
    by_school: defaultdict[tuple[str, UUID], list[_Work]] = defaultdict(list)
    for work in _works(session, exam_id):
        by_school[work.school, work.school_id].append(work)
    return Selection(
        exam_id=exam.id,
        exam=title_of(exam),
        significance=SIGNIFICANCE,
        fewest=FEWEST_WORKS,
        schools=tuple(_sample(name, works) for (name, _), works in sorted(by_school.items())),
    )


def _sample(school: str, works: list[_Work]) -> SchoolSample:
    if len(works) < FEWEST_WORKS:
        return SchoolSample(school=school, works=len(works), unusual=())
    by_id = {str(work.script_id): work for work in works}
    found = unusual_works({key: work.raw_score for key, work in by_id.items()})
    return SchoolSample(
        school=school,
        works=len(works),
        unusual=tuple(
            UnusualWork(
                script_id=by_id[one.script].script_id,
                class_name=by_id[one.script].class_name,
                code=by_id[one.script].code,
                raw_score=one.raw_score,
                mean=one.school_mean,
                p_value=one.p_value,
                is_open=by_id[one.script].is_open,
            )
            for one in found
        ),
    )


def _works(session: Session, exam_id: UUID) -> list[_Work]:
    totals = newest_totals(exam_id)
    query = (
        select(Script.id, School, SchoolClass, Participant.code, totals.c.total)
        .join(totals, totals.c.script_id == Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .order_by(School.name, SchoolClass.serial, Participant.code)
    )
    opened = works_in_recheck(session, exam_id)
    return [
        _Work(
            script_id=script_id,
            school_id=school.id,
            school=school.name,
            class_name=school_class.name,
            code=code,
            raw_score=int(total),
            is_open=script_id in opened,
        )
        for script_id, school, school_class, code, total in session.execute(query)
    ]
