"""Two people at one thing on PostgreSQL: the second waits, and sees what the first did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.terms import Pace
from app.db import Database
from app.errors import NotYours, Refusal, Stale
from app.finals import find_final
from app.models import (
    Assignment,
    CaseState,
    ConflictCategory,
    ConflictLevel,
    Divergence,
    Method,
    Plan,
    PlanLevel,
    PlanStatus,
    RecheckCase,
    RecheckReading,
    ReportKind,
    ResultSource,
    Scheme,
    SecondLook,
    Sheet,
)
from app.services import (
    accounts,
    adjudication,
    calendar,
    controls,
    marking,
    rechecks,
    registers,
    returned,
    support,
)
from app.services.planning.assigning import Wanted, issue
from app.storage import FileStore
from tests.builders import make_person
from tests.integration.test_returned import JOURNAL
from tests.marking_steps import fill, hand_in
from tests.recheck_world import FAR, HIGHER, RecheckWorld, make_recheck_world
from tests.scoring_world import World, make_world
from tests.writers import Step, one_after_another

pytestmark = pytest.mark.postgres


def save(world: World, work: UUID) -> Step:
    return lambda session: marking.record_points(
        session,
        assignment_id=work,
        criterion="1",
        value=2,
        save_key=uuid4().hex,
        based_on=0,
        by=world.actors[0],
        at=world.exam.created_at,
    )


def test_a_work_that_is_being_begun_does_not_go_to_another(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_world(session, at=now, store=store)
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        begun, new = (world.assign(session, 0, script, at=now) for script in (0, 1))
        world.exam.created_at = now
        exam_id, expert_id = world.exam.id, world.experts[0].id
        other = world.experts[1].id
        scripts = [one.id for one in world.scripts]
        plan_id = make_plan(session, world, now)

    def move(session: Session) -> controls.Moved:
        return controls.hand_on(session, exam_id=exam_id, expert_id=expert_id, by=chair, at=now)

    def publish(session: Session) -> object:
        wanted = Wanted(experts={(scripts[2], 1): other}, governed={(scripts[2], 1)}, barred=())
        return issue(session, plan=session.get_one(Plan, plan_id), wanted=wanted, at=now)

    assert one_after_another(pg, save(world, begun), move) == controls.Moved(given=1, nobody=0)
    with pg.transaction() as session:
        assert session.get_one(Assignment, begun).withdrawn_at is None
        assert session.get_one(Assignment, new).withdrawn_at == now
        held = world.assign(session, 0, 2, at=now)
        last = world.assign(session, 0, 3, at=now)
    assert isinstance(one_after_another(pg, save(world, held), publish), Stale)
    assert isinstance(one_after_another(pg, move, save(world, last)), NotYours)
    with pg.reading() as session:
        assert session.get_one(Assignment, held).withdrawn_at is None
        sheets = select(Sheet.assignment_id)
        assert set(session.scalars(sheets)) == {begun, held}


def make_plan(session: Session, world: World, at: datetime) -> UUID:
    made = Plan(
        exam_id=world.exam.id,
        level=PlanLevel.MUNICIPAL,
        scheme=Scheme.MUNICIPAL,
        status=PlanStatus.OK,
        seed=1,
        digest="0",
        solver_version="0",
        metrics={},
        shortages=[],
        options={},
        created_at=at,
        created_by_id=world.coordinator.person_id,
    )
    session.add(made)
    session.flush()
    return made.id


def test_a_case_gets_one_reader_for_one_place(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        handover_id = world.hand_over(session, 0, 1).id
        case_id = session.scalars(select(RecheckCase.id).where(RecheckCase.position == 1)).one()
        member = world.base.experts[1].id

    def name(session: Session) -> object:
        return rechecks.assign_reader(
            session, case_id=case_id, expert_id=member, by=world.chair, at=now
        ).id

    def plan(session: Session) -> object:
        return rechecks.plan_readers(session, handover_id=handover_id, by=world.chair, at=now).given

    assert one_after_another(pg, name, plan) == 1
    with pg.reading() as session:
        readings = session.scalars(select(RecheckReading)).all()
        assert sorted(one.position for one in readings) == [1, 1]
        assert len({one.case_id for one in readings}) == 2
        assert {one.state for one in session.scalars(select(RecheckCase))} == {CaseState.READING}


def two_readers(
    pg: Database, store: FileStore, now: datetime
) -> tuple[RecheckWorld, Sequence[Step]]:
    """A case that two members read blindly, and how each hands in."""
    with pg.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        world.set_method(session, Method.TWO_BLIND)
        case = world.open_case(session)
        readings = [world.assign(session, case, member) for member in (1, 2)]
        for one in readings:
            fill(session, one.assignment_id, HIGHER, by=world.actor_of(one), at=now)
        held = [(one.assignment_id, world.actor_of(one)) for one in readings]

    def step(work: UUID, by: Actor) -> Step:
        return lambda session: marking.submit_sheet(
            session, assignment_id=work, confirmed=True, by=by, at=now
        )

    return world, [step(work, by) for work, by in held]


def test_a_case_is_read_when_two_members_hand_in_at_once(
    pg: Database, store: FileStore, now: datetime
) -> None:
    _, (first, second) = two_readers(pg, store, now)
    one_after_another(pg, first, second)
    with pg.reading() as session:
        case = session.scalars(select(RecheckCase)).one()
        assert all(one.done_at for one in case.readings)
        assert case.state is CaseState.READ


def test_a_reading_that_is_being_handed_in_is_not_taken_back(
    pg: Database, store: FileStore, now: datetime
) -> None:
    world, (first, _) = two_readers(pg, store, now)
    with pg.reading() as session:
        case = session.scalars(select(RecheckCase)).one()
        reading_id = next(one.id for one in case.readings if one.position == 1)
        case_id = case.id

    def replace(session: Session) -> object:
        return rechecks.assign_reader(
            session, case_id=case_id, instead_of=reading_id, by=world.chair, at=now
        )

    assert isinstance(one_after_another(pg, first, replace), Refusal)
    with pg.reading() as session:
        assert session.get_one(RecheckReading, reading_id).assignment.withdrawn_at is None


def test_a_ruling_leaves_a_work_that_is_going_to_the_commission_as_it_is(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        base = world.base
        controls.send_to_second(
            session, exam_id=base.exam.id, expert_id=base.experts[0].id, by=world.chair, at=now
        )
        look = session.scalars(
            select(SecondLook).where(SecondLook.script_id == base.scripts[0].id)
        ).one()
        reader = actor_of(base, look.assignment)
        later = now + timedelta(minutes=1)
        hand_in(session, look.assignment_id, FAR, by=reader, at=later)
        apart = session.scalars(select(Divergence)).one()
        third = session.get_one(Assignment, apart.assignment_id)
        by, work, script_id = actor_of(base, third), third.id, apart.script_id
        fill(session, work, HIGHER, by=by, at=later)

    def rule(session: Session) -> object:
        return adjudication.record_ruling(
            session, assignment_id=work, confirmed=True, by=by, at=later
        )

    one_after_another(pg, lambda session: world.hand_over(session, 0), rule)
    with pg.reading() as session:
        final = find_final(session, script_id)
        assert final is not None
        assert (final.number, final.source) == (1, ResultSource.SINGLE)


def actor_of(world: World, work: Assignment) -> Actor:
    return next(one for one in world.actors if one.person_id == work.expert.person_id)


def test_versions_written_at_once_get_their_numbers_one_after_another(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_world(session, at=now, store=store)
        campaign_id = world.exam.campaign_id

    def pace(minutes: int) -> Step:
        return lambda session: (
            calendar.set_pace(
                session,
                campaign_id=campaign_id,
                pace=Pace(minutes_per_work=minutes),
                by=world.coordinator,
                at=now,
            ).number
        )

    assert one_after_another(pg, pace(20), pace(25)) == 2


def test_what_must_be_there_once_is_not_written_twice_at_once(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_world(session, at=now, store=store)
        exam_id, school_id = world.exam.id, world.schools[0].id

    def keep(session: Session) -> object:
        return returned.keep_report(
            session,
            store=store,
            exam_id=exam_id,
            school_id=None,
            kind=ReportKind.JOURNAL,
            name="report.csv",
            data=JOURNAL.encode(),
            by=world.coordinator,
            at=now,
        )

    def recuse(session: Session) -> object:
        return registers.recuse(
            session,
            level=ConflictLevel.SCHOOL,
            ref=school_id,
            category=ConflictCategory.RELATIVE,
            by=world.actors[0],
            at=now,
        )

    def grant(session: Session) -> object:
        return accounts.grant_role(
            session,
            person_id=world.actors[0].person_id,
            role=Role.SCHOOL_COORDINATOR,
            place=accounts.Place(school_id=school_id),
            by=world.coordinator,
            at=now,
        )

    for step in (keep, recuse, grant):
        with pytest.raises(IntegrityError):
            one_after_another(pg, step, step)


def test_two_replies_to_one_question_have_numbers_of_their_own(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_world(session, at=now, store=store)
        by = world.coordinator
        asked = support.record_call(
            session,
            campaign_id=world.exam.campaign_id,
            title="Когда загружать?",
            text="До какого часа принимают сканы?",
            answer="",
            by=by,
            at=now,
        )
        topic_id = asked.id

    def reply(session: Session) -> int:
        return support.reply(session, topic_id=topic_id, text="До 18:00.", by=by, at=now).number

    assert one_after_another(pg, reply, reply) == 3
