"""A municipality's own terms of keeping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.retention import rules_of
from app.errors import Refusal
from app.models import DocumentKind, RetentionRule

MOST_MONTHS, LONGEST_BASIS = 120, 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """How long a kind is kept, and by which act."""

    kind: DocumentKind
    months: int
    basis: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "basis", " ".join(self.basis.split()))
        if not 1 <= self.months <= MOST_MONTHS:
            raise Refusal("Срок хранения в месяцах: от 1 до %(most)s.", most=MOST_MONTHS)
        if not 1 <= len(self.basis) <= LONGEST_BASIS:
            raise Refusal("Назовите правовое основание: от 1 до %(most)s знаков.", most=300)


def set_term(
    session: Session, *, municipality_id: UUID, term: Term, by: Actor, at: datetime
) -> None:
    """Set a term; the earlier one stays as a version.

    Raises:
        NotYours: the municipality is not his to manage.
    """
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=municipality_id)
    old = rules_of(session, municipality_id)[term.kind]
    if (old.months, old.basis) == (term.months, term.basis):
        return
    standing = session.scalar(
        select(RetentionRule).where(
            RetentionRule.municipality_id == municipality_id,
            RetentionRule.kind == term.kind,
            RetentionRule.withdrawn_at.is_(None),
        )
    )
    if standing is not None:
        standing.withdrawn_at = at
        session.flush()
    made = RetentionRule(
        municipality_id=municipality_id,
        kind=term.kind,
        months=term.months,
        basis=term.basis,
        set_at=at,
        set_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    record(
        session,
        action="retention.term_set",
        subject_kind="retention_rule",
        subject_id=made.id,
        by=by,
        at=at,
        municipality_id=municipality_id,
        old={"months": old.months, "basis": old.basis},
        new={"months": term.months, "basis": term.basis},
    )
