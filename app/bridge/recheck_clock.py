"""Hand-overs -> how their terms stand, each campaign's calendar read once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import Session

from app.bridge.terms import Standing, Term, amber_from, calendar_of, term_of
from app.models import Campaign, RecheckHandover
from scoring import WorkCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocks:
    """The clocks of campaigns on one day."""

    session: Session
    today: date
    known: dict[UUID, WorkCalendar] = field(default_factory=dict)

    def calendar(self, campaign_id: UUID) -> WorkCalendar:
        """The calendar by which a campaign counts."""
        if campaign_id not in self.known:
            campaign = self.session.get_one(Campaign, campaign_id)
            self.known[campaign_id] = calendar_of(self.session, campaign)
        return self.known[campaign_id]

    def term(self, handover: RecheckHandover, *, closed: bool = False) -> Term:
        """How the term of a hand-over stands; closed when nothing of it is left to do."""
        return term_of(
            handover.received_on,
            handover.due_on,
            today=self.today,
            calendar=self.calendar(handover.campaign_id),
            closed=closed,
        )

    def stands(self, standing: Standing, campaign_ids: Iterable[UUID]) -> ColumnElement[bool]:
        """Hand-overs whose term stands so, as a condition: late, today or soon."""
        due_on, today = RecheckHandover.due_on, self.today
        match standing:
            case Standing.LATE:
                return due_on < today
            case Standing.TODAY:
                return due_on == today
            case Standing.SOON:
                return or_(false(), *map(self._is_close, campaign_ids))
            case _:
                return due_on > today

    def _is_close(self, campaign_id: UUID) -> ColumnElement[bool]:
        bound = amber_from(self.today, calendar=self.calendar(campaign_id))
        return (RecheckHandover.campaign_id == campaign_id) & RecheckHandover.due_on.between(
            self.today + timedelta(days=1), bound
        )
