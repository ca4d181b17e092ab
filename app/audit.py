"""Adding to the trail, in the transaction that makes the change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.models import AuditEvent


def record(
    session: Session,
    *,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    by: Actor | None,
    at: datetime,
    municipality_id: UUID | None = None,
    school_id: UUID | None = None,
    exam_id: UUID | None = None,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """Add one event; `by` is None for what the installation does by itself."""
    session.add(
        AuditEvent(
            at=at,
            person_id=by.person_id if by else None,
            origin=by.origin if by else "",
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            municipality_id=municipality_id,
            school_id=school_id,
            exam_id=exam_id,
            old=dict(old) if old is not None else None,
            new=dict(new) if new is not None else None,
            why=why,
        )
    )
