"""Which schools the actor manages, as a condition of a query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from app.access import Actor, Permission
from app.models import School


def managed_schools(actor: Actor) -> ColumnElement[bool]:
    """Schools whose registers the actor may see and change."""
    return or_(
        School.municipality_id.in_(actor.municipality_ids(Permission.MANAGE_SCHOOL)),
        School.id.in_(actor.school_ids(Permission.MANAGE_SCHOOL)),
    )
