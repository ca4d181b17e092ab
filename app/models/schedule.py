"""What the order (план-график) sets for a campaign: its dates, and the terms that follow them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, to


class CampaignOrder(Base):
    """A version of a campaign's dates and terms; the newest counts.

    A term is a number of working days, but for the accounts (`accounts_days`), which are handed
    out in plain days; an empty date or term is one that the order does not set.
    """

    __tablename__ = "campaign_order"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    number: Mapped[int]
    document: Mapped[str] = mapped_column(String(300))
    list_due_on: Mapped[date | None]
    accounts_received_on: Mapped[date | None]
    applications_due_on: Mapped[date | None]
    questionnaires_due_on: Mapped[date | None]
    timetable_due_on: Mapped[date | None]
    results_on: Mapped[date | None]
    accounts_days: Mapped[int] = mapped_column(default=2)
    scans_days: Mapped[int] = mapped_column(default=1)
    scoring_days: Mapped[int | None]
    form_days: Mapped[int | None]
    families_days: Mapped[int] = mapped_column(default=2)
    analysis_days: Mapped[int] = mapped_column(default=10)
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("document <> ''", name="document_given"),
        CheckConstraint(
            "accounts_days > 0 AND scans_days > 0 AND families_days > 0 AND analysis_days > 0",
            name="terms_positive",
        ),
    )
