"""Which municipalities and schools a person sees for a permission."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import REGION_ROLES, Actor, Permission
from app.models import Municipality, School


def municipality_ids(session: Session, *, actor: Actor, permission: Permission) -> frozenset[UUID]:
    """Municipalities where the permission is held, be it over one of their schools only."""
    if any(grant.role in REGION_ROLES for grant in actor.roles_for(permission)):
        return frozenset(session.scalars(select(Municipality.id)))
    of_schools = session.scalars(
        select(School.municipality_id).where(School.id.in_(actor.school_ids(permission)))
    )
    return actor.municipality_ids(permission) | frozenset(of_schools)


def school_ids(session: Session, *, actor: Actor, permission: Permission) -> frozenset[UUID]:
    """Schools over which the permission is held, directly or by their municipality."""
    query = select(School.id)
    if not any(grant.role in REGION_ROLES for grant in actor.roles_for(permission)):
        query = query.where(
            School.municipality_id.in_(actor.municipality_ids(permission))
            | School.id.in_(actor.school_ids(permission))
        )
    return frozenset(session.scalars(query))
