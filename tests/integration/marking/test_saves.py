"""Points as versions: who may save what, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.bridge.desk import CriteriaClosed, ScoringOver
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    AuditEvent,
    PointVersion,
)
from app.services import marking
from app.services.marking import StalePoints
from scoring import X
from tests.marking_steps import GOOD, count, fill, save
from tests.scoring_world import World


def test_the_same_save_twenty_times_is_one_version(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    answers = set()
    for _ in range(20):
        with database.transaction() as session:
            answers.add(
                save(session, work, "1", 2, by=world.actors[0], at=now, save_key="одно").number
            )
    with database.reading() as session:
        assert (answers, count(session, PointVersion)) == ({1}, 1)


def test_a_save_based_on_an_old_version_is_refused_with_both_values(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        save(session, work, "1", 2, by=world.actors[0], at=now)
    with pytest.raises(StalePoints) as caught, database.transaction() as session:
        save(session, work, "1", 0, by=world.actors[0], at=now, based_on=0)
    assert caught.value.theirs is not None
    assert (caught.value.theirs.points, caught.value.theirs.number, caught.value.mine) == (2, 1, 0)
    with database.reading() as session:
        assert count(session, PointVersion) == 1


def test_every_save_is_a_new_version_and_a_trace(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        for based_on, value in enumerate((2, X, None, 1)):
            save(session, work, "1", value, by=world.actors[0], at=now, based_on=based_on)
    with database.reading() as session:
        kinds = [row.kind.value for row in session.scalars(select(PointVersion))]
        traces = session.scalars(select(AuditEvent).where(AuditEvent.action == "points.saved"))
        assert kinds == ["points", "not_attempted", "cleared", "points"]
        assert [row.new["points"] for row in traces if row.new] == ["2", "X", "—", "1"]


def test_points_above_the_maximum_are_refused_with_the_reason(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with (
        pytest.raises(Refusal, match="Баллов 3 больше максимума 2 по критерию 1"),
        database.transaction() as session,
    ):
        save(session, work, "1", 3, by=world.actors[0], at=now)


def test_a_dependent_criterion_takes_only_0_or_x_under_a_base_of_0(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        save(session, work, "4К1", 0, by=world.actors[0], at=now)
        save(session, work, "4К2", X, by=world.actors[0], at=now)
    with pytest.raises(Refusal, match="только 0 или X"), database.transaction() as session:
        save(session, work, "4К2", 1, by=world.actors[0], at=now, based_on=2)


def test_a_base_set_to_0_afterwards_keeps_the_sheet_from_being_handed_in(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        fill(session, work, GOOD, by=world.actors[0], at=now)
        save(session, work, "4К1", 0, by=world.actors[0], at=now, based_on=2)
    with pytest.raises(Refusal, match="4К2"), database.transaction() as session:
        marking.submit_sheet(
            session, assignment_id=work, confirmed=True, by=world.actors[0], at=now
        )


def test_before_the_hour_nothing_opens_and_from_the_hour_on_it_does(
    database: Database, single: tuple[World, UUID]
) -> None:
    world, work = single
    opens = datetime.fromisoformat("2026-04-20T14:00:00+03:00")
    with pytest.raises(CriteriaClosed), database.transaction() as session:
        marking.open_sheet(
            session, assignment_id=work, by=world.actors[0], at=opens - timedelta(seconds=1)
        )
    with database.transaction() as session:
        marking.open_sheet(session, assignment_id=work, by=world.actors[0], at=opens)


def test_after_the_last_day_points_are_not_taken(
    database: Database, single: tuple[World, UUID]
) -> None:
    world, work = single
    ends = datetime.fromisoformat("2026-04-25T00:00:00+03:00")
    with database.transaction() as session:
        save(session, work, "1", 1, by=world.actors[0], at=ends - timedelta(seconds=1))
    with pytest.raises(ScoringOver), database.transaction() as session:
        save(session, work, "1", 2, by=world.actors[0], at=ends, based_on=1)


def test_a_strangers_work_answers_as_one_that_is_not_there(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    for wanted, by in ((work, world.actors[1]), (uuid4(), world.actors[0])):
        with pytest.raises(NotYours), database.transaction() as session:
            save(session, wanted, "1", 1, by=by, at=now)
