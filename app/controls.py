"""Controls among an expert's works: laid into his list, called to begin a day, held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    BLIND,
    Assignment,
    ControlReading,
    ControlRule,
    ControlWork,
    Divergence,
    Exam,
    FinalResult,
    Round,
    Script,
    SecondLook,
    Sheet,
)
from scoring import control_places, qualifies
from scoring.control import SOONEST

IN_LIST = (*BLIND, Round.THIRD, Round.CONTROL)
"""What stands in an expert's list of works, controls among them unseen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A work of an expert's list, as far as its place matters."""

    is_control: bool
    begun: bool
    submitted_at: datetime | None

    @property
    def is_new(self) -> bool:
        """Whether nobody has given it points yet."""
        return not self.begun and self.submitted_at is None


def day_change(rows: Sequence[Standing], *, day_began: datetime) -> tuple[int, int] | None:
    """Two works that change places so that the day begins with a control; None: nothing does.

    Args:
        rows: the list in its order.
        day_began: the midnight before, where the expert works.
    """
    today = any(row.submitted_at is not None and row.submitted_at >= day_began for row in rows)
    if today or any(row.begun and row.submitted_at is None for row in rows):
        return None
    new = [place for place, row in enumerate(rows) if row.is_new]
    control = next((place for place in new if rows[place].is_control), None)
    return None if control is None or control == new[0] else (new[0], control)


def find_rule(session: Session, exam_id: UUID) -> ControlRule | None:
    """The exam's rule of controls."""
    return session.scalar(select(ControlRule).where(ControlRule.exam_id == exam_id))


def plant_controls(
    session: Session,
    exam: Exam,
    *,
    pool: Mapping[UUID, Sequence[ControlWork]],
    days_left: int,
    at: datetime,
) -> int:
    """Lay controls into the lists of experts who have works to begin; how many were laid.

    Laying them again adds only what is lacking, so that works given later get theirs.

    Args:
        session: the database.
        exam: the exam.
        pool: control works that each expert may be given, in the order of their use.
        days_left: on how many days scoring goes on; each begins with a control where the rule
            does not say how many do.
        at: the moment.
    """
    rule = find_rule(session, exam.id)
    if rule is None:
        return 0
    days = rule.days or days_left
    laid = [
        _plant(session, rule, expert_id, works, days=days, at=at)
        for expert_id, works in sorted(pool.items())
    ]
    session.flush()
    return sum(laid)


def _plant(
    session: Session,
    rule: ControlRule,
    expert_id: UUID,
    works: Sequence[ControlWork],
    *,
    days: int,
    at: datetime,
) -> int:
    rows = list_of(session, exam_id=rule.exam_id, expert_id=expert_id)
    left = [row for row, sheet in rows if _is_new(sheet)]
    waiting = sum(row.round is Round.CONTROL for row in left)
    ordinary = [row for row in left if row.round is not Round.CONTROL]
    rng = np.random.default_rng([expert_id.int % 2**32, rule.exam_id.int % 2**32, len(rows)])
    places = control_places(
        len(ordinary), every=rule.every, days=days, most=len(works) + waiting, rng=rng
    )[waiting:]
    queue = [row for row, sheet in rows if not _is_new(sheet)]
    added = iter(works)
    for place, row in enumerate(left):
        queue += [
            give_control(session, next(added), expert_id, Round.CONTROL, at=at)
            for one in places
            if one == place
        ]
        queue.append(row)
    for position, row in enumerate(queue, start=1):
        row.queue_position = position
    return len(places)


def give_control(
    session: Session,
    work: ControlWork,
    expert_id: UUID,
    kind: Round,
    *,
    at: datetime,
    qualification_id: UUID | None = None,
    position: int = 0,
) -> Assignment:
    """Give a control work to an expert; to him it is a work like any other."""
    made = Assignment(
        script_id=work.script_id,
        expert_id=expert_id,
        round=kind,
        queue_position=position,
        created_at=at,
    )
    session.add(made)
    session.flush()
    session.add(
        ControlReading(work_id=work.id, assignment_id=made.id, qualification_id=qualification_id)
    )
    session.flush()
    return made


