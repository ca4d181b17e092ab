"""Handing a sheet in; when all readings are there, they are compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor
from app.bridge.concerns import check_confirmed
from app.bridge.controls import find_control, verdict_of
from app.bridge.desk import check_writable, find_sheet, get_own_assignment
from app.bridge.plans import readings_wanted
from app.bridge.scheme import rule_of
from app.bridge.sheets import score_sheet_of
from app.bridge.troubles import looks_empty
from app.cases import hand_in_reading
from app.controls import hand_in_control, is_looked_at_again
from app.errors import Refusal
from app.finals import add_final, commission_has, find_final, hold_script
from app.models import BLIND, CONTROLS, Assignment, Divergence, ResultSource, Round, Script, Sheet
from app.reopened import close_reopenings, is_settled_anew
from app.services.marking.second import answer_opinions, ask_whether_empty, drop_questions
from app.services.marking.third import name_third
from scoring import Agreed, Divergent, Points, ScoreSheet, ScoringError, reconcile_all


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """The sheet is closed; the script waits for another reading, or for the commission."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The script has final points."""

    result_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Diverged:
    """The readings differ too much; a third expert has it, or nobody could be found."""

    divergence_id: UUID
    third_assignment_id: UUID | None


Submission = Waiting | Settled | Diverged


def submit_sheet(
    session: Session,
    *,
    assignment_id: UUID,
    confirmed: bool,
    by: Actor,
    at: datetime,
    seen_images: Collection[UUID] | None = None,
) -> Submission:
    """Close the sheet; the last of the readings settles the script or calls a third expert.

    Handing the same sheet in twice changes nothing. A recheck's sheet is only closed: its
    commission decides.

    Raises:
        NotYours: the assignment is not his.
        CriteriaClosed: the hour has not come.
        ScoringOver: the last day has passed.
        Unconfirmed: something may be a slip, and `confirmed` is false.
        Refusal: points are missing or break a dependency.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    check_writable(session, assignment, at=at)
    sheet = find_sheet(session, assignment.id)
    if sheet is None:
        raise Refusal("В работе ещё нет ни одного балла.")
    if sheet.submitted_at is not None:
        return Waiting() if assignment.round in CONTROLS else _standing(session, assignment.script)
    points = _complete(sheet)
    check_confirmed(points, assignment.script, confirmed=confirmed, seen_images=seen_images)
    sheet.submitted_at = at
    close_reopenings(session, sheet, at=at)
    _trace(session, assignment, action="sheet.submitted", by=by, at=at, total=points.total)
    session.flush()
    if assignment.round is Round.RECHECK:
        hand_in_reading(session, assignment, at=at)
        return Waiting()
    if assignment.round in CONTROLS:
        return _judge(session, assignment, at=at)
    script = hold_script(session, assignment.script_id)
    answer_opinions(session, assignment, by=by, at=at)
    if looks_empty(points) and readings_wanted(session, script) == 1:
        ask_whether_empty(session, assignment, by=by, at=at)
        return Waiting()
    return _compare(session, script, by=by, at=at)


def reopen_sheet(session: Session, *, assignment_id: UUID, by: Actor, at: datetime) -> None:
    """Take one's own handed-in sheet back while nothing has been made of it.

    Raises:
        NotYours: the assignment is not his.
        Refusal: the work is closed.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    check_writable(session, assignment, at=at)
    script = hold_script(session, assignment.script_id)
    sheet = find_sheet(session, assignment.id)
    if sheet is None or sheet.submitted_at is None:
        return
    is_control = assignment.round in CONTROLS
    if is_control or len(_readings(session, script)) > 1 or _is_closed(session, script):
        raise Refusal("Работа закрыта: вернуть её уже нельзя.")
    sheet.submitted_at = None
    drop_questions(session, assignment, by=by, at=at)
    _trace(session, assignment, action="sheet.reopened", by=by, at=at)
    session.flush()


def _complete(sheet: Sheet) -> ScoreSheet:
    points = score_sheet_of(sheet)
    try:
        points.check_complete()
    except ScoringError as error:
        raise Refusal(error.text, **error.params) from error
    return points


def _judge(session: Session, assignment: Assignment, *, at: datetime) -> Waiting:
    """Hold a control against its agreed points; the expert's answer is that of any work."""
    reading = find_control(session, assignment.id)
    verdict = verdict_of(session, reading) if reading else None
    if verdict is not None:
        hand_in_control(session, assignment, outside=verdict.outside, at=at)
    return Waiting()


def _compare(session: Session, script: Script, *, by: Actor, at: datetime) -> Submission:
    sheets = _readings(session, script)
    if _is_closed(session, script) and not _is_read_again(session, script):
        return _standing(session, script)
    if len(sheets) < readings_wanted(session, script):
        return Waiting()
    readings = [score_sheet_of(sheet) for sheet in sheets]
    match reconcile_all(readings, rule=rule_of(script.exam)):
        case Divergent() as gap:
            return _call(session, script, gap, by=by, at=at)
        case Agreed(points=points):
            source = ResultSource.SINGLE if len(sheets) == 1 else ResultSource.AGREED
            return _settle(session, script, points, source, by=by, at=at)


def _is_read_again(session: Session, script: Script) -> bool:
    """Whether a settled script has a reading newer than its points, by the chair's word.

    What the commission has, or has decided, no reading of the plan settles anew.
    """
    if commission_has(session, script.id):
        return False
    return is_looked_at_again(session, script.id) or is_settled_anew(session, script.id)


def _settle(
    session: Session,
    script: Script,
    points: Mapping[str, Points],
    source: ResultSource,
    *,
    by: Actor,
    at: datetime,
) -> Settled:
    made = add_final(session, script=script, points=points, source=source, by=by, at=at)
    return Settled(result_id=made.id)


def _call(session: Session, script: Script, gap: Divergent, *, by: Actor, at: datetime) -> Diverged:
    made = Divergence(
        script=script,
        found_at=at,
        total_gap=gap.total_gap,
        criteria=[
            {"label": one.label, "first": str(one.first), "second": str(one.second)}
            for one in gap.criteria
        ],
        refusals=[],
    )
    session.add(made)
    session.flush()
    third = name_third(session, made, by=by, at=at)
    return Diverged(divergence_id=made.id, third_assignment_id=third)


def _standing(session: Session, script: Script) -> Submission:
    """What has already been made of a script."""
    result = find_final(session, script.id)
    if result is not None:
        return Settled(result_id=result.id)
    divergence = session.scalar(select(Divergence).where(Divergence.script_id == script.id))
    if divergence is None:
        return Waiting()
    return Diverged(divergence_id=divergence.id, third_assignment_id=divergence.assignment_id)


def _is_closed(session: Session, script: Script) -> bool:
    return not isinstance(_standing(session, script), Waiting)


def _readings(session: Session, script: Script) -> list[Sheet]:
    """The sheets handed in by the experts of the plan, in the order of the rounds."""
    query = (
        select(Sheet)
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .where(
            Assignment.script_id == script.id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_(BLIND),
            Sheet.submitted_at.is_not(None),
        )
    )
    return sorted(session.scalars(query), key=lambda row: BLIND.index(row.assignment.round))


def _trace(
    session: Session,
    assignment: Assignment,
    *,
    action: str,
    by: Actor,
    at: datetime,
    total: int | None = None,
) -> None:
    audit.record_about(
        session,
        assignment,
        action,
        by=by,
        at=at,
        new=None if total is None else {"total": total},
    )
