"""A recheck's case follows its readings: what handing in or losing one makes of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assignment, CaseState, Method, RecheckCase, RecheckReading

READERS_OF = {Method.REVIEW: 1, Method.BLIND: 1, Method.TWO_BLIND: 2, Method.REVEAL: 1}
"""How many members read a case."""
SETTLING = 3
"""The position of the reading that settles a divergence of two blind ones."""
WITH_FINDINGS = frozenset({Method.REVIEW, Method.REVEAL})
"""Where the reader writes his findings with the old points in sight."""
_FOLLOWING = frozenset({CaseState.OPENED, CaseState.READING, CaseState.READ})


def works_in_recheck(session: Session, exam_id: UUID) -> frozenset[UUID]:
    """Scripts of an exam that the commission has, their cases not closed."""
    query = select(RecheckCase.script_id).where(
        RecheckCase.exam_id == exam_id, RecheckCase.closed_at.is_(None)
    )
    return frozenset(session.scalars(query))


def find_reading(session: Session, assignment: Assignment) -> RecheckReading | None:
    """The commission's reading behind an assignment, if it is one."""
    return session.scalar(
        select(RecheckReading).where(RecheckReading.assignment_id == assignment.id)
    )


def standing_readings(case: RecheckCase) -> list[RecheckReading]:
    """The readings that nobody took back, by position."""
    standing = (one for one in case.readings if one.assignment.withdrawn_at is None)
    return sorted(standing, key=lambda one: one.position)


def missing_positions(case: RecheckCase) -> list[int]:
    """Positions for which a reader is wanted."""
    held = {one.position for one in standing_readings(case)}
    return [n for n in range(1, READERS_OF[case.handover.method] + 1) if n not in held]


def follow_readings(case: RecheckCase) -> None:
    """Put the case into the state that its readings ask for; a signed or closed one stays."""
    if case.state not in _FOLLOWING:
        return
    if missing_positions(case):
        case.state = CaseState.OPENED
    elif all(one.done_at is not None for one in standing_readings(case)):
        case.state = CaseState.READ
    else:
        case.state = CaseState.READING


def hand_in_reading(session: Session, assignment: Assignment, *, at: datetime) -> None:
    """The sheet behind an assignment was handed in: the reading is done, or wants its findings."""
    reading = find_reading(session, assignment)
    if reading is None:
        return
    if reading.case.handover.method not in WITH_FINDINGS:
        reading.done_at = at
    follow_readings(reading.case)


def lose_reading(session: Session, assignment: Assignment) -> None:
    """The assignment was taken back: the case wants another reader."""
    reading = find_reading(session, assignment)
    if reading is not None:
        follow_readings(reading.case)
