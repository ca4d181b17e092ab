"""An expert's own list of works: what is left, in his order, and his pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.admission import NotAdmitted, find_bar_of
from app.bridge.controls import day_began
from app.bridge.hours import criteria_open_at, local_time, scoring_ends_at
from app.bridge.independence import has_conflict
from app.controls import IN_LIST, Standing, day_change
from app.models import Assignment, Exam, Expert, Round, Script, Sheet, Trouble
from app.reopened import open_labels

PACE_OF_LAST = 10
LEAST_FOR_PACE = 2
PAGE_SIZE = 100


class WorkState(StrEnum):
    """Where a work stands in its expert's list; one that leaves has a conflict of interest."""

    NEW = "new"
    BEGUN = "begun"
    SUBMITTED = "submitted"
    ASIDE = "aside"
    LEAVING = "leaving"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkLine:
    """One work of the list.

    Attributes:
        assignment_id: a random key; all that tells works apart.
        ordinal: place in this expert's own order, from 1.
        state: where it stands.
        round: which reading it is; only a third one and a recheck are told to the expert.
        reopened: criteria for which it is open again; told in the list alone.
    """

    assignment_id: UUID
    ordinal: int
    state: WorkState
    round: Round
    reopened: tuple[str, ...] = ()

    @property
    def is_left(self) -> bool:
        """Whether the expert still has it to do."""
        return self.state in (WorkState.NEW, WorkState.BEGUN)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamQueue:
    """The expert's works of one exam.

    Attributes:
        exam_id: the exam.
        subject: its subject.
        grade: its year of school.
        opens_at: local time of opening while it lies ahead; None once it has come.
        ends_on: last day of scoring.
        is_over: that day has passed.
        lines: the works in his own order.
        pace_minutes: his own median for a work of late; None until two are handed in.
        bar: why he may not score now, where he may not.
    """

    exam_id: UUID
    subject: str
    grade: int
    opens_at: datetime | None
    ends_on: date
    is_over: bool
    lines: tuple[WorkLine, ...]
    pace_minutes: float | None
    bar: NotAdmitted | None = None

    @property
    def left(self) -> int:
        """Works still to do."""
        return sum(line.is_left for line in self.lines)

    @property
    def minutes_left(self) -> int | None:
        """How long the rest takes at his own pace."""
        return None if self.pace_minutes is None else round(self.left * self.pace_minutes)

    @property
    def next_line(self) -> WorkLine | None:
        """The work to go on with: one begun already before a new one."""
        left = sorted(
            (line for line in self.lines if line.is_left),
            key=lambda line: line.state is not WorkState.BEGUN,
        )
        return left[0] if left else None

    def page(self, state: WorkState | None, after: int) -> tuple[tuple[WorkLine, ...], int | None]:
        """Works of a state behind a place, and the place behind which the next page begins."""
        found = [
            line for line in self.lines if line.ordinal > after and state in (None, line.state)
        ]
        more = len(found) > PAGE_SIZE
        return tuple(found[:PAGE_SIZE]), found[PAGE_SIZE - 1].ordinal if more else None

    def get_line(self, assignment_id: UUID) -> WorkLine:
        """The line of one work of this list."""
        return next(line for line in self.lines if line.assignment_id == assignment_id)

    def ahead_of(self, line: WorkLine) -> tuple[WorkLine, ...]:
        """Works still to do after the given one, then those before it."""
        turned = (*self.lines[line.ordinal :], *self.lines[: line.ordinal - 1])
        return tuple(other for other in turned if other.is_left)


@dataclass(frozen=True, slots=True)
class _Row:
    """A work of an expert's list as it is stored; what hangs on its sheet is None without one."""

    exam_id: UUID
    expert_id: UUID
    assignment_id: UUID
    round: Round
    revision: int | None
    opened_at: datetime | None
    submitted_at: datetime | None
    trouble_id: UUID | None
    has_conflict: bool

    @property
    def standing(self) -> Standing:
        return Standing(
            is_control=self.round is Round.CONTROL,
            begun=bool(self.revision),
            submitted_at=self.submitted_at,
        )

    @property
    def state(self) -> WorkState:
        if self.submitted_at is not None:
            return WorkState.SUBMITTED
        if self.has_conflict:
            return WorkState.LEAVING
        if self.trouble_id is not None:
            return WorkState.ASIDE
        return WorkState.BEGUN if self.revision else WorkState.NEW


