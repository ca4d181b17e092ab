"""The third expert's ruling on two readings that differ too much: it is final."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor
from app.bridge.concerns import check_confirmed
from app.bridge.desk import check_writable, find_sheet, get_own_assignment
from app.bridge.sheets import score_sheet_of
from app.errors import NotYours, Refusal
from app.finals import add_final, commission_has, find_final, hold_script
from app.models import Assignment, Divergence, FinalResult, ResultSource, Sheet
from app.reopened import close_reopenings
from scoring import Points, ScoringError, settle


def record_ruling(
    session: Session,
    *,
    assignment_id: UUID,
    confirmed: bool,
    by: Actor,
    at: datetime,
    seen_images: Collection[UUID] | None = None,
) -> FinalResult:
    """Close the third expert's sheet and make its points final.

    Handing the same ruling in twice changes nothing. Where the commission has the script by now,
    the divergence is over and the points stay theirs.

    Raises:
        NotYours: the assignment is not his, or is not a third reading of a divergence.
        CriteriaClosed: the hour has not come.
        ScoringOver: the last day has passed.
        Unconfirmed: something may be a slip, and `confirmed` is false.
        Refusal: points are missing or break a dependency, or he scored the script before.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    divergence = _get_divergence(session, assignment)
    check_writable(session, assignment, at=at)
    sheet = find_sheet(session, assignment.id)
    if sheet is None:
        raise Refusal("В работе ещё нет ни одного балла.")
    if divergence.settled_at is not None and sheet.submitted_at is not None:
        return _ruling_before(session, assignment)
    ruling = score_sheet_of(sheet)
    try:
        points = settle(
            ruling,
            third=str(assignment.expert_id),
            earlier=_earlier_experts(session, assignment),
        )
    except ScoringError as error:
        raise Refusal(error.text, **error.params) from error
    check_confirmed(ruling, assignment.script, confirmed=confirmed, seen_images=seen_images)
    sheet.submitted_at = divergence.settled_at = at
    close_reopenings(session, sheet, at=at)
    session.flush()
    return _ruled(session, assignment, points, by=by, at=at)


def _ruled(
    session: Session,
    assignment: Assignment,
    points: Mapping[str, Points],
    *,
    by: Actor,
    at: datetime,
) -> FinalResult:
    """The ruling as the script's result; what the commission has keeps its own."""
    script = hold_script(session, assignment.script_id)
    standing = find_final(session, script.id)
    if standing is not None and commission_has(session, script.id):
        return standing
    made = add_final(
        session,
        script=script,
        points=points,
        source=ResultSource.THIRD,
        by=by,
        at=at,
    )
    _trace(session, assignment, made, by=by, at=at)
    return made


def _get_divergence(session: Session, assignment: Assignment) -> Divergence:
    found = session.scalar(
        select(Divergence).where(Divergence.assignment_id == assignment.id).with_for_update()
    )
    if found is None:
        raise NotYours
    return found


def _ruling_before(session: Session, assignment: Assignment) -> FinalResult:
    found = find_final(session, assignment.script_id)
    if found is None:
        raise RuntimeError(f"divergence of {assignment.script_id} was settled without a result")
    return found


def _earlier_experts(session: Session, assignment: Assignment) -> frozenset[str]:
    """Experts who have points on the script in another assignment, whatever became of it."""
    found = session.scalars(
        select(Assignment.expert_id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .where(Assignment.script_id == assignment.script_id, Assignment.id != assignment.id)
    )
    return frozenset(map(str, found))


def _trace(
    session: Session, assignment: Assignment, result: FinalResult, *, by: Actor, at: datetime
) -> None:
    audit.record_about(
        session,
        assignment.script,
        "result.ruled",
        by=by,
        at=at,
        new={"source": result.source.value, "number": result.number},
    )
