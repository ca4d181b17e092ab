"""What every act of the demo holds in its hands: the installation, its people, the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Grant
from app.db import Database
from app.demo.summary import Summary
from app.models import Person, RoleGrant
from app.services import accounts
from app.settings import Settings
from app.storage import FileStore

SEED = 20260420
PASSWORD = "демонстрация-2026"  # noqa: S105 - printed on the screen on purpose


@dataclass(kw_only=True, slots=True)
class Stage:
    """The demo as it goes."""

    settings: Settings
    database: Database
    store: FileStore
    now: Callable[[], datetime]
    tell: Callable[[str, int, int], None]
    summary: Summary = field(default_factory=Summary)
    municipality_id: UUID = field(default_factory=uuid4)
    campaign_id: UUID = field(default_factory=uuid4)
    schools: list[UUID] = field(default_factory=list)
    exams: list[UUID] = field(default_factory=list)

    def actor(self, session: Session, login: str) -> Actor:
        """A person of the demo with all his roles."""
        person = session.scalars(select(Person).where(Person.login == login)).one()
        return self._actor(session, person)

    def actor_of(self, session: Session, person_id: UUID) -> Actor:
        """The same, by the person's id."""
        return self._actor(session, session.get_one(Person, person_id))

    def _actor(self, session: Session, person: Person) -> Actor:
        held = session.scalars(
            select(RoleGrant).where(
                RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None)
            )
        )
        return Actor(
            person_id=person.id,
            grants=tuple(
                Grant(role=one.role, municipality_id=one.municipality_id, school_id=one.school_id)
                for one in held
            ),
            origin="demo",
        )

    def settle_password(self, session: Session, first: accounts.FirstPassword) -> None:
        """Change a first password as its owner would: to the one printed on the screen."""
        accounts.change_password(
            session,
            old=first.password,
            new=PASSWORD,
            session_id=uuid4(),
            by=self.actor_of(session, first.person_id),
            at=self.now(),
        )