def begin_control(session: Session, assignment: Assignment, *, day_began: datetime) -> None:
    """Keep the place that the control had on the screen when the day begins with it."""
    rows = list_of(session, exam_id=assignment.script.exam_id, expert_id=assignment.expert_id)
    change = day_change([standing(row, sheet) for row, sheet in rows], day_began=day_began)
    if change is not None and rows[change[1]][0].id == assignment.id:
        _change_places(rows[change[0]][0], assignment)


def hand_in_control(
    session: Session, assignment: Assignment, *, outside: bool, at: datetime
) -> ControlReading:
    """Keep what a control came to: a miss brings the next one sooner, a try may be over."""
    reading = session.scalars(
        select(ControlReading).where(ControlReading.assignment_id == assignment.id)
    ).one()
    reading.outside, reading.judged_at = outside, at
    if reading.qualification is not None:
        _close_try(session, reading, at=at)
    elif outside:
        _bring_sooner(session, assignment)
    session.flush()
    return reading


def is_looked_at_again(session: Session, script_id: UUID) -> bool:
    """Whether the reading that the chair ordered of a settled script is newer than its points.

    Readings that diverged are the third expert's, and no second look opens them again.
    """
    query = (
        select(SecondLook.id)
        .join(Sheet, Sheet.assignment_id == SecondLook.assignment_id)
        .where(
            SecondLook.script_id == script_id,
            Sheet.submitted_at
            > select(func.max(FinalResult.decided_at))
            .where(FinalResult.script_id == script_id)
            .scalar_subquery(),
            ~select(Divergence.id).where(Divergence.script_id == script_id).exists(),
        )
    )
    return session.scalar(query.limit(1)) is not None


def _close_try(session: Session, reading: ControlReading, *, at: datetime) -> None:
    tried = reading.qualification
    rule = find_rule(session, tried.exam_id) if tried else None
    if tried is None or rule is None or tried.closed_at is not None:
        return
    done = [one.outside for one in tried.readings if one.outside is not None]
    passed = qualifies(done, works=tried.works, most_outside=rule.most_outside)
    if passed is not None:
        tried.passed, tried.closed_at = passed, at


def _bring_sooner(session: Session, assignment: Assignment) -> None:
    rows = list_of(session, exam_id=assignment.script.exam_id, expert_id=assignment.expert_id)
    left = [row for row, sheet in rows if _is_new(sheet)]
    place = next((n for n, row in enumerate(left) if row.round is Round.CONTROL), None)
    if place is not None and place > SOONEST:
        _change_places(left[SOONEST], left[place])


def _change_places(one: Assignment, other: Assignment) -> None:
    one.queue_position, other.queue_position = other.queue_position, one.queue_position


def list_of(
    session: Session, *, exam_id: UUID, expert_id: UUID
) -> Sequence[tuple[Assignment, Sheet | None]]:
    """An expert's list of an exam in its order, with the sheets."""
    query = (
        select(Assignment, Sheet)
        .join(Script, Script.id == Assignment.script_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Script.exam_id == exam_id,
            Assignment.expert_id == expert_id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_(IN_LIST),
        )
        .order_by(Assignment.queue_position, Assignment.id)
    )
    return [(row, sheet) for row, sheet in session.execute(query)]


def standing(row: Assignment, sheet: Sheet | None) -> Standing:
    """A row of a list as its order wants it."""
    return Standing(
        is_control=row.round is Round.CONTROL,
        begun=sheet is not None and sheet.revision > 0,
        submitted_at=sheet.submitted_at if sheet else None,
    )


def _is_new(sheet: Sheet | None) -> bool:
    return sheet is None or (sheet.revision == 0 and sheet.submitted_at is None)
