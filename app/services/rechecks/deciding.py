"""The chair signs points, reasons and words, with a quorum present."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.independence import check_independent
from app.bridge.recheck_result import result_before
from app.bridge.scheme import scheme_of
from app.bridge.sheets import final_points_of, number_of
from app.errors import NotYours, Refusal
from app.models import (
    CaseState,
    CommissionMember,
    Outcome,
    RecheckCase,
    RecheckDecision,
    RecheckLine,
    RecheckPresence,
)
from app.services.rechecks.case import get_case, tell_case
from app.services.rechecks.closing import check_outsider, close
from app.services.rechecks.findings import Verdict, check_reasons
from app.storage import FileStore
from scoring import Direction, Points, RecheckOutcome, check_direction, outcome_of

OUTCOMES = {
    Direction.UP: Outcome.RAISED,
    Direction.STAY: Outcome.KEPT,
    Direction.DOWN: Outcome.LOWERED,
}


def decide_case(
    session: Session,
    *,
    store: FileStore,
    case_id: UUID,
    verdicts: Mapping[str, Verdict],
    reason: str,
    present: Collection[UUID],
    by: Actor,
    at: datetime,
) -> RecheckDecision:
    """Sign a decision: unchanged points close the case, changed ones wait for a second person.

    Args:
        session: the database.
        store: where the act goes.
        case_id: the case.
        verdicts: points and reason of every criterion.
        reason: the commission's own words; they go into the act.
        present: members of the commission who were present, besides the chair.
        by: the chair.
        at: when.

    Raises:
        NotYours: there is no such case, or no such member, in the chair's municipality.
        NotIndependent: the chair or somebody present is tied to the script.
        Refusal: no reason, not read yet, decided already, no quorum, a change without a reason.
        ScoringError: points are missing, break a dependency, or go down against the procedure.
    """
    case = get_case(session, case_id, Permission.DECIDE_RECHECK, by)
    _check_signing(session, case, reason=reason, by=by)
    members = _present(session, case, present, by)
    outcome = _outcome(session, case, verdicts)
    made = _sign(session, case, verdicts, outcome, reason.strip(), by=by, at=at)
    made.present = [RecheckPresence(member_id=one.id, member=one) for one in members]
    case.state = CaseState.SIGNED
    session.flush()
    _tell_signed(session, case, made, outcome, by=by, at=at)
    if not made.changes:
        close(session, store, made, at=at)
    return made


def _check_signing(session: Session, case: RecheckCase, *, reason: str, by: Actor) -> None:
    if case.state is CaseState.CLOSED:
        raise Refusal("Дело уже закрыто решением.")
    if case.state is CaseState.SIGNED:
        raise Refusal("Решение уже подписано и ждёт подтверждения второго лица.")
    if case.state is not CaseState.READ:
        raise Refusal("Член комиссии ещё не сдал свою проверку: решать рано.")
    if not reason.strip():
        raise Refusal("Напишите обоснование решения: оно войдёт в акт.")
    check_outsider(session, case, by)


def _present(
    session: Session, case: RecheckCase, present: Collection[UUID], by: Actor
) -> list[CommissionMember]:
    """Standing members who were there, independent but for their reading of this case."""
    municipality_id = case.handover.campaign.municipality_id
    found = list(
        session.scalars(
            select(CommissionMember)
            .where(
                CommissionMember.id.in_(present),
                CommissionMember.municipality_id == municipality_id,
                CommissionMember.withdrawn_at.is_(None),
            )
            .order_by(CommissionMember.id)
        )
    )
    if len(found) != len(set(present)):
        raise NotYours
    besides = {one.assignment_id for one in case.readings}
    for member in found:
        person = member.expert.person
        check_independent(
            session, case.script, person.id, name=person.display_name, besides=besides
        )
    _check_quorum(case, found, by)
    return found


def _check_quorum(case: RecheckCase, there: Collection[CommissionMember], by: Actor) -> None:
    people = {member.expert.person_id for member in there} | {by.person_id}
    if len(people) < case.handover.quorum:
        raise Refusal(
            "Нет кворума: вместе с председателем присутствуют %(there)s, нужно не меньше"
            " %(quorum)s.",
            there=len(people),
            quorum=case.handover.quorum,
        )


def _outcome(
    session: Session, case: RecheckCase, verdicts: Mapping[str, Verdict]
) -> RecheckOutcome:
    old = final_points_of(result_before(session, case))
    new = {label: one.points for label, one in verdicts.items()}
    outcome = outcome_of(old, new, scheme=scheme_of(case.exam))
    check_reasons(verdicts, old=old)
    check_direction(outcome, may_lower=case.handover.may_lower)
    return outcome


def _sign(
    session: Session,
    case: RecheckCase,
    verdicts: Mapping[str, Verdict],
    outcome: RecheckOutcome,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> RecheckDecision:
    before = result_before(session, case)
    last = session.scalar(
        select(func.max(RecheckDecision.number)).where(RecheckDecision.case_id == case.id)
    )
    made = RecheckDecision(
        number=(last or 0) + 1,
        outcome=OUTCOMES[outcome.direction],
        changes=bool(outcome.changes),
        reason=reason,
        result_before_id=before.id,
        signed_at=at,
        signed_by_id=by.person_id,
        lines=_lines(case, verdicts, final_points_of(before)),
    )
    case.decisions.append(made)
    return made


def _lines(
    case: RecheckCase, verdicts: Mapping[str, Verdict], old: Mapping[str, Points]
) -> list[RecheckLine]:
    return [
        RecheckLine(
            criterion=row,
            old_points=number_of(old[row.label]),
            new_points=number_of(verdicts[row.label].points),
            reason_code=verdicts[row.label].reason_code,
            words=verdicts[row.label].words.strip(),
        )
        for row in case.exam.criteria
    ]


def _tell_signed(
    session: Session,
    case: RecheckCase,
    decision: RecheckDecision,
    outcome: RecheckOutcome,
    *,
    by: Actor,
    at: datetime,
) -> None:
    tell_case(
        session,
        case,
        "recheck.decided",
        by=by,
        at=at,
        old={change.label: str(change.old) for change in outcome.changes},
        new={change.label: str(change.new) for change in outcome.changes}
        | {"outcome": decision.outcome.value},
        why=decision.reason,
    )
