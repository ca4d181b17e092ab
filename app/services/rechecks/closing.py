"""What signing and confirming share: who may be the person, and the act that closes a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.independence import check_independent
from app.bridge.recheck_act import draw_act
from app.errors import Refusal
from app.models import CaseState, Person, RecheckCase, RecheckDecision
from app.storage import FileStore


def check_outsider(session: Session, case: RecheckCase, by: Actor) -> None:
    """Pass for an independent person who did not read the case himself."""
    if by.person_id in _readers(case):
        raise Refusal("Вы сами читали эту работу: решение подписывает другой человек.")
    name = session.get_one(Person, by.person_id).display_name
    check_independent(session, case.script, by.person_id, name=name)


def close(session: Session, store: FileStore, decision: RecheckDecision, *, at: datetime) -> None:
    """The act is drawn and stored once; from here on the case does not change."""
    case = decision.case
    decision.act_sha256 = store.put(draw_act(session, decision, at=at))
    case.state, case.outcome, case.closed_at = CaseState.CLOSED, decision.outcome, at
    session.flush()


def _readers(case: RecheckCase) -> frozenset[UUID]:
    """Everybody who was given the case, whatever became of it."""
    return frozenset(one.assignment.expert.person_id for one in case.readings)
