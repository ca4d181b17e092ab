"""Observers: who is proposed, where he is placed on a day, and the acts that he files."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, to
from app.models.exams import Campaign
from app.models.places import School


class Observer(Base):
    """A grown-up whom a school proposes to watch in other schools of a campaign (S 8.5, 10.1).

    His name and telephone become empty when their term of keeping has ended.
    """

    __tablename__ = "observer"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    school_id: Mapped[UUID] = to("school.id")
    name: Mapped[str] = mapped_column(String(200))
    telephone: Mapped[str] = mapped_column(String(40), default="")
    most_days: Mapped[int] = mapped_column(default=1)
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    campaign: Mapped[Campaign] = relationship()
    school: Mapped[School] = relationship()
    ties: Mapped[list[ObserverTie]] = relationship(back_populates="observer")
    visits: Mapped[list[ObserverVisit]] = relationship(
        back_populates="observer", order_by="ObserverVisit.day"
    )
    __table_args__ = (
        CheckConstraint("(name = '') = (destroyed_at IS NOT NULL)", name="named_until_destroyed"),
        CheckConstraint("most_days BETWEEN 1 AND 60", name="most_days_range"),
    )


class ObserverTie(Base):
    """Another school where he has an interest: his child learns there, he has worked there."""

    __tablename__ = "observer_tie"
    id: Mapped[Id]
    observer_id: Mapped[UUID] = to("observer.id")
    school_id: Mapped[UUID] = to("school.id")
    observer: Mapped[Observer] = relationship(back_populates="ties")
    __table_args__ = (UniqueConstraint("observer_id", "school_id"),)


class ObserverVisit(Base):
    """An observer's day in a school; he is in one school a day."""

    __tablename__ = "observer_visit"
    id: Mapped[Id]
    observer_id: Mapped[UUID] = to("observer.id")
    school_id: Mapped[UUID] = to("school.id")
    day: Mapped[date]
    placed_at: Mapped[datetime]
    placed_by_id: Mapped[UUID] = to("person.id")
    withdrawn_at: Mapped[datetime | None]
    observer: Mapped[Observer] = relationship(back_populates="visits")
    school: Mapped[School] = relationship()
    acts: Mapped[list[ObserverAct]] = relationship(
        back_populates="visit", order_by="ObserverAct.number"
    )
    __table_args__ = (
        Index(
            "uq_observer_visit_standing",
            "observer_id",
            "day",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class ObserverAct(Base):
    """A version of the act of one visit, as a scan; the highest number counts.

    `destroyed_at` says that the scan is gone by its term of keeping; the hash stays.
    """

    __tablename__ = "observer_act"
    id: Mapped[Id]
    visit_id: Mapped[UUID] = to("observer_visit.id")
    number: Mapped[int]
    violations: Mapped[bool]
    summary: Mapped[str] = mapped_column(Text, default="")
    suffix: Mapped[str] = mapped_column(String(5))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[UUID] = to("person.id")
    destroyed_at: Mapped[datetime | None]
    visit: Mapped[ObserverVisit] = relationship(back_populates="acts")
    __table_args__ = (
        UniqueConstraint("visit_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "NOT violations OR summary <> '' OR destroyed_at IS NOT NULL",
            name="violations_are_told",
        ),
    )
