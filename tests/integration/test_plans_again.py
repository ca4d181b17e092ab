"""Planning again, drafts that came too late, and work that has begun."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.options import PlanOptions
from app.db import Database
from app.errors import Refusal, Stale
from app.models import (
    Assignment,
    Exam,
    Plan,
    PlanState,
    Scheme,
    Trouble,
    TroubleKind,
)
from app.queries.plans import get_draft
from app.services import marking, planning
from tests.integration.plan_world import (
    ORDER,
    World,
    active,
    add_conflict,
    add_scripts,
    begin,
    compare,
    make_world,
    publish,
    rows,
    spread,
)


def test_a_draft_goes_stale_when_its_input_changes(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        draft = compare(session, world, now)[Scheme.MUNICIPAL]
        add_conflict(
            session,
            world.experts["expert11"],
            by=world.coordinator,
            at=now,
            school_id=world.schools[1].id,
        )
        with pytest.raises(Stale, match="заново"):
            publish(session, draft, world.coordinator, now)
        assert active(session, world.exam) == []


def test_the_second_of_two_coordinators_is_refused(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        first = compare(session, world, now)[Scheme.MUNICIPAL]
    with database.transaction() as session:
        second = session.get_one(Plan, first.id)
        other = _copy_of(session, second)
        publish(session, second, world.coordinator, now)
        other.state = PlanState.DRAFT
        session.flush()
        with pytest.raises(Stale, match="уже опубликовали"):
            publish(session, other, world.coordinator, now)


def _copy_of(session: Session, plan: Plan) -> Plan:
    copied = {
        column.name: getattr(plan, column.name)
        for column in Plan.__table__.columns
        if column.name != "id"
    }
    made = Plan(**copied)
    session.add(made)
    session.flush()
    return made


def test_publishing_twice_is_refused(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        draft = compare(session, world, now)[Scheme.MUNICIPAL]
        publish(session, draft, world.coordinator, now)
        with pytest.raises(planning.PlanRefused, match="не черновик"):
            publish(session, draft, world.coordinator, now)


def test_places_of_another_exam_are_taken_until_its_pile_is_done(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 1), scripts=4, capacity=6, in_commission=2)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        piles = active(session, world.exam)
        sister = _sister_exam(session, world, now)
        short = compare(session, sister, now)[Scheme.MUNICIPAL]
        assert short.metrics["placed"] == 4
        for row in piles:
            begin(session, row, at=now, submit=True)
        assert compare(session, sister, now)[Scheme.MUNICIPAL].metrics["placed"] == 8


def _sister_exam(session: Session, world: World, at: datetime) -> World:
    exam = Exam(
        campaign_id=world.exam.campaign_id,
        subject=world.exam.subject,
        grade=5,
        held_on=world.exam.held_on,
        criteria_open_at_local=world.exam.criteria_open_at_local,
        scoring_ends_on=world.exam.scoring_ends_on,
        form_due_on=world.exam.form_due_on,
        created_at=at,
    )
    session.add(exam)
    session.flush()
    for number, of_class in enumerate(world.classes):
        add_scripts(session, exam, of_class, count=4, first=5000 + 100 * number, at=at)
    return replace(world, exam=exam)


def test_after_an_expert_leaves_only_his_unfinished_scripts_move(
    database: Database, now: datetime
) -> None:
    later = now + timedelta(hours=2)
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2), in_commission=4)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        before = active(session, world.exam)
        leaver = before[0].expert_id
        his = [row for row in before if row.expert_id == leaver]
        begin(session, his[0], at=now, submit=True)
        begin(session, his[1], at=now)
        others = [row for row in before if row.expert_id != leaver]
        begin(session, others[0], at=now)
        expert = next(one for one in world.experts.values() if one.id == leaver)
        expert.withdrawn_at = later
        session.flush()
        draft = planning.replan(
            session, exam_id=world.exam.id, seed=5, by=world.coordinator, at=later
        )
        publish(session, draft, world.coordinator, later)
        after = active(session, world.exam)
        assert {row.id for row in others} <= {row.id for row in after}
        assert his[0].id in {row.id for row in after}
        assert {row.script_id for row in after} == {row.script_id for row in before}
        assert [row.id for row in after if row.expert_id == leaver] == [his[0].id]
        assert Counter(session.scalars(select(Plan.state)))[PlanState.SUPERSEDED] == 1


def test_late_scripts_join_without_moving_the_others(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2), in_commission=4, k=2)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        before = {row.id for row in active(session, world.exam)}
        add_scripts(session, world.exam, world.classes[0], count=3, first=900, at=now)
        draft = planning.replan(
            session, exam_id=world.exam.id, seed=5, by=world.coordinator, at=now
        )
        publish(session, draft, world.coordinator, now)
        after = {row.id for row in active(session, world.exam)}
        assert before <= after
        assert len(after) == len(before) + 6


def test_begun_work_forbids_another_scheme(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        begin(session, active(session, world.exam)[0], at=now)
        with pytest.raises(planning.PlanRefused, match="уже началась"):
            compare(session, world, now)


def test_a_scheme_can_be_changed_before_anybody_begins(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2))
        publish(session, compare(session, world, now)[Scheme.IN_SCHOOL], world.coordinator, now)
        for number in range(4):
            publish(
                session, spread(session, world, number, now), world.school_coordinators[number], now
            )
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        standing = session.scalars(select(Plan).where(Plan.state == PlanState.PUBLISHED)).all()
        assert [plan.scheme for plan in standing] == [Scheme.MUNICIPAL]
        for row in active(session, world.exam):
            assert row.script.participant.school_id != row.expert.school_id


def test_a_script_begun_meanwhile_is_not_taken_away(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        drafts = compare(session, world, now, PlanOptions(all_qualified=True))
        standing = {row.script_id: row for row in active(session, world.exam)}
        taken = next(
            row
            for row in rows(session, drafts[Scheme.CROSS_SCHOOL])
            if standing[row.script_id].expert_id != row.expert_id
        )
        begin(session, standing[taken.script_id], at=now)
        with pytest.raises(Stale, match="начали"):
            publish(session, drafts[Scheme.CROSS_SCHOOL], world.coordinator, now)


def test_a_conflict_declared_late_takes_even_begun_work_away(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2), in_commission=4)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        first = active(session, world.exam)[0]
        begin(session, first, at=now)
        of_class = first.script.participant.class_id
        add_conflict(session, first.expert, by=world.coordinator, at=now, class_id=of_class)
        draft = planning.replan(
            session, exam_id=world.exam.id, seed=5, by=world.coordinator, at=now
        )
        publish(session, draft, world.coordinator, now)
        for row in active(session, world.exam):
            kept_apart = row.script.participant.class_id == of_class
            assert not (kept_apart and row.expert_id == first.expert_id)
        assert len(active(session, world.exam)) == 24


def test_of_two_coordinators_publishing_at_once_one_succeeds(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        drafts = compare(session, world, now, PlanOptions(all_qualified=True))
        wanted = [drafts[Scheme.CROSS_SCHOOL].id, drafts[Scheme.MUNICIPAL].id]
    start = Barrier(2)

    def publish_one(plan_id: UUID) -> str:
        start.wait()
        try:
            with database.transaction() as session:
                planning.publish_plan(
                    session, plan_id=plan_id, legal_basis=ORDER, by=world.coordinator, at=now
                )
        except Refusal:
            return "refused"
        return "published"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish_one, wanted)) == ["published", "refused"]
    with database.reading() as session:
        states = Counter(session.scalars(select(Plan.state)))
        assert states == {PlanState.PUBLISHED: 1, PlanState.DISCARDED: 2}


def test_when_routes_change_schools_keep_what_still_fits(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2))
        publish(session, compare(session, world, now)[Scheme.CROSS_SCHOOL], world.coordinator, now)
        for number in range(4):
            publish(
                session, spread(session, world, number, now), world.school_coordinators[number], now
            )
        before = active(session, world.exam)
        leaver = before[0].expert
        leaver.withdrawn_at = now
        session.flush()
        draft = planning.replan(
            session, exam_id=world.exam.id, seed=1, by=world.coordinator, at=now
        )
        seen = get_draft(session, plan_id=draft.id, expert_id=None, actor=world.coordinator)
        his = [row for row in before if row.expert_id == leaver.id]
        assert len(seen.changes) == len(his)
        publish(session, draft, world.coordinator, now)
        kept = {row.id for row in active(session, world.exam)}
        assert kept == {row.id for row in before} - {row.id for row in his}
        for number in range(4):
            publish(
                session, spread(session, world, number, now), world.school_coordinators[number], now
            )
        after = active(session, world.exam)
        assert kept <= {row.id for row in after}
        assert len(after) == len(before)


def test_planning_again_asks_the_limit_of_receivers_once_more(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2))
        first = compare(session, world, now, PlanOptions(most_receivers=1))[Scheme.CROSS_SCHOOL]
        publish(session, first, world.coordinator, now)
        world.experts["expert21"].withdrawn_at = now
        session.flush()
        again = planning.replan(
            session, exam_id=world.exam.id, seed=2, by=world.coordinator, at=now
        )
        receivers: dict[UUID, set[UUID | None]] = {}
        for row in rows(session, again):
            receivers.setdefault(row.script.participant.school_id, set()).add(row.school_id)
        assert {len(found) for found in receivers.values()} == {1}


@pytest.mark.parametrize("begun", [False, True])
def test_a_reading_called_beside_the_plan_stays_when_it_is_planned_again(
    database: Database, now: datetime, begun: bool
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        first = compare(session, world, now, PlanOptions(all_qualified=True))[Scheme.MUNICIPAL]
        publish(session, first, world.coordinator, now)
        work = active(session, world.exam)[0]
        asked = Trouble(
            assignment=work,
            kind=TroubleKind.SECOND_OPINION,
            raised_at=now,
            raised_by_id=work.expert.person_id,
        )
        session.add(asked)
        session.flush()
        called = marking.call_second(session, trouble_id=asked.id, by=world.coordinator, at=now)
        assert called is not None
        if begun:
            begin(session, session.get_one(Assignment, called), at=now)
        work.expert.withdrawn_at = now
        session.flush()
        draft = planning.replan(
            session, exam_id=world.exam.id, seed=1, by=world.coordinator, at=now
        )
        publish(session, draft, world.coordinator, now)
        readers = {row.id: row for row in active(session, world.exam) if row.script == work.script}
        assert work.id not in readers
        assert called in readers
        assert len({row.expert_id for row in readers.values()}) == 2
