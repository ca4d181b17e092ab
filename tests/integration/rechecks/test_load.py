"""The commission's load: forecasts, days, what comes up short."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.access import Role
from app.bridge.terms import Pace
from app.db import Database
from app.errors import NotYours
from app.models import Ground, Method
from app.queries import rechecks as queries
from app.services import calendar
from tests.builders import make_municipality, make_person
from tests.recheck_world import RecheckWorld

TODAY = date(2026, 4, 21)


def _forecast(
    database: Database, world: RecheckWorld, *scripts: int, today: date = TODAY
) -> queries.Forecast:
    with database.reading() as session:
        found = queries.forecast_opening(
            session,
            actor=world.base.coordinator,
            script_ids=[world.base.scripts[one].id for one in scripts],
            method=Method.TWO_BLIND,
            received_on=date(2026, 4, 20),
            today=today,
        )
    assert found is not None
    return found


def _set_minutes(database: Database, world: RecheckWorld, minutes: int) -> None:
    with database.transaction() as session:
        calendar.set_pace(
            session,
            campaign_id=world.base.exam.campaign_id,
            pace=Pace(minutes_per_work=minutes, minutes_a_day=minutes),
            by=world.base.coordinator,
            at=world.now,
        )


def test_what_cannot_be_done_in_time_is_told_before_anything_is_opened(
    database: Database, world: RecheckWorld
) -> None:
    _set_minutes(database, world, 60)
    plenty = _forecast(database, world, 0, 1)
    assert (plenty.works, plenty.readings, plenty.short) == (2, 4, 0)
    assert plenty.due.on == date(2026, 4, 29)
    assert plenty.members == 4
    last_day = _forecast(database, world, 0, 1, 2, today=date(2026, 4, 29))
    assert (last_day.readings, last_day.short) == (6, 2)
    passed = _forecast(database, world, 0, today=date(2026, 4, 30))
    assert passed.short == 2


def test_a_forecast_counts_what_the_commission_already_has(
    database: Database, world: RecheckWorld
) -> None:
    _set_minutes(database, world, 60)
    with database.transaction() as session:
        world.set_method(session, Method.TWO_BLIND)
        world.hand_over(session, 0, ground=Ground.SELECTIVE)
    assert _forecast(database, world, 1, 2, today=date(2026, 4, 29)).short == 2


def test_a_forecast_of_another_s_works_is_not_given(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    with database.transaction() as session:
        other = make_municipality(session, name="Соседний район")
        far = make_person(session, "far", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
    with pytest.raises(NotYours), database.reading() as session:
        queries.forecast_opening(
            session,
            actor=far,
            script_ids=[world.base.scripts[0].id],
            method=None,
            received_on=TODAY,
            today=TODAY,
        )


def test_the_load_shows_days_members_and_what_comes_up_short(
    database: Database, world: RecheckWorld
) -> None:
    _set_minutes(database, world, 60)
    with database.transaction() as session:
        case = world.open_case(session)
        world.assign(session, case, 1)
        world.set_method(session, Method.TWO_BLIND)
        world.hand_over(session, 1, 2, 3, ground=Ground.SELECTIVE)
    with database.reading() as session:
        (early,) = queries.list_loads(session, actor=world.chair, today=TODAY)
        (last,) = queries.list_loads(session, actor=world.chair, today=date(2026, 4, 29))
        (late,) = queries.list_loads(session, actor=world.chair, today=date(2026, 4, 30))
    assert (early.due, early.short, early.overdue) == (7, 0, 0)
    assert [day.on for day in early.days if day.due] == [date(2026, 4, 29)]
    assert len(early.days) == 7
    assert (last.a_day, last.due, last.short) == (5, 7, 3)
    assert (late.overdue, late.short) == (7, 0)
    assert {one.in_hand for one in early.members} == {0, 1}
