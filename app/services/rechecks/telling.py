"""The school is told what the commission decided, and says that it knows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import Refusal
from app.models import CaseState
from app.services.rechecks.case import get_case, tell_case


def acknowledge(session: Session, *, case_ids: Collection[UUID], by: Actor, at: datetime) -> int:
    """Note that the school has read the decisions; how many it had not known of.

    Raises:
        NotYours: a case is not of his school.
        Refusal: a case is not decided yet.
    """
    told = 0
    for case_id in sorted(set(case_ids)):
        case = get_case(session, case_id, Permission.RELEASE_RESULTS, by)
        if case.state is not CaseState.CLOSED:
            raise Refusal("Решения по делу ещё нет.")
        if case.acknowledged_at is None:
            case.acknowledged_at, case.acknowledged_by_id = at, by.person_id
            tell_case(session, case, "recheck.acknowledged", by=by, at=at)
            told += 1
    session.flush()
    return told
