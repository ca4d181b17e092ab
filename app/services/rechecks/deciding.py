"""The chair decides: the commission's points, or the old ones; both stay readable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.desk import find_sheet
from app.bridge.scheme import scheme_of
from app.bridge.sheets import final_points_of, score_sheet_of
from app.errors import Refusal
from app.finals import add_final, find_final
from app.models import (
    Assignment,
    Expert,
    FinalResult,
    Outcome,
    ReasonCode,
    RecheckCase,
    RecheckDecision,
    ResultSource,
)
from app.services.rechecks.case import get_case, is_read, tell_case
from scoring import Direction, Points, RecheckOutcome, outcome_of

OUTCOMES = {
    Direction.UP: Outcome.RAISED,
    Direction.STAY: Outcome.KEPT,
    Direction.DOWN: Outcome.LOWERED,
}


def decide_case(
    session: Session,
    *,
    case_id: UUID,
    adopt: bool,
    reason_code: ReasonCode,
    reason: str,
    by: Actor,
    at: datetime,
) -> RecheckDecision:
    """Close a case: adopt the commission's points, or keep the old ones; the old stay readable.

    Raises:
        NotYours: there is no such case in the chair's municipality.
        Refusal: no reason, not read yet, closed already, or the chair has read the
            script himself or belongs to its school.
    """
    case = get_case(session, case_id, Permission.DECIDE_RECHECK, by)
    _check_decision(session, case, reason=reason, by=by)
    before = _get_newest_result(session, case.script_id)
    new_points = commission_points(session, case)
    outcome = outcome_of(final_points_of(before), new_points, scheme=scheme_of(case.exam))
    changed = adopt and bool(outcome.changes)
    after = _adopted(session, case, new_points, by=by, at=at) if changed else None
    made = RecheckDecision(
        case_id=case.id,
        outcome=OUTCOMES[outcome.direction] if changed else Outcome.KEPT,
        reason_code=reason_code,
        reason=reason.strip(),
        result_before_id=before.id,
        result_after_id=after.id if after else None,
        decided_at=at,
        decided_by_id=by.person_id,
    )
    session.add(made)
    case.closed_at = at
    session.flush()
    _tell_decision(session, case, made, outcome, by=by, at=at)
    return made


def _check_decision(session: Session, case: RecheckCase, *, reason: str, by: Actor) -> None:
    if case.closed_at is not None:
        raise Refusal("Дело уже закрыто решением.")
    if not reason.strip():
        raise Refusal("Напишите обоснование решения: оно войдёт в акт.")
    if not is_read(session, case):
        raise Refusal("Член комиссии ещё не сдал свою проверку: решать рано.")
    if by.person_id in _readers(session, case.script_id):
        raise Refusal("Вы сами проверяли эту работу: решение подписывает другой человек.")
    if any(grant.school_id == case.script.participant.school_id for grant in by.grants):
        raise Refusal("Это работа вашей школы: решение подписывает другой человек.")


def _readers(session: Session, script_id: UUID) -> frozenset[UUID]:
    """Everybody to whom the script was ever given, in any round."""
    query = (
        select(Expert.person_id)
        .join(Assignment, Assignment.expert_id == Expert.id)
        .where(Assignment.script_id == script_id)
    )
    return frozenset(session.scalars(query))


def commission_points(session: Session, case: RecheckCase) -> dict[str, Points]:
    """The points that the commission's reader handed in, by label.

    Raises:
        Refusal: nobody has handed in anything yet.
    """
    sheet = find_sheet(session, case.assignment_id) if case.assignment_id else None
    if sheet is None or sheet.submitted_at is None:
        raise Refusal("Член комиссии ещё не сдал свою проверку.")
    return dict(score_sheet_of(sheet).points)


def _adopted(
    session: Session, case: RecheckCase, points: dict[str, Points], *, by: Actor, at: datetime
) -> FinalResult:
    return add_final(
        session,
        script=case.script,
        points=points,
        source=ResultSource.RECHECK,
        by=by,
        at=at,
    )


def _get_newest_result(session: Session, script_id: UUID) -> FinalResult:
    found = find_final(session, script_id)
    if found is None:
        raise RuntimeError("a case was opened for a script without a result")
    return found


def _tell_decision(
    session: Session,
    case: RecheckCase,
    decision: RecheckDecision,
    outcome: RecheckOutcome,
    *,
    by: Actor,
    at: datetime,
) -> None:
    adopted = decision.result_after_id is not None
    changes = outcome.changes if adopted else ()
    tell_case(
        session,
        case,
        "recheck.decided",
        by=by,
        at=at,
        old={change.label: str(change.old) for change in changes},
        new={change.label: str(change.new) for change in changes}
        | {"outcome": decision.outcome.value},
        why=decision.reason,
    )
