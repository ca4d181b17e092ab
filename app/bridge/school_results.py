"""Final points of an exam -> what the library needs to say which schools and works to reread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.ratings import exam_ratings
from app.bridge.scheme import thresholds_of
from app.cases import works_in_recheck
from app.models import (
    Exam,
    ExamEntry,
    FinalPoint,
    FinalResult,
    Participant,
    ResultSource,
    School,
    SchoolClass,
    Script,
)
from scoring import MarkThresholds
from scoring.fairness.offsets import Comparisons
from scoring.fairness.recheck_evidence import Rechecked
from scoring.fairness.totals import Totals

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A work with final points.

    Attributes:
        script_id: the work.
        school_id: its school.
        school: the school's name.
        class_name: 4А.
        code: the participant's code.
        previous_mark: the journal's mark, if entered.
        total: points before any recheck.
        rechecked: points after the newest recheck, if there was one.
        is_open: the commission has it.
    """

    script_id: UUID
    school_id: UUID
    school: str
    class_name: str
    code: str
    previous_mark: int | None
    total: int
    rechecked: int | None
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamWorks:
    """An exam's works as the library takes them.

    Attributes:
        works: by school, class and code.
        schools: keys of the schools by their number in `totals`.
        totals: the results.
        recheck: what the commission gave, if anything.
        expert: (N,) number of a reader of each work.
        experts: how many readers there are.
        comparisons: works that two readers read.
        readings: of each work its readers by number and the totals that they gave.
    """

    works: tuple[Work, ...]
    schools: tuple[UUID, ...]
    totals: Totals
    recheck: Rechecked | None
    expert: Ints
    experts: int
    comparisons: Comparisons
    readings: tuple[tuple[tuple[int, int], ...], ...]


def exam_works(session: Session, exam: Exam) -> ExamWorks | None:
    """The works of the exam with final points; None before the scale of marks or any result."""
    thresholds = thresholds_of(exam)
    works = _works(session, exam.id) if thresholds else []
    if thresholds is None or not works:
        return None
    schools = tuple(dict.fromkeys(work.school_id for work in works))
    readings, experts = _readings(session, exam.id, works)
    return ExamWorks(
        works=tuple(works),
        schools=schools,
        totals=_totals(exam, thresholds, works, schools),
        recheck=_rechecked(works),
        expert=np.array([own[0][0] if own else 0 for own in readings], dtype=np.int64),
        experts=experts,
        comparisons=_comparisons(readings),
        readings=readings,
    )


def _totals(
    exam: Exam, thresholds: MarkThresholds, works: Sequence[Work], schools: Sequence[UUID]
) -> Totals:
    number = {key: at for at, key in enumerate(schools)}
    return Totals(
        school=np.array([number[work.school_id] for work in works], dtype=np.int64),
        total=np.array([work.total for work in works], dtype=np.int64),
        journal=np.array([work.previous_mark or np.nan for work in works], dtype=np.float64),
        boundaries=(thresholds.three, thresholds.four, thresholds.five),
        most=sum(row.max_points for row in exam.criteria),
    )


def _rechecked(works: Sequence[Work]) -> Rechecked | None:
    read = [at for at, work in enumerate(works) if work.rechecked is not None]
    if not read:
        return None
    return Rechecked(
        work=np.array(read, dtype=np.int64),
        total=np.array([works[at].rechecked for at in read], dtype=np.float64),
        member=np.zeros(len(read), dtype=np.int64),
    )


def _works(session: Session, exam_id: UUID) -> list[Work]:
    before, after = _finals(session, exam_id)
    query = (
        select(Script.id, School, SchoolClass, Participant.code, ExamEntry.previous_mark)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .outerjoin(
            ExamEntry,
            (ExamEntry.participant_id == Participant.id) & (ExamEntry.exam_id == Script.exam_id),
        )
        .where(Script.exam_id == exam_id)
        .order_by(School.name, School.id, SchoolClass.serial, Participant.code)
    )
    opened = works_in_recheck(session, exam_id)
    return [
        Work(
            script_id=script_id,
            school_id=school.id,
            school=school.name,
            class_name=school_class.name,
            code=code,
            previous_mark=mark,
            total=before[script_id],
            rechecked=after.get(script_id),
            is_open=script_id in opened,
        )
        for script_id, school, school_class, code, mark in session.execute(query)
        if script_id in before
    ]


def _finals(session: Session, exam_id: UUID) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """The newest totals before any recheck, and after one."""
    query = (
        select(
            FinalResult.script_id,
            FinalResult.source,
            FinalResult.number,
            func.coalesce(func.sum(FinalPoint.points), 0),
        )
        .join(FinalPoint, FinalPoint.result_id == FinalResult.id)
        .join(Script, Script.id == FinalResult.script_id)
        .where(Script.exam_id == exam_id)
        .group_by(FinalResult.script_id, FinalResult.source, FinalResult.number)
        .order_by(FinalResult.script_id, FinalResult.number)
    )
    before: dict[UUID, int] = {}
    after: dict[UUID, int] = {}
    for script_id, source, _, total in session.execute(query):
        (after if source is ResultSource.RECHECK else before)[script_id] = int(total or 0)
    return before, after


def _readings(
    session: Session, exam_id: UUID, works: list[Work]
) -> tuple[tuple[tuple[tuple[int, int], ...], ...], int]:
    """Readers and totals of each work, and how many readers there are."""
    totals: defaultdict[str, dict[int, int]] = defaultdict(dict)
    ratings = exam_ratings(session, exam_id=exam_id)
    if ratings is not None:
        columns = (ratings.script, ratings.rater, ratings.points)
        for script, rater, points in zip(*(one.tolist() for one in columns), strict=True):
            own = totals[ratings.scripts[script]]
            own[rater] = own.get(rater, 0) + points
    found = tuple(tuple(sorted(totals[str(work.script_id)].items())) for work in works)
    return found, 1 if ratings is None else len(ratings.raters)


def _comparisons(readings: tuple[tuple[tuple[int, int], ...], ...]) -> Comparisons:
    """The works that two read."""
    pairs = [(own[0], own[1]) for own in readings if len(own) > 1]
    return Comparisons(
        first=np.array([one[0] for one, _ in pairs], dtype=np.int64),
        second=np.array([other[0] for _, other in pairs], dtype=np.int64),
        gap=np.array([one[1] - other[1] for one, other in pairs], dtype=np.float64),
    )
