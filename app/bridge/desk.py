"""An expert's own assignment and the hours at which he may open it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.admission import STANDING, Admission
from app.bridge.hours import criteria_open_at, local_time, scoring_ends_at
from app.bridge.independence import check_independent, has_conflict
from app.controls import IN_LIST
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    Campaign,
    Exam,
    Expert,
    PointVersion,
    Round,
    Script,
    Sheet,
)

# Whose the work is and what its hours are: all that a request asks of it, in one statement. Every
# request of an expert asks; the statements are made once, since that takes longer than asking.
_OWN = (
    select(Assignment)
    .where(Assignment.id == bindparam("assignment_id"))
    .options(
        joinedload(Assignment.expert, innerjoin=True).joinedload(Expert.school, innerjoin=True),
        joinedload(Assignment.script, innerjoin=True)
        .joinedload(Script.exam, innerjoin=True)
        .joinedload(Exam.campaign, innerjoin=True)
        .joinedload(Campaign.municipality, innerjoin=True),
    )
)
_OWN_HELD = _OWN.with_for_update(of=Assignment).execution_options(populate_existing=True)
_SHEET = (
    select(Sheet)
    .where(Sheet.assignment_id == bindparam("assignment_id"))
    .options(
        joinedload(Sheet.versions).joinedload(PointVersion.criterion),
        joinedload(Sheet.open_again),
    )
    .execution_options(populate_existing=True)
)
_MAY_WRITE = STANDING.add_columns(has_conflict(bindparam("script_id"), bindparam("person_id")))


class CriteriaClosed(Refusal):
    """The hour of opening has not come."""


class ScoringOver(Refusal):
    """The last day of scoring has passed."""


class HandedElsewhere(Refusal):
    """A conflict of interest stands: the work waits for another expert."""

    def __init__(self) -> None:
        super().__init__(
            "Эта работа передаётся другому эксперту: проверять её вам не нужно. Продолжайте со"
            " следующей."
        )


def get_own_assignment(
    session: Session, *, assignment_id: UUID, by: Actor, lock: bool = False
) -> Assignment:
    """The acting expert's assignment, still his.

    Args:
        session: the database.
        assignment_id: which one.
        by: who asks.
        lock: hold the row until the transaction ends, so that two saves come one by one.

    Raises:
        NotYours: it does not exist, was withdrawn with or without its expert, or is another's.
        NotIndependent: it is a recheck, and he has become tied to the script.
    """
    wanted = {"assignment_id": assignment_id}
    found = session.scalar(_OWN_HELD if lock else _OWN, wanted)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    if found.expert.person_id != by.person_id or found.expert.withdrawn_at is not None:
        raise NotYours
    by.require(
        Permission.SCORE,
        municipality_id=found.expert.school.municipality_id,
        school_id=found.expert.school_id,
    )
    if found.round is Round.RECHECK:
        person = found.expert.person
        check_independent(
            session, found.script, person.id, name=person.display_name, besides={found.id}
        )
    return found


def find_sheet(session: Session, assignment_id: UUID) -> Sheet | None:
    """The assignment's sheet with all its versions."""
    found = session.scalars(_SHEET, {"assignment_id": assignment_id})
    return found.unique().one_or_none()


def check_open(assignment: Assignment, *, at: datetime) -> None:
    """Refuse before the hour at which the exam's criteria open.

    Raises:
        CriteriaClosed: the hour has not come.
    """
    check_exam_open(assignment.script.exam, at=at)


def check_exam_open(exam: Exam, *, at: datetime) -> None:
    """Refuse before the hour at which an exam's criteria open.

    Raises:
        CriteriaClosed: the hour has not come.
    """
    opens_at = criteria_open_at(exam)
    if at < opens_at:
        raise CriteriaClosed(
            "Критерии и работы откроются %(when)s по местному времени.",
            when=f"{local_time(exam, opens_at):%d.%m.%Y %H:%M}",
        )


def is_over(assignment: Assignment, *, at: datetime) -> bool:
    """Whether points may no longer be given; a recheck has a term of its own."""
    if assignment.round is Round.RECHECK:
        return False
    return at >= scoring_ends_at(assignment.script.exam)


def check_writable(session: Session, assignment: Assignment, *, at: datetime) -> None:
    """Refuse before the opening, after the last day of scoring, and to whom may not score now.

    Raises:
        CriteriaClosed: the hour has not come.
        ScoringOver: the last day has passed.
        NotAdmitted: he is stopped by the chair, or has yet to qualify.
        HandedElsewhere: he has a conflict of interest with the script; the refusal does not say
            which, since it would tell the school.
    """
    check_open(assignment, at=at)
    *admission, has_conflict_now = session.execute(
        _MAY_WRITE,
        {
            "script_id": assignment.script_id,
            "person_id": assignment.expert.person_id,
            "exam_id": assignment.script.exam_id,
            "expert_id": assignment.expert_id,
        },
    ).one()
    if has_conflict_now:
        raise HandedElsewhere
    bar = Admission(*admission).bar if assignment.round in IN_LIST else None
    if bar is not None:
        raise bar
    if is_over(assignment, at=at):
        raise ScoringOver(
            "Проверка закончилась %(on)s: баллы можно только смотреть.",
            on=f"{_last_day(assignment.script.exam):%d.%m.%Y}",
        )


def _last_day(exam: Exam) -> date:
    return local_time(exam, scoring_ends_at(exam) - timedelta(seconds=1)).date()
