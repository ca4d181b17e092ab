"""The blueprint of observers, and the campaign that the address names."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session

from app.queries import observers as queries
from app.queries.campaigns import CampaignChoice
from app.web.context import actor

blueprint = Blueprint("observers", __name__, url_prefix="/observers")


def asked_campaign(session: Session) -> tuple[tuple[CampaignChoice, ...], UUID | None]:
    """The campaigns to choose from, and the one of the address or the newest."""
    found = queries.list_campaigns(session, actor=actor())
    wanted = request.args.get("campaign", type=UUID)
    return found, wanted or next((one.id for one in found), None)
