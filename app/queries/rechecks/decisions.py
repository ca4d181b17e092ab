"""What was decided in a case, by whom and why; decisions that were returned stay readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.models import Outcome, Person, ReasonCode, RecheckCase, RecheckDecision, RecheckLine


@dataclass(frozen=True, kw_only=True, slots=True)
class LineView:
    """Old and new points of one criterion, and why."""

    label: str
    old: str
    new: str
    reason_code: ReasonCode
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionView:
    """One decision.

    Attributes:
        outcome: where the raw score goes.
        changes: points change, so that a second person is needed.
        reason: the commission's words.
        lines: the criteria in the order of the form.
        old_total: raw score before.
        new_total: raw score after.
        signed_at: when the chair signed.
        signed_by: who signed.
        signed_by_id: the same person's key.
        present: members who were there.
        confirmed_at: when the second person confirmed.
        confirmed_by: who that was.
        returned_at: when the second person returned it.
        returned_by: who that was.
        return_reason: why.
        has_act: its act is stored.
    """

    outcome: Outcome
    changes: bool
    reason: str
    lines: tuple[LineView, ...]
    old_total: int
    new_total: int
    signed_at: datetime
    signed_by: str
    signed_by_id: UUID
    present: tuple[str, ...]
    confirmed_at: datetime | None
    confirmed_by: str
    returned_at: datetime | None
    returned_by: str
    return_reason: str
    has_act: bool


def list_decisions(session: Session, case: RecheckCase) -> tuple[DecisionView, ...]:
    """Every decision of a case, the newest last."""
    return tuple(_decision(session, made) for made in case.decisions)


def _decision(session: Session, made: RecheckDecision) -> DecisionView:
    lines = sorted(made.lines, key=lambda line: line.criterion.position)
    return DecisionView(
        outcome=made.outcome,
        changes=made.changes,
        reason=made.reason,
        lines=tuple(_line(one) for one in lines),
        old_total=sum(one.old_points or 0 for one in lines),
        new_total=sum(one.new_points or 0 for one in lines),
        signed_at=made.signed_at,
        signed_by=_name(session, made.signed_by_id),
        signed_by_id=made.signed_by_id,
        present=tuple(sorted(one.member.expert.person.display_name for one in made.present)),
        confirmed_at=made.confirmed_at,
        confirmed_by=_name(session, made.confirmed_by_id),
        returned_at=made.returned_at,
        returned_by=_name(session, made.returned_by_id),
        return_reason=made.return_reason,
        has_act=made.act_sha256 is not None,
    )


def _line(row: RecheckLine) -> LineView:
    return LineView(
        label=row.criterion.label,
        old=_shown(row.old_points),
        new=_shown(row.new_points),
        reason_code=row.reason_code,
        words=row.words,
    )


def _shown(points: int | None) -> str:
    return "X" if points is None else str(points)


def _name(session: Session, person_id: UUID | None) -> str:
    return session.get_one(Person, person_id).display_name if person_id else ""
