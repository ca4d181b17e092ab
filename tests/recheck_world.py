"""A small world for rechecks: scored scripts, a commission by order, a chair, two coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.recheck_procedure import Procedure
from app.db import Database
from app.models import (
    CommissionMember,
    Ground,
    Method,
    ReasonCode,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
)
from app.queries.rechecks import CaseView, get_case
from app.services import rechecks
from app.services.rechecks import Opening, Verdict
from app.storage import FileStore
from scoring import Points
from tests.builders import make_person
from tests.marking_steps import hand_in
from tests.scoring_world import World, make_world

SCORED: dict[str, Points] = {"1": 1, "4К1": 2, "4К2": 1, "9.1": 0}
"""What the scorer, the first expert, gave every script."""
HIGHER: dict[str, Points] = {"1": 2, "4К1": 2, "4К2": 1, "9.1": 0}
LOWER: dict[str, Points] = {"1": 0, "4К1": 2, "4К2": 1, "9.1": 0}
FAR: dict[str, Points] = {"1": 2, "4К1": 0, "4К2": 0, "9.1": 1}


@dataclass(kw_only=True)
class RecheckWorld:
    """The scoring world, its commission and what the steps of a recheck need."""

    base: World
    store: FileStore
    chair: Actor
    now: datetime
    members: list[UUID] = field(default_factory=list)
    received_on: date = date(2026, 4, 20)

    def appoint(self, session: Session, *, on: date = date(2026, 4, 1)) -> None:
        """Every expert sits in the commission; `members` are all but the scorer."""
        for expert in self.base.experts:
            rechecks.appoint_member(
                session,
                municipality_id=self.base.municipality.id,
                expert_id=expert.id,
                order=rechecks.Order(number="17-о", on=on),
                by=self.chair,
                at=self.now,
            )
        found = session.scalars(select(CommissionMember))
        by_expert = {member.expert_id: member.id for member in found}
        self.members = [by_expert[expert.id] for expert in self.base.experts[1:]]

    def hand_over(
        self,
        session: Session,
        *scripts: int,
        ground: Ground = Ground.DISAGREEMENT,
        by: Actor | None = None,
    ) -> RecheckHandover:
        lodger = self.base.school_coordinator
        if ground is not Ground.DISAGREEMENT:
            lodger = self.base.coordinator
        return rechecks.hand_over(
            session,
            store=self.store,
            script_ids=[self.base.scripts[one].id for one in scripts or (0,)],
            opening=Opening(
                ground=ground, reason="Задание 1 решено верно.", received_on=self.received_on
            ),
            by=by or lodger,
            at=self.now,
        ).handover

    def open_case(self, session: Session, script: int = 0) -> RecheckCase:
        handover = self.hand_over(session, script)
        return session.scalars(
            select(RecheckCase).where(RecheckCase.handover_id == handover.id)
        ).one()

    def set_method(
        self, session: Session, method: Method, *, may_lower: bool = True, quorum: int = 2
    ) -> None:
        rechecks.set_procedure(
            session,
            campaign_id=self.base.exam.campaign_id,
            procedure=Procedure(method=method, may_lower=may_lower, quorum=quorum),
            by=self.base.coordinator,
            at=self.now,
        )

    def assign(
        self, session: Session, case: RecheckCase, expert: int | None = None
    ) -> RecheckReading:
        given = rechecks.assign_reader(
            session,
            case_id=case.id,
            expert_id=None if expert is None else self.base.experts[expert].id,
            by=self.chair,
            at=self.now,
        )
        return session.scalars(
            select(RecheckReading).where(RecheckReading.assignment_id == given.id)
        ).one()

    def actor_of(self, reading: RecheckReading) -> Actor:
        person = reading.assignment.expert.person_id
        return next(one for one in self.base.actors if one.person_id == person)

    def read(
        self, session: Session, reading: RecheckReading, points: Mapping[str, Points] = HIGHER
    ) -> None:
        hand_in(session, reading.assignment_id, points, by=self.actor_of(reading), at=self.now)

    def explain(
        self, session: Session, reading: RecheckReading, points: Mapping[str, Points] = HIGHER
    ) -> None:
        rechecks.record_findings(
            session,
            reading_id=reading.id,
            verdicts=verdicts(points),
            by=self.actor_of(reading),
            at=self.now,
        )

    def sign(
        self,
        session: Session,
        case: RecheckCase,
        points: Mapping[str, Points] = HIGHER,
        *,
        by: Actor | None = None,
        present: int = 1,
    ) -> None:
        rechecks.decide_case(
            session,
            store=self.store,
            case_id=case.id,
            verdicts=verdicts(points),
            reason="Способ решения верен.",
            present=self.members[:present],
            by=by or self.chair,
            at=self.now,
        )

    def confirm(self, session: Session, case: RecheckCase, *, by: Actor | None = None) -> None:
        rechecks.confirm_decision(
            session,
            store=self.store,
            case_id=case.id,
            by=by or self.base.coordinator,
            at=self.now,
        )


def verdicts(points: Mapping[str, Points]) -> dict[str, Verdict]:
    """The points with a reason wherever they differ from what the scorer gave."""
    return {
        label: Verdict(points=value)
        if value == SCORED[label]
        else Verdict(points=value, reason_code=ReasonCode.UNUSUAL, words="Другой верный способ.")
        for label, value in points.items()
    }


def make_recheck_world(
    session: Session, *, at: datetime, store: FileStore, images: bool = False
) -> RecheckWorld:
    """Expert 0 scored every script; he and experts 1 to 4 sit in the commission."""
    base = make_world(session, at=at, store=store if images else None, experts=5)
    for script in range(len(base.scripts)):
        work = base.assign(session, 0, script, at=at)
        hand_in(session, work, SCORED, by=base.actors[0], at=at)
    chair = make_person(
        session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=base.municipality
    )
    world = RecheckWorld(base=base, store=store, chair=chair, now=at)
    world.appoint(session)
    return world


def case_in(session: Session, case_id: UUID) -> RecheckCase:
    """The case in a session."""
    return session.get_one(RecheckCase, case_id)


def view(
    database: Database, world: RecheckWorld, case_id: UUID, by: Actor | None = None
) -> CaseView:
    """The case as the chair, or somebody else, sees it."""
    with database.reading() as session:
        return get_case(session, case_id=case_id, actor=by or world.chair, today=world.now.date())


def read_case(
    database: Database, world: RecheckWorld, points: Mapping[str, Points] = HIGHER
) -> UUID:
    """A case that one member has read blindly."""
    with database.transaction() as session:
        case = world.open_case(session)
        world.read(session, world.assign(session, case, 1), points)
        return case.id
