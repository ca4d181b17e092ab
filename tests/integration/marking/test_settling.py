"""Handing in, reconciling, the third expert."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.concerns import Unconfirmed
from app.bridge.sheets import final_points_of
from app.db import Database
from app.errors import Refusal
from app.models import (
    Assignment,
    Divergence,
    FinalResult,
    Plan,
    PlanLevel,
    PlanRow,
    PlanState,
    PlanStatus,
    Round,
    Scheme,
)
from app.queries.scoring_work import get_work
from app.services import adjudication, marking
from app.services.marking import Diverged, Settled, Waiting
from scoring import Points, X
from tests.marking_steps import GOOD, count, fill, hand_in, save
from tests.scoring_world import World, make_world


def test_one_expert_a_script_settles_it_by_handing_in(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        assert isinstance(hand_in(session, work, GOOD, by=world.actors[0], at=now), Settled)
    with database.reading() as session:
        assert final_points_of(session.scalars(select(FinalResult)).one()) == GOOD


def test_handing_in_twice_settles_once(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        first = hand_in(session, work, GOOD, by=world.actors[0], at=now)
        again = marking.submit_sheet(
            session, assignment_id=work, confirmed=True, by=world.actors[0], at=now
        )
        assert first == again
        assert count(session, FinalResult) == 1


@pytest.mark.parametrize(
    ("points", "concern"),
    [
        ({"1": 0, "4К1": 0, "4К2": 0, "9.1": 0}, "all_zero"),
        ({"1": X, "4К1": X, "4К2": X, "9.1": X}, "all_not_attempted"),
        ({"1": 2, "4К1": 3, "4К2": 2, "9.1": 1}, "full_marks"),
    ],
)
def test_what_may_be_a_slip_is_asked_about_once(
    database: Database,
    single: tuple[World, UUID],
    now: datetime,
    points: dict[str, Points],
    concern: str,
) -> None:
    world, work = single
    by = world.actors[0]
    with database.transaction() as session:
        fill(session, work, points, by=by, at=now)
    with pytest.raises(Unconfirmed) as caught, database.transaction() as session:
        marking.submit_sheet(session, assignment_id=work, confirmed=False, by=by, at=now)
    assert caught.value.concerns == (concern,)
    with database.transaction() as session:
        marking.submit_sheet(session, assignment_id=work, confirmed=True, by=by, at=now)


def test_two_readings_within_the_tolerance_become_final_points(
    database: Database, double: tuple[World, UUID, UUID], now: datetime
) -> None:
    world, first, second = double
    close = GOOD | {"1": 2}
    with database.transaction() as session:
        assert hand_in(session, first, GOOD, by=world.actors[0], at=now) == Waiting()
        assert count(session, FinalResult) == 0
        assert isinstance(hand_in(session, second, close, by=world.actors[1], at=now), Settled)
    with database.reading() as session:
        assert final_points_of(session.scalars(select(FinalResult)).one()) == close


def test_a_work_that_the_plan_has_read_twice_waits_for_the_second_reading_of_its_own(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, first = single
    with database.transaction() as session:
        second = world.assign(session, 1, round=Round.SECOND, at=now)
        alone = world.assign(session, 0, 1, at=now)
        _plan(session, world, [(0, 1, 0), (0, 2, 1), (1, 1, 0)], at=now)
        assert hand_in(session, first, GOOD, by=world.actors[0], at=now) == Waiting()
        assert isinstance(hand_in(session, second, GOOD, by=world.actors[1], at=now), Settled)
        assert isinstance(hand_in(session, alone, GOOD, by=world.actors[0], at=now), Settled)


def _plan(session: Session, world: World, rows: list[tuple[int, int, int]], *, at) -> None:
    """A published plan: script, position, expert."""
    made = Plan(
        exam_id=world.exam.id,
        level=PlanLevel.MUNICIPAL,
        scheme=Scheme.MUNICIPAL,
        state=PlanState.PUBLISHED,
        status=PlanStatus.OK,
        seed=1,
        digest="",
        solver_version="",
        options={},
        metrics={},
        shortages=[],
        legal_basis="приказ",
        created_at=at,
        created_by_id=world.coordinator.person_id,
        published_at=at,
        published_by_id=world.coordinator.person_id,
    )
    session.add(made)
    session.flush()
    for script, position, expert in rows:
        session.add(
            PlanRow(
                plan_id=made.id,
                script_id=world.scripts[script].id,
                position=position,
                expert_id=world.experts[expert].id,
            )
        )
    session.flush()


def test_a_gap_beyond_the_tolerance_calls_a_third_who_is_neither_and_is_final(
    database: Database, double: tuple[World, UUID, UUID], now: datetime
) -> None:
    world, first, second = double
    far = GOOD | {"4К1": 0, "4К2": 0}
    ruling = GOOD | {"9.1": 0}
    with database.transaction() as session:
        hand_in(session, first, GOOD, by=world.actors[0], at=now)
        outcome = hand_in(session, second, far, by=world.actors[1], at=now)
        assert isinstance(outcome, Diverged)
        assert outcome.third_assignment_id is not None
        third = session.get_one(Assignment, outcome.third_assignment_id)
        assert (third.round, third.expert_id) == (Round.THIRD, world.experts[2].id)
        fill(session, third.id, ruling, by=world.actors[2], at=now)
        adjudication.record_ruling(
            session, assignment_id=third.id, confirmed=True, by=world.actors[2], at=now
        )
    with database.reading() as session:
        result = session.scalars(select(FinalResult)).one()
        assert (final_points_of(result), result.source.value) == (ruling, "third")


def test_of_three_readings_the_nearest_pair_that_agrees_gives_the_points(
    database: Database, now: datetime
) -> None:
    far, near = dict.fromkeys(GOOD, X), GOOD | {"1": 2}
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=3)
        rounds = (Round.FIRST, Round.SECOND, Round.EXTRA)
        works = [
            world.assign(session, place, round=kind, at=now) for place, kind in enumerate(rounds)
        ]
        assert hand_in(session, works[0], GOOD, by=world.actors[0], at=now) == Waiting()
        assert hand_in(session, works[1], far, by=world.actors[1], at=now) == Waiting()
        assert isinstance(hand_in(session, works[2], near, by=world.actors[2], at=now), Settled)
    with database.reading() as session:
        result = session.scalars(select(FinalResult)).one()
        assert (final_points_of(result), result.source.value) == (near, "agreed")


def test_three_readings_apart_call_a_fourth_expert_who_sees_them_all_and_settles(
    database: Database, now: datetime
) -> None:
    given = (GOOD, dict.fromkeys(GOOD, X), {"1": 2, "4К1": 0, "4К2": 0, "9.1": 0})
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=3, experts=4)
        rounds = (Round.FIRST, Round.SECOND, Round.EXTRA)
        works = [
            world.assign(session, place, round=kind, at=now) for place, kind in enumerate(rounds)
        ]
        outcomes = [
            hand_in(session, work, points, by=actor, at=now)
            for work, points, actor in zip(works, given, world.actors, strict=False)
        ]
        called = outcomes[-1]
        assert isinstance(called, Diverged)
        assert called.third_assignment_id is not None
        fourth = session.get_one(Assignment, called.third_assignment_id)
        assert (fourth.round, fourth.expert_id) == (Round.THIRD, world.experts[3].id)
        shown = get_work(session, assignment_id=fourth.id, by=world.actors[3], at=now)
        assert [len(row.earlier) for row in shown.sheet.criteria] == [3] * 4
        fill(session, fourth.id, GOOD, by=world.actors[3], at=now)
        adjudication.record_ruling(
            session, assignment_id=fourth.id, confirmed=True, by=world.actors[3], at=now
        )
    with database.reading() as session:
        assert session.scalars(select(FinalResult)).one().source.value == "third"


def test_when_nobody_fits_the_divergence_waits_for_the_coordinator(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2, experts=2)
        first = world.assign(session, 0, at=now)
        second = world.assign(session, 1, round=Round.SECOND, at=now)
        hand_in(session, first, GOOD, by=world.actors[0], at=now)
        outcome = hand_in(session, second, dict.fromkeys(GOOD, X), by=world.actors[1], at=now)
        assert isinstance(outcome, Diverged)
        assert outcome.third_assignment_id is None
        waiting = session.get_one(Divergence, outcome.divergence_id)
        assert [row["text"] for row in waiting.refusals] == ["уже проверял эту работу"] * 2
        assert (
            marking.call_third(session, divergence_id=waiting.id, by=world.coordinator, at=now)
            is None
        )


def test_a_sheet_can_be_taken_back_until_something_was_made_of_it(
    database: Database, double: tuple[World, UUID, UUID], now: datetime
) -> None:
    world, first, second = double
    with database.transaction() as session:
        hand_in(session, first, GOOD, by=world.actors[0], at=now)
        marking.reopen_sheet(session, assignment_id=first, by=world.actors[0], at=now)
        save(session, first, "1", 2, by=world.actors[0], at=now, based_on=1)
        marking.submit_sheet(
            session, assignment_id=first, confirmed=True, by=world.actors[0], at=now
        )
        hand_in(session, second, GOOD, by=world.actors[1], at=now)
    with pytest.raises(Refusal, match="закрыта"), database.transaction() as session:
        marking.reopen_sheet(session, assignment_id=first, by=world.actors[0], at=now)


def test_a_recheck_is_only_closed_by_handing_in(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        hand_in(session, work, GOOD, by=world.actors[0], at=now)
        again = world.assign(session, 1, round=Round.RECHECK, at=now)
        later = now + timedelta(days=30)
        other = GOOD | {"1": 2}
        assert hand_in(session, again, other, by=world.actors[1], at=later) == Waiting()
        assert count(session, FinalResult) == 1
