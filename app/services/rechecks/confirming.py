"""A second person confirms a change before it counts, or returns it to the chair."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import Refusal, Stale
from app.finals import add_final, find_final
from app.models import CaseState, FinalResult, RecheckCase, RecheckDecision, ResultSource
from app.services.rechecks.case import get_case, tell_case
from app.services.rechecks.closing import check_outsider, close
from app.storage import FileStore
from scoring import Points, X


def confirm_decision(
    session: Session, *, store: FileStore, case_id: UUID, by: Actor, at: datetime
) -> FinalResult:
    """The second person: the changed points become the final result, the case is closed.

    Raises:
        NotYours: there is no such case in his municipality.
        NotIndependent: he is tied to the script.
        Refusal: nothing waits for a confirmation, or he signed or read the case himself.
        Stale: the points are not those any more that the chair compared with.
    """
    case = get_case(session, case_id, Permission.CONFIRM_RECHECK, by)
    decision = _waiting_decision(session, case, by)
    _check_still_stands(session, decision)
    points: dict[str, Points] = {
        line.criterion.label: X if line.new_points is None else line.new_points
        for line in decision.lines
    }
    result = add_final(
        session,
        script=case.script,
        points=points,
        source=ResultSource.RECHECK,
        by=by,
        at=at,
    )
    decision.confirmed_at, decision.confirmed_by_id = at, by.person_id
    decision.result_after_id = result.id
    session.flush()
    tell_case(session, case, "recheck.confirmed", by=by, at=at, new={"number": result.number})
    close(session, store, decision, at=at)
    return result


def return_decision(
    session: Session, *, case_id: UUID, reason: str, by: Actor, at: datetime
) -> None:
    """The second person does not confirm: the chair decides anew, the decision stays readable.

    Raises:
        NotYours: there is no such case in his municipality.
        NotIndependent: he is tied to the script.
        Refusal: no reason, nothing waits, or he signed or read the case himself.
    """
    case = get_case(session, case_id, Permission.CONFIRM_RECHECK, by)
    decision = _waiting_decision(session, case, by)
    if not reason.strip():
        raise Refusal("Напишите, с чем вы не согласны: председатель решает заново.")
    decision.returned_at, decision.returned_by_id = at, by.person_id
    decision.return_reason = reason.strip()
    case.state = CaseState.READ
    session.flush()
    tell_case(session, case, "recheck.returned", by=by, at=at, why=decision.return_reason)


def _waiting_decision(session: Session, case: RecheckCase, by: Actor) -> RecheckDecision:
    if case.state is not CaseState.SIGNED:
        raise Refusal("По этому делу нечего подтверждать.")
    decision = case.decisions[-1]
    if decision.signed_by_id == by.person_id:
        raise Refusal("Вы сами подписали это решение: изменение подтверждает второе лицо.")
    check_outsider(session, case, by)
    return decision


def _check_still_stands(session: Session, decision: RecheckDecision) -> None:
    newest = find_final(session, decision.case.script_id)
    if newest is None or newest.id != decision.result_before_id:
        raise Stale(
            "Итоговые баллы этой работы изменились после подписи. Верните решение председателю:"
            " он сравнит с новыми."
        )
