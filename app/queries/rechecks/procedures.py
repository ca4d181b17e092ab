"""The procedure of rechecks, campaign by campaign."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_campaign_of
from app.bridge.recheck_procedure import Procedure, procedure_of
from app.models import Campaign


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureView:
    """The procedure that holds in a campaign."""

    campaign_id: UUID
    campaign: str
    procedure: Procedure


def list_procedures(session: Session, *, actor: Actor) -> tuple[ProcedureView, ...]:
    """Campaigns of the person's municipalities, the latest first."""
    places = actor.municipality_ids(Permission.EDIT_EXAM)
    query = (
        select(Campaign)
        .where(Campaign.municipality_id.in_(places))
        .order_by(Campaign.year.desc(), Campaign.name)
    )
    return tuple(_view(session, row) for row in session.scalars(query))


def get_procedure(session: Session, *, campaign_id: UUID, actor: Actor) -> ProcedureView:
    """The procedure of one campaign.

    Raises:
        NotYours: the campaign is not of his municipality.
    """
    row = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=actor
    )
    return _view(session, row)


def _view(session: Session, row: Campaign) -> ProcedureView:
    return ProcedureView(
        campaign_id=row.id, campaign=row.name, procedure=procedure_of(session, row.id)
    )
