"""Terms that somebody had counted anew: the day that was told stays readable."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, to


class TermRecount(Base):
    """One recount of a hand-over's last day by the calendar as it stood then, and why."""

    __tablename__ = "term_recount"
    id: Mapped[Id]
    handover_id: Mapped[UUID] = to("recheck_handover.id")
    number: Mapped[int]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    counted_at: Mapped[datetime]
    counted_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (
        UniqueConstraint("handover_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("old_due_on <> new_due_on", name="day_changes"),
    )