# A list is asked for with every work that is shown: the statements are made once.
_EVERY_LIST = (
    select(
        Script.exam_id,
        Assignment.expert_id,
        Assignment.id,
        Assignment.round,
        Sheet.revision,
        Sheet.opened_at,
        Sheet.submitted_at,
        Trouble.id,
        has_conflict(Assignment.script_id, bindparam("person_id")),
    )
    .select_from(Assignment)
    .join(Expert, Expert.id == Assignment.expert_id)
    .join(Assignment.script)
    .join(Script.exam)
    .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
    .outerjoin(Trouble, (Trouble.assignment_id == Assignment.id) & Trouble.resolved_at.is_(None))
    .where(
        Expert.person_id == bindparam("person_id"),
        Expert.withdrawn_at.is_(None),
        Assignment.withdrawn_at.is_(None),
        Assignment.round.in_(bindparam("rounds", expanding=True)),
    )
    .order_by(Exam.held_on.desc(), Exam.id, Assignment.queue_position, Assignment.id)
)
_LIST_OF_EXAM = _EVERY_LIST.where(Script.exam_id == bindparam("exam_id"))


def list_queues(session: Session, *, by: Actor, at: datetime) -> tuple[ExamQueue, ...]:
    """The acting expert's works of every exam, the latest first; rechecks have their own list."""
    rows = _rows(session, _EVERY_LIST, by, rounds=IN_LIST)
    opened = open_labels(session, [row.assignment_id for row in rows])
    return tuple(
        replace(
            _with_reopened(_queue(session.get_one(Exam, exam_id), lines, at=at), opened),
            bar=find_bar_of(session, exam_id=exam_id, expert_id=lines[0].expert_id),
        )
        for exam_id, lines in (
            (exam_id, list(same)) for exam_id, same in groupby(rows, key=lambda row: row.exam_id)
        )
    )


def _with_reopened(queue: ExamQueue, opened: Mapping[UUID, tuple[str, ...]]) -> ExamQueue:
    lines = (replace(line, reopened=opened.get(line.assignment_id, ())) for line in queue.lines)
    return replace(queue, lines=tuple(lines))


def get_queue(session: Session, *, exam_id: UUID, of: Round, by: Actor, at: datetime) -> ExamQueue:
    """The acting expert's works of one exam, of which there is at least one.

    Works of the exam, works of a qualification and works that the commission rechecks are lists of
    their own: `of` tells which.
    """
    rounds = IN_LIST if of in IN_LIST else (of,)
    rows = _rows(session, _LIST_OF_EXAM, by, rounds=rounds, exam_id=exam_id)
    return _queue(session.get_one(Exam, exam_id), rows, at=at)


def _rows(
    session: Session,
    wanted: Select[*tuple[Any, ...]],
    by: Actor,
    *,
    rounds: Sequence[Round],
    **also: UUID,
) -> list[_Row]:
    who = {"person_id": by.person_id, "rounds": list(rounds), **also}
    return [_Row(*row) for row in session.execute(wanted, who)]


def _queue(exam: Exam, stored: Sequence[_Row], *, at: datetime) -> ExamQueue:
    rows = _in_order(stored, day_began=day_began(exam, at))
    opens_at = criteria_open_at(exam)
    return ExamQueue(
        exam_id=exam.id,
        subject=exam.subject,
        grade=exam.grade,
        opens_at=local_time(exam, opens_at) if at < opens_at else None,
        ends_on=exam.scoring_ends_on,
        is_over=at >= scoring_ends_at(exam),
        lines=tuple(
            WorkLine(
                assignment_id=row.assignment_id,
                ordinal=ordinal,
                state=row.state,
                round=row.round,
            )
            for ordinal, row in enumerate(rows, start=1)
        ),
        pace_minutes=_pace(rows),
    )


def _in_order(rows: Sequence[_Row], *, day_began: datetime) -> list[_Row]:
    """The list as the expert sees it: his day begins with a control, in some work's place."""
    turned = list(rows)
    change = day_change([row.standing for row in rows], day_began=day_began)
    if change is not None:
        one, other = change
        turned[one], turned[other] = turned[other], turned[one]
    return turned


def _pace(rows: Sequence[_Row]) -> float | None:
    """Median minutes from opening a work, or handing in the one before, to handing it in."""
    done = sorted(
        (row.submitted_at, row.opened_at)
        for row in rows
        if row.submitted_at is not None and row.opened_at is not None
    )
    if len(done) < LEAST_FOR_PACE:
        return None
    earlier = [None, *(submitted for submitted, _ in done[:-1])]
    spent = [
        (submitted - max(opened, before or opened)).total_seconds() / 60
        for (submitted, opened), before in zip(done, earlier, strict=True)
    ]
    return median(spent[-PACE_OF_LAST:])
