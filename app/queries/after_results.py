"""Steps after the official results: done on which day, noted by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.schedule import schedules_of
from app.models import AfterResults, AfterStep, Person
from scoring import Milestone

_MILESTONES = {AfterStep.FAMILIES: Milestone.FAMILIES, AfterStep.ANALYSIS: Milestone.ANALYSIS}


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterView:
    """A step that was done."""

    step: AfterStep
    done_on: date
    noted_at: datetime
    who: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterLine:
    """A step of a school: by when it is due, and how it stands.

    Attributes:
        step: what is due.
        due_on: the last day; None while the day of the results is not known.
        done: when and by whom it was done; None while it is open.
        late: whether the last day has passed without it.
    """

    step: AfterStep
    due_on: date | None
    done: AfterView | None
    late: bool


def list_after(session: Session, *, exam_id: UUID, school_id: UUID) -> tuple[AfterView, ...]:
    """The steps that a school has done after an exam's results."""
    query = (
        select(AfterResults, Person.display_name)
        .join(Person, Person.id == AfterResults.noted_by_id)
        .where(AfterResults.exam_id == exam_id, AfterResults.school_id == school_id)
        .order_by(AfterResults.noted_at)
    )
    return tuple(
        AfterView(step=row.step, done_on=row.done_on, noted_at=row.noted_at, who=name)
        for row, name in session.execute(query)
    )


def list_after_lines(
    session: Session, *, exam_id: UUID, school_id: UUID, by: Actor, today: date
) -> tuple[AfterLine, ...]:
    """Both steps of one's own school with their last days.

    Raises:
        NotYours: the school is not his.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.RELEASE_RESULTS,
        by=by,
    )
    done = {one.step: one for one in list_after(session, exam_id=exam.id, school_id=school_id)}
    dates = schedules_of(session, [exam.campaign]).of_exam(exam)
    dues = {one.milestone: one.on for one in dates}
    return tuple(
        _line(step, dues.get(milestone), done.get(step), today)
        for step, milestone in _MILESTONES.items()
    )


def _line(step: AfterStep, due_on: date | None, done: AfterView | None, today: date) -> AfterLine:
    late = done is None and due_on is not None and due_on < today
    return AfterLine(step=step, due_on=due_on, done=done, late=late)
