"""Somebody fetched more pictures of works than a person looks at: that leaves a trace."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record


def tell_throttled(session: Session, *, works: int, by: Actor, at: datetime) -> None:
    """Record that no more pictures are given for a while, where the expert's coordinators see it.

    Args:
        session: a writing session.
        works: how many works were his then.
        by: the expert.
        at: when.
    """
    for grant in by.roles_for(Permission.SCORE):
        record(
            session,
            action="pictures.throttled",
            subject_kind="person",
            subject_id=by.person_id,
            by=by,
            at=at,
            municipality_id=grant.municipality_id,
            school_id=grant.school_id,
            new={"works": works},
        )
