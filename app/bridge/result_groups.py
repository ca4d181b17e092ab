"""Final points of an exam -> what a group of participants got, as far as it may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.finals import newest_finals
from app.models import (
    Exam,
    ExamEntry,
    FinalPoint,
    FinalResult,
    Participant,
    School,
    SchoolClass,
    Script,
)
from scoring import MarkThresholds

FEWEST_SHOWN = 10
"""Groups below this are counted, and nothing more is said of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One work with final points, known by no code.

    Attributes:
        school_id: the participant's school.
        class_id: his class.
        points: by criterion in the order of the form; None is X.
        journal: his mark for the term before, if it was entered.
    """

    school_id: UUID
    class_id: UUID
    points: tuple[int | None, ...]
    journal: int | None

    @property
    def total(self) -> int:
        """The raw score."""
        return sum(one or 0 for one in self.points)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskFigures:
    """One criterion in a group.

    Attributes:
        label: the criterion.
        maximum: its most points.
        success: points given of those possible, in percent.
        zero: works with no point, in percent.
        full: works with all points, in percent.
        skipped: works that did not attempt it, in percent.
    """

    label: str
    maximum: int
    success: float
    zero: float
    full: float
    skipped: float


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalFigures:
    """Marks of the work against the journal's: how many works."""

    lowered: int
    confirmed: int
    raised: int

    @property
    def n(self) -> int:
        """Works that have both marks."""
        return self.lowered + self.confirmed + self.raised


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What a group got.

    Attributes:
        n: works with final points.
        mean: the mean raw score.
        counts: works at each raw score from 0.
        marks: works at marks 2, 3, 4, 5; None before the scale of marks is entered.
        tasks: by criterion.
        journal: against the journal; None without a scale, or where few works have both marks.
    """

    n: int
    mean: float
    counts: tuple[int, ...]
    marks: tuple[int, int, int, int] | None
    tasks: tuple[TaskFigures, ...]
    journal: JournalFigures | None


def works_of(session: Session, exam: Exam) -> tuple[Written, ...]:
    """Every work of the exam with its newest final points."""
    order = [row.id for row in exam.criteria]
    points: dict[UUID, dict[UUID, int | None]] = {}
    query = (
        select(FinalResult.script_id, FinalPoint.criterion_id, FinalPoint.points)
        .join(FinalPoint, FinalPoint.result_id == FinalResult.id)
        .where(FinalResult.id.in_(newest_finals(exam.id)))
    )
    for script_id, criterion_id, value in session.execute(query):
        points.setdefault(script_id, {})[criterion_id] = value
    return tuple(
        Written(
            school_id=school_id,
            class_id=class_id,
            points=tuple(points[script_id].get(one) for one in order),
            journal=journal,
        )
        for script_id, school_id, class_id, journal in session.execute(_who(exam))
        if script_id in points
    )


def _who(exam: Exam) -> Select[UUID, UUID, UUID, int | None]:
    """Every script of the exam with its school, class and journal mark."""
    return (
        select(Script.id, Participant.school_id, Participant.class_id, ExamEntry.previous_mark)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .outerjoin(
            ExamEntry,
            (ExamEntry.participant_id == Participant.id) & (ExamEntry.exam_id == exam.id),
        )
        .where(Script.exam_id == exam.id)
        .order_by(School.name, School.id, SchoolClass.serial, Participant.code)
    )


def figures_of(
    works: Sequence[Written], exam: Exam, scale: MarkThresholds | None
) -> Figures | None:
    """What a group got; None where it is too small to be shown."""
    if len(works) < FEWEST_SHOWN:
        return None
    most = sum(row.max_points for row in exam.criteria)
    counts = Counter(work.total for work in works)
    return Figures(
        n=len(works),
        mean=sum(work.total for work in works) / len(works),
        counts=tuple(counts[total] for total in range(most + 1)),
        marks=_marks(works, scale) if scale else None,
        tasks=tuple(
            _task(row.label, row.max_points, [work.points[at] for work in works])
            for at, row in enumerate(exam.criteria)
        ),
        journal=_journal(works, scale) if scale else None,
    )


def shown_groups(sizes: Sequence[int]) -> tuple[bool, ...]:
    """Which groups of a whole may be shown: none below ten, nor by difference.

    The whole less what is shown tells what is hidden, taken together. While that is fewer than
    ten participants, the smallest of the groups shown is hidden with them.
    """
    shown = [size >= FEWEST_SHOWN for size in sizes]
    while any(shown) and 0 < _hidden(sizes, shown) < FEWEST_SHOWN:
        smallest = min((at for at, one in enumerate(shown) if one), key=lambda at: sizes[at])
        shown[smallest] = False
    return tuple(shown)


def _hidden(sizes: Sequence[int], shown: Sequence[bool]) -> int:
    return sum(size for size, one in zip(sizes, shown, strict=True) if not one)


def _marks(works: Iterable[Written], scale: MarkThresholds) -> tuple[int, int, int, int]:
    counts = Counter(scale.mark_of(work.total) for work in works)
    return counts[2], counts[3], counts[4], counts[5]


def _task(label: str, maximum: int, points: Sequence[int | None]) -> TaskFigures:
    n = len(points)
    return TaskFigures(
        label=label,
        maximum=maximum,
        success=100 * sum(one or 0 for one in points) / (n * maximum),
        zero=100 * sum(one == 0 for one in points) / n,
        full=100 * sum(one == maximum for one in points) / n,
        skipped=100 * sum(one is None for one in points) / n,
    )


def _journal(works: Iterable[Written], scale: MarkThresholds) -> JournalFigures | None:
    gaps = [scale.mark_of(work.total) - work.journal for work in works if work.journal is not None]
    if len(gaps) < FEWEST_SHOWN:
        return None
    return JournalFigures(
        lowered=sum(gap < 0 for gap in gaps),
        confirmed=sum(gap == 0 for gap in gaps),
        raised=sum(gap > 0 for gap in gaps),
    )
