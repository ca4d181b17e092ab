"""The forum of support: questions of a campaign, their answers, calls to the hot line."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Campaign
from app.models.people import Person


class TopicKind(StrEnum):
    """A question of a colleague, or a call to the hot line (O 4.1)."""

    QUESTION = "question"
    CALL = "call"


class SupportTopic(Base):
    """One question with what was said to it.

    `folded` is the title without capitals, for the search: databases fold Cyrillic differently.
    """

    __tablename__ = "support_topic"
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = to("campaign.id")
    kind: Mapped[TopicKind] = mapped_column(one_of(TopicKind, "kind_known"))
    title: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(400))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = to("person.id")
    pinned_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    campaign: Mapped[Campaign] = relationship()
    posts: Mapped[list[SupportPost]] = relationship(
        back_populates="topic", order_by="SupportPost.number"
    )
    __table_args__ = (
        CheckConstraint("(title = '') = (destroyed_at IS NOT NULL)", name="told_until_destroyed"),
    )


class SupportPost(Base):
    """What one person said; an answer is said by who answers for the municipality or region."""

    __tablename__ = "support_post"
    id: Mapped[Id]
    topic_id: Mapped[UUID] = to("support_topic.id")
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    answer: Mapped[bool]
    said_at: Mapped[datetime]
    said_by_id: Mapped[UUID] = to("person.id")
    said_by: Mapped[Person] = relationship()
    topic: Mapped[SupportTopic] = relationship(back_populates="posts")
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )
