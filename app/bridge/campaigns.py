"""Who takes part in a campaign: through its municipality, or through one of its schools."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import NotYours
from app.models import Campaign, School


def get_own_campaign(
    session: Session, *, campaign_id: UUID, permission: Permission, by: Actor
) -> Campaign:
    """The campaign, for somebody who holds the permission in its municipality or in a school.

    Raises:
        NotYours: there is no such campaign, or he takes no part in it.
    """
    found = session.get(Campaign, campaign_id)
    if found is None or not takes_part(session, found.municipality_id, permission, by=by):
        raise NotYours
    return found


def takes_part(
    session: Session, municipality_id: UUID, permission: Permission, *, by: Actor
) -> bool:
    """Whether the permission is held over the municipality or over one of its schools."""
    if by.may(permission, municipality_id=municipality_id):
        return True
    own = School.id.in_(by.school_ids(permission)) & (School.municipality_id == municipality_id)
    return bool(session.scalar(select(exists().where(own))))
