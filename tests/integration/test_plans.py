"""Planning: three schemes compared, moved by hand, published at one or two levels."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.bridge.options import PlanOptions
from app.db import Database
from app.errors import NotYours
from app.models import (
    Plan,
    PlanState,
    PlanStatus,
    Round,
    Scheme,
    Script,
    Workplace,
)
from app.services import planning
from tests.integration.plan_world import (
    active,
    add_conflict,
    add_expert,
    compare,
    make_world,
    publish,
    rows,
    sentences,
    spread,
)


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


def test_an_expert_whose_account_is_closed_gets_nothing_and_is_a_leaver(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 1), in_commission=2)
        publish(session, compare(session, world, now)[Scheme.MUNICIPAL], world.coordinator, now)
        gone = world.experts["expert11"]
        gone.person.disabled_at = now
        changed = planning.replan(
            session, exam_id=world.exam.id, seed=7, by=world.coordinator, at=now
        )
        assert gone.id in {one.expert_id for one in active(session, world.exam)}
        assert gone.id not in {row.expert_id for row in rows(session, changed)}


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


def test_nothing_published_by_schools_is_nothing_to_plan(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, scripts=0)
        with pytest.raises(planning.PlanRefused, match="нечего"):
            compare(session, world, now)


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
        assert "целиком в одну школу" in sentences(drafts[Scheme.CROSS_SCHOOL])
        free = compare(session, world, now)[Scheme.CROSS_SCHOOL]
        assert free.metrics["placed"] > drafts[Scheme.CROSS_SCHOOL].metrics["placed"]


def test_a_limit_of_receivers_holds_for_several_readers_too(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=2, experts=(2, 2, 2, 2))
        draft = compare(session, world, now, PlanOptions(most_receivers=2))[Scheme.CROSS_SCHOOL]
        assert draft.status is PlanStatus.OK
        receivers: dict[UUID, set[UUID | None]] = {}
        for row in rows(session, draft):
            receivers.setdefault(row.script.participant.school_id, set()).add(row.school_id)
        assert {len(found) for found in receivers.values()} <= {1, 2}
        publish(session, draft, world.coordinator, now)


def test_three_readings_by_plan_are_given_to_three_experts(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, k=3, experts=(4, 4, 4), capacity=30)
        draft = compare(session, world, now, PlanOptions(all_qualified=True))[Scheme.MUNICIPAL]
        assert draft.status is PlanStatus.OK
        publish(session, draft, world.coordinator, now)
        given: dict[UUID, dict[Round, UUID]] = {}
        for row in active(session, world.exam):
            given.setdefault(row.script_id, {})[row.round] = row.expert_id
        assert {frozenset(readings) for readings in given.values()} == {
            frozenset({Round.FIRST, Round.SECOND, Round.EXTRA})
        }
        assert all(len(set(readings.values())) == 3 for readings in given.values())


def test_an_outside_school_gets_its_assignments_at_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 1, 1, 1), scripts=4, capacity=5)
        world.schools[3].participating = False
        session.flush()
        draft = compare(session, world, now, PlanOptions(allow_external=True))[Scheme.CROSS_SCHOOL]
        publish(session, draft, world.coordinator, now)
        outside = world.experts["expert41"].id
        assert {row.expert_id for row in active(session, world.exam)} == {outside}


def test_a_least_load_is_kept_where_it_can_be_and_told_where_not(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(2, 2), scripts=6, in_commission=4)
        world.experts["expert11"].min_load = 5
        session.flush()
        kept = compare(session, world, now)[Scheme.MUNICIPAL]
        loads = Counter(row.expert_id for row in rows(session, kept))
        assert loads[world.experts["expert11"].id] >= 5
        world.experts["expert11"].min_load = 7
        session.flush()
        short = compare(session, world, now)[Scheme.MUNICIPAL]
        assert short.status is PlanStatus.INFEASIBLE
        assert "expert11" in sentences(short)
        with pytest.raises(planning.PlanRefused, match="не меньше 7"):
            publish(session, short, world.coordinator, now)


def test_an_expert_of_two_schools_reads_no_script_of_either(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=(1, 1, 1))
        shared = world.experts["expert11"]
        shared.workplaces.append(Workplace(school_id=world.schools[1].id))
        session.flush()
        draft = compare(session, world, now)[Scheme.CROSS_SCHOOL]
        his = [row for row in rows(session, draft) if row.expert_id == shared.id]
        assert {row.script.participant.school_id for row in his} == {world.schools[2].id}
