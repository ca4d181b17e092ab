"""How a campaign rechecks: the newest version of its procedure, or what holds without one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.models import Method, RecheckProcedure

LARGEST_QUORUM = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """How the commission works.

    Attributes:
        method: who reads, and what he sees.
        may_lower: a recheck may lower the raw score.
        quorum: the least number of people of the commission, the chair among them, at a decision.
    """

    method: Method = Method.BLIND
    may_lower: bool = True
    quorum: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.quorum <= LARGEST_QUORUM:
            raise Refusal("Кворум — от 1 до %(most)s человек.", most=LARGEST_QUORUM)


def find_procedure(session: Session, campaign_id: UUID) -> RecheckProcedure | None:
    """The newest version of a campaign's procedure."""
    return session.scalar(
        select(RecheckProcedure)
        .where(RecheckProcedure.campaign_id == campaign_id)
        .order_by(RecheckProcedure.number.desc())
        .limit(1)
    )


def procedure_of(session: Session, campaign_id: UUID) -> Procedure:
    """The procedure that holds in a campaign."""
    row = find_procedure(session, campaign_id)
    if row is None:
        return Procedure()
    return Procedure(method=row.method, may_lower=row.may_lower, quorum=row.quorum)
