"""Schools to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models import School
from app.queries.scope import school_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolChoice:
    """A school in a list."""

    id: UUID
    name: str


def list_schools(
    session: Session, *, actor: Actor, permission: Permission
) -> tuple[SchoolChoice, ...]:
    """Schools over which the person holds the permission, by name."""
    seen = school_ids(session, actor=actor, permission=permission)
    query = select(School).where(School.id.in_(seen)).order_by(School.name)
    return tuple(SchoolChoice(id=one.id, name=one.name) for one in session.scalars(query))
