"""Planning: three schemes compared, published at one or two levels, changed afterwards."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.names import sentence_of
from app.bridge.options import PlanOptions
from app.db import Database
from app.errors import NotYours, Refusal, Stale
from app.models import (
    Exam,
    Plan,
    PlanRow,
    PlanState,
    PlanStatus,
    Round,
    Scheme,
    Script,
)
from app.services import planning
from tests.integration.plan_world import (
    World,
    active,
    add_conflict,
    add_expert,
    add_scripts,
    begin,
    make_world,
)

ORDER = "приказ № 12 от 01.04.2026"


def compare(
    session: Session, world: World, at: datetime, options: PlanOptions | None = None
) -> dict[Scheme, Plan]:
    plans = planning.compare_schemes(
        session,
        exam_id=world.exam.id,
        options=options or PlanOptions(),
        seed=7,
        by=world.coordinator,
        at=at,
    )
    return {plan.scheme: plan for plan in plans}


def publish(
    session: Session, plan: Plan, by: Actor, at: datetime, legal_basis: str = ORDER
) -> Plan:
    return planning.publish_plan(session, plan_id=plan.id, legal_basis=legal_basis, by=by, at=at)


def spread(session: Session, world: World, number: int, at: datetime) -> Plan:
    return planning.spread_in_school(
        session,
        exam_id=world.exam.id,
        school_id=world.schools[number].id,
        seed=3,
        by=world.school_coordinators[number],
        at=at,
    )


def rows(session: Session, plan: Plan) -> list[PlanRow]:
    return list(session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id)))


@pytest.mark.parametrize("k", [1, 2])
def test_three_schemes_place_every_script(database: Database, now: datetime, k: int) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=k, experts=(2, 2, 2, 2), in_commission=4)
        drafts = compare(session, world, now)
        assert set(drafts) == set(Scheme)
        for plan in drafts.values():
            assert plan.status is PlanStatus.OK, plan.shortages
            assert plan.metrics["placed"] == 24 * k
            assert len(rows(session, plan)) == 24 * k


def test_no_script_is_scored_in_its_own_school_but_in_the_in_school_scheme(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        drafts = compare(session, make_world(session, at=now, k=2, experts=(2, 2, 2, 2)), now)
        for scheme, plan in drafts.items():
            for row in rows(session, plan):
                own = row.script.participant.school_id
                assert row.expert is not None
                assert (row.expert.school_id == own) == (scheme is Scheme.IN_SCHOOL)


def test_a_school_without_room_is_told_by_name_and_the_other_schemes_place_all(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 0))
        drafts = compare(session, world, now)
        short = drafts[Scheme.IN_SCHOOL]
        assert short.status is PlanStatus.PARTIAL
        assert short.metrics["deficiency"] == 6
        assert "Школа № 4" in str(short.shortages)
        assert "10300" not in str(short.shortages)
        assert drafts[Scheme.CROSS_SCHOOL].status is PlanStatus.OK
        assert drafts[Scheme.MUNICIPAL].status is PlanStatus.OK


def test_conflicts_of_every_level_are_kept(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2))
        someone = world.experts["expert11"]
        script = session.scalars(
            select(Script)
            .where(Script.exam_id == world.exam.id)
            .where(Script.participant.has(school_id=world.schools[3].id))
        ).first()
        assert script is not None
        by = world.coordinator
        add_conflict(session, someone, by=by, at=now, school_id=world.schools[1].id)
        add_conflict(session, someone, by=by, at=now, class_id=world.classes[2].id)
        add_conflict(session, someone, by=by, at=now, participant_id=script.participant_id)
        for expert in world.experts.values():
            expert.capacity = 3
        drafts = compare(session, world, now, PlanOptions(all_qualified=True))
        for scheme in (Scheme.CROSS_SCHOOL, Scheme.MUNICIPAL):
            assert drafts[scheme].status is PlanStatus.OK
            given = [r for r in rows(session, drafts[scheme]) if r.expert_id == someone.id]
            assert {row.script.participant.school_id for row in given} == {world.schools[3].id}
            assert script.id not in {row.script_id for row in given}


def test_a_withdrawn_conflict_and_a_withdrawn_expert_do_not_count(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 1), in_commission=2)
        told = add_conflict(
            session,
            world.experts["expert11"],
            by=world.coordinator,
            at=now,
            school_id=world.schools[1].id,
        )
        assert compare(session, world, now)[Scheme.CROSS_SCHOOL].status is PlanStatus.PARTIAL
        told.withdrawn_at = now
        assert compare(session, world, now)[Scheme.CROSS_SCHOOL].status is PlanStatus.OK
        world.experts["expert11"].withdrawn_at = now
        assert compare(session, world, now)[Scheme.CROSS_SCHOOL].metrics["placed"] == 6


def test_a_teacher_of_less_than_a_year_is_not_used(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 0), in_commission=1)
        add_expert(session, world.schools[1], "young", at=now, since_on=date(2025, 4, 21))
        assert compare(session, world, now)[Scheme.CROSS_SCHOOL].metrics["placed"] == 6


def test_an_outside_expert_helps_only_when_allowed(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 1, 1, 1), scripts=4, capacity=5)
        world.schools[3].participating = False
        outside = world.experts["expert41"]
        closed = compare(session, world, now)[Scheme.CROSS_SCHOOL]
        assert outside.id not in {row.expert_id for row in rows(session, closed)}
        assert closed.status is PlanStatus.PARTIAL
        opened = compare(session, world, now, PlanOptions(allow_external=True))
        assert opened[Scheme.CROSS_SCHOOL].metrics["external"] >= 1
        assert opened[Scheme.CROSS_SCHOOL].status is PlanStatus.OK


def test_municipal_publishing_gives_assignments_in_a_random_order(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=2)
        draft = compare(session, world, now)[Scheme.MUNICIPAL]
        publish(session, draft, world.coordinator, now)
        given = active(session, world.exam)
        assert len(given) == draft.metrics["placed"]
        assert {row.round for row in given} <= {Round.FIRST, Round.SECOND}
        for expert in {row.expert_id for row in given}:
            queue = sorted(row.queue_position for row in given if row.expert_id == expert)
            assert queue == list(range(1, len(queue) + 1))


def test_publishing_puts_the_other_drafts_aside(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        drafts = compare(session, world, now)
        publish(session, drafts[Scheme.MUNICIPAL], world.coordinator, now)
        states = Counter(session.scalars(select(Plan.state)))
        assert states == {PlanState.PUBLISHED: 1, PlanState.DISCARDED: 2}


@pytest.mark.parametrize("scheme", [Scheme.CROSS_SCHOOL, Scheme.IN_SCHOOL])
def test_two_levels_end_in_one_assignment_a_reading(
    database: Database, now: datetime, scheme: Scheme
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=2, experts=(2, 2, 2, 2))
        publish(session, compare(session, world, now)[scheme], world.coordinator, now)
        assert active(session, world.exam) == []
        for number in range(4):
            draft = spread(session, world, number, now)
            publish(session, draft, world.school_coordinators[number], now, "")
        readings = [(row.script_id, row.round) for row in active(session, world.exam)]
        assert len(readings) == len(set(readings)) == 48
        for row in active(session, world.exam):
            own = row.script.participant.school_id == row.expert.school_id
            assert own == (scheme is Scheme.IN_SCHOOL)


def test_readings_in_different_schools_when_the_exam_asks(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=2, experts=(2, 2, 2, 2), distinct_schools=True)
        publish(session, compare(session, world, now)[Scheme.CROSS_SCHOOL], world.coordinator, now)
        for number in range(4):
            publish(
                session, spread(session, world, number, now), world.school_coordinators[number], now
            )
        schools: dict[UUID, set[UUID]] = {}
        for row in active(session, world.exam):
            schools.setdefault(row.script_id, set()).add(row.expert.school_id)
        assert {len(found) for found in schools.values()} == {2}


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


def test_publishing_needs_its_legal_basis(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        draft = compare(session, world, now)[Scheme.MUNICIPAL]
        with pytest.raises(planning.PlanRefused, match="основание"):
            publish(session, draft, world.coordinator, now, "  ")


def test_a_move_tells_what_it_breaks_and_publishing_refuses_it(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        draft = compare(session, world, now, PlanOptions(all_qualified=True))[Scheme.MUNICIPAL]
        someone = world.experts["expert11"]
        own = next(
            row
            for row in rows(session, draft)
            if row.script.participant.school_id == someone.school_id
        )
        broken = planning.move_rows(
            session,
            plan_id=draft.id,
            row_ids=[own.id],
            expert_id=someone.id,
            by=world.coordinator,
            at=now,
        )
        assert [one["params"]["expert"] for one in broken] == ["expert11"]
        with pytest.raises(planning.PlanRefused, match="нарушает правила"):
            publish(session, draft, world.coordinator, now)


def test_a_move_that_breaks_nothing_is_published(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        draft = compare(session, world, now, PlanOptions(all_qualified=True))[Scheme.MUNICIPAL]
        someone = world.experts["expert11"]
        other = next(
            row
            for row in rows(session, draft)
            if row.expert_id != someone.id and row.script.participant.school_id != someone.school_id
        )
        assert not planning.move_rows(
            session,
            plan_id=draft.id,
            row_ids=[other.id],
            expert_id=someone.id,
            by=world.coordinator,
            at=now,
        )
        publish(session, draft, world.coordinator, now)
        given = {row.script_id: row.expert_id for row in active(session, world.exam)}
        assert given[other.script_id] == someone.id


def test_another_schools_coordinator_finds_nothing(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        publish(session, compare(session, world, now)[Scheme.CROSS_SCHOOL], world.coordinator, now)
        draft = spread(session, world, 0, now)
        stranger = world.school_coordinators[1]
        with pytest.raises(NotYours):
            publish(session, draft, stranger, now)
        with pytest.raises(NotYours):
            planning.spread_in_school(
                session,
                exam_id=world.exam.id,
                school_id=world.schools[0].id,
                seed=1,
                by=stranger,
                at=now,
            )
        with pytest.raises(NotYours):
            planning.discard_draft(session, plan_id=draft.id, by=stranger, at=now)


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


def test_nothing_published_by_schools_is_nothing_to_plan(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, scripts=0)
        with pytest.raises(planning.PlanRefused, match="нечего"):
            compare(session, world, now)


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


def test_a_school_sends_its_scripts_to_no_more_schools_than_asked(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2))
        draft = compare(session, world, now, PlanOptions(most_receivers=1))[Scheme.CROSS_SCHOOL]
        assert draft.status is PlanStatus.OK
        receivers: dict[UUID, set[UUID | None]] = {}
        for row in rows(session, draft):
            receivers.setdefault(row.script.participant.school_id, set()).add(row.school_id)
        assert {len(found) for found in receivers.values()} == {1}
        publish(session, draft, world.coordinator, now)


def test_a_limit_of_receivers_that_leaves_no_room_says_so(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2, 2, 2), capacity=3)
        world.experts["expert11"].capacity = 0
        world.experts["expert21"].capacity = 0
        world.experts["expert31"].capacity = 12
        session.flush()
        drafts = compare(session, world, now, PlanOptions(most_receivers=1))
        assert "не больше чем в 1 ОО" in sentences(drafts[Scheme.CROSS_SCHOOL])
        free = compare(session, world, now)[Scheme.CROSS_SCHOOL]
        assert free.metrics["placed"] > drafts[Scheme.CROSS_SCHOOL].metrics["placed"]


def test_several_readers_forbid_a_limit_of_receivers(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=2)
        with pytest.raises(planning.PlanRefused, match="одна проверка"):
            compare(session, world, now, PlanOptions(most_receivers=2))


def sentences(plan: Plan) -> str:
    return " ".join(sentence_of(short["sentence"], str) for short in plan.shortages)
