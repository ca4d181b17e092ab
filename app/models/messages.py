"""Messages to people: in the application and by e-mail, and what each person wants of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, one_of, to


class MessageKind(StrEnum):
    """What messages are about; each kind is switched by itself."""

    SUPPORT = "support"
    OBSERVERS = "observers"
    KEEPING = "keeping"
    DEADLINES = "deadlines"


class MailChoice(StrEnum):
    """How a kind of messages comes by e-mail."""

    NEVER = "never"
    DIGEST = "digest"
    AT_ONCE = "at_once"


class Message(Base):
    """One message to one person: a sentence with named places, and the page it is about.

    `mailed_at` is when it went out by e-mail, alone or in a digest; `by_mail` is what its person
    wanted when it was written.
    """

    __tablename__ = "message"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id", index=False)
    kind: Mapped[MessageKind] = mapped_column(one_of(MessageKind, "kind_known"))
    text: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    endpoint: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, Any]]
    shown: Mapped[bool]
    by_mail: Mapped[MailChoice] = mapped_column(one_of(MailChoice, "by_mail_known"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_message_person", "person_id", "read_at"),
        CheckConstraint("text <> ''", name="text_given"),
    )


class MessageChoice(Base):
    """How a person wants one kind of messages; without a row: shown, and in the daily digest."""

    __tablename__ = "message_choice"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id")
    kind: Mapped[MessageKind] = mapped_column(one_of(MessageKind, "kind_known"))
    shown: Mapped[bool]
    by_mail: Mapped[MailChoice] = mapped_column(one_of(MailChoice, "by_mail_known"))
    __table_args__ = (UniqueConstraint("person_id", "kind"),)


class Digest(Base):
    """The letter of a day to a person, so that a job that runs twice sends it once."""

    __tablename__ = "digest"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id")
    day: Mapped[date]
    sent_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("person_id", "day"),)
