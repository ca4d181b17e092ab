"""The clock's own facts: days that differ, years that are confirmed, a campaign's week."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, one_of, to
from scoring import DayKind, DecreeDays


def _standing_once(name: str, column: str) -> tuple[Index, Index]:
    """One standing row a place: an index for municipalities, one for the whole installation.

    A database takes two empty municipalities for different ones, hence the second index.
    """
    of_place = text("municipality_id IS NOT NULL AND withdrawn_at IS NULL")
    of_all = text("municipality_id IS NULL AND withdrawn_at IS NULL")
    return (
        _partial(f"uq_{name}_of_place", of_place, "municipality_id", column),
        _partial(f"uq_{name}_of_all", of_all, column),
    )


def _partial(name: str, where: TextClause, *columns: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class CalendarOverride(Base):
    """A day that differs from the production calendar, and by which act.

    Without a municipality it holds for the whole installation; a municipality's own row beats it.
    A changed or withdrawn row stays as a version.
    """

    __tablename__ = "calendar_override"
    id: Mapped[Id]
    municipality_id: Mapped[UUID | None] = to("municipality.id")
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind, "kind_known"))
    source: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = to("person.id")
    __table_args__ = (
        *_standing_once("calendar_override", "day"),
        CheckConstraint("source <> ''", name="source_given"),
    )


class ConfirmedYear(Base):
    """A year whose moved days the overrides bring in full, and by which act."""

    __tablename__ = "confirmed_year"
    id: Mapped[Id]
    municipality_id: Mapped[UUID | None] = to("municipality.id")
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = to("person.id")
    __table_args__ = (
        *_standing_once("confirmed_year", "year"),
        CheckConstraint("source <> ''", name="source_given"),
        CheckConstraint("year BETWEEN 2015 AND 2100", name="year_range"),
    )


class CampaignClock(Base):
    """How a campaign counts terms, and what a member of its commission does a day; a version."""

    __tablename__ = "campaign_clock"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    number: Mapped[int]
    week: Mapped[int]
    decree_days: Mapped[DecreeDays] = mapped_column(one_of(DecreeDays, "decree_days_known"))
    minutes_per_work: Mapped[int]
    minutes_a_day: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = to("person.id")
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("week IN (5, 6)", name="week_known"),
        CheckConstraint("minutes_per_work BETWEEN 1 AND 480", name="minutes_per_work_range"),
        CheckConstraint("minutes_a_day BETWEEN 1 AND 720", name="minutes_a_day_range"),
    )
