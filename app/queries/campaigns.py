"""The campaigns of some municipalities, as a person chooses among them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Campaign


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignChoice:
    """A campaign in a list to choose from."""

    id: UUID
    name: str
    municipality_id: UUID
    municipality: str


def campaigns_of(
    session: Session, municipality_ids: Collection[UUID]
) -> tuple[CampaignChoice, ...]:
    """The campaigns of the municipalities, the newest first."""
    query = (
        select(Campaign)
        .where(Campaign.municipality_id.in_(municipality_ids))
        .options(joinedload(Campaign.municipality))
        .order_by(Campaign.year.desc(), Campaign.name, Campaign.id)
    )
    return tuple(
        CampaignChoice(
            id=one.id,
            name=one.name,
            municipality_id=one.municipality_id,
            municipality=one.municipality.name,
        )
        for one in session.scalars(query)
    )
