"""The price of second readings over a plan: told before anybody chooses, and only to who may."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.options import PlanOptions
from app.bridge.plans import plan_rows, readings_wanted
from app.db import Database
from app.models import Assignment, Expert, PlanRow, PlanStatus, Round, Scheme, Script
from app.queries.plans import get_comparison
from app.services import planning
from tests.integration.conftest import Enter
from tests.integration.plan_world import ORDER, World, active, begin, compare, make_world


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.transaction() as session:
        made = make_world(session, at=now, scripts=40, capacity=80)
        session.expunge_all()
    return made


@pytest.fixture
def plans(database: Database, now: datetime, world: World) -> dict[Scheme, UUID]:
    with database.transaction() as session:
        made = compare(session, world, now, PlanOptions(all_qualified=True))
        return {scheme: plan.id for scheme, plan in made.items()}


def test_the_coordinator_sees_the_price_from_the_plan(
    enter: Enter, plans: dict[Scheme, UUID]
) -> None:
    client = enter("municipal")
    address = f"/fairness/plans/{plans[Scheme.MUNICIPAL]}/overlap"
    assert address in client.get(f"/plans/{plans[Scheme.MUNICIPAL]}").text
    page = client.get(address).text
    assert "да, все" in page
    assert "5,0 %" in page
    assert "станет известна с точностью" in page
    assert "взят обычный: 2,0" in page
    assert "нужно вторых проверок: 32" in page


def test_schools_that_score_their_own_stay_apart_and_are_named(
    enter: Enter, plans: dict[Scheme, UUID]
) -> None:
    page = enter("municipal").get(f"/fairness/plans/{plans[Scheme.IN_SCHOOL]}/overlap").text
    assert "нет, групп: 4" in page
    assert "останутся порознь" in page


@pytest.mark.parametrize("login", ["school1", "expert11"])
def test_others_do_not_see_it(enter: Enter, plans: dict[Scheme, UUID], login: str) -> None:
    address = f"/fairness/plans/{plans[Scheme.MUNICIPAL]}/overlap"
    assert enter(login).get(address).status_code == 404


def test_the_chosen_share_is_written_into_the_draft_and_taken_out_again(
    enter: Enter, plans: dict[Scheme, UUID], database: Database
) -> None:
    client, plan_id = enter("municipal"), plans[Scheme.MUNICIPAL]
    address = f"/fairness/plans/{plan_id}/overlap"
    page = client.post(address, data={"share": "0.05"}, follow_redirects=True).text
    assert "Вторых проверок в плане: 8" in page
    assert "Нарушено правил" not in page
    with database.reading() as session:
        assert doubles(session, plan_id) == 8
    assert "Сейчас в плане вторых проверок: 8" in client.get(address).text
    client.post(address, data={"share": "0.02"})
    with database.reading() as session:
        assert doubles(session, plan_id) == 3
    client.post(address, data={"share": "0"})
    with database.reading() as session:
        assert doubles(session, plan_id) == 0


def test_a_script_read_twice_by_the_plan_waits_for_its_second_reading(
    world: World, database: Database, now: datetime, plans: dict[Scheme, UUID]
) -> None:
    plan_id = plans[Scheme.MUNICIPAL]
    with database.transaction() as session:
        who = world.coordinator
        planning.lay_overlap(session, plan_id=plan_id, share=0.05, by=who, at=now)
        planning.publish_plan(session, plan_id=plan_id, legal_basis=ORDER, by=who, at=now)
        given = Counter(row.script_id for row in active(session, world.exam))
        wanted = {
            row.id: readings_wanted(session, row) for row in session.scalars(select(Script)).all()
        }
    assert Counter(given.values()) == {1: 152, 2: 8}
    assert wanted == given


def test_planning_again_keeps_the_second_readings_and_asks_for_those_that_found_nobody(
    world: World, database: Database, now: datetime, plans: dict[Scheme, UUID]
) -> None:
    plan_id = plans[Scheme.MUNICIPAL]
    with database.transaction() as session:
        who = world.coordinator
        planning.lay_overlap(session, plan_id=plan_id, share=0.05, by=who, at=now)
        planning.publish_plan(session, plan_id=plan_id, legal_basis=ORDER, by=who, at=now)
        held = Counter(row.expert_id for row in active(session, world.exam))
        leaver, *others = (session.get_one(Expert, key) for key, _ in held.most_common())
        leaver.withdrawn_at = now
        for one in others:
            one.capacity = held[one.id]
        session.flush()
        again = planning.replan(session, exam_id=world.exam.id, seed=8, by=who, at=now)
        rows = plan_rows(session, again)
        assert again.status is PlanStatus.PARTIAL
        assert sum(row.position == 2 for row in rows) == 8
        planning.publish_plan(session, plan_id=again.id, legal_basis=ORDER, by=who, at=now)
        page = get_comparison(session, exam_id=world.exam.id, actor=who)
        assert page.unplaced == held[leaver.id]
    with database.transaction() as session:
        for one in session.scalars(select(Expert)):
            one.capacity = 80
        session.flush()
        full = planning.replan(session, exam_id=world.exam.id, seed=9, by=who, at=now)
        assert full.status is PlanStatus.OK
        assert doubles(session, full.id) == 8


def test_works_that_were_begun_keep_their_readings(
    world: World, database: Database, now: datetime, plans: dict[Scheme, UUID]
) -> None:
    plan_id = plans[Scheme.MUNICIPAL]
    with database.transaction() as session:
        who = world.coordinator
        planning.lay_overlap(session, plan_id=plan_id, share=0.05, by=who, at=now)
        planning.publish_plan(session, plan_id=plan_id, legal_basis=ORDER, by=who, at=now)
        given = active(session, world.exam)
        double = next(row for row in given if row.round is Round.SECOND)
        single = next(row for row in given if row.script_id not in seconds(given))
        begin(session, double, at=now)
        begin(session, single, at=now)
        again = planning.replan(session, exam_id=world.exam.id, seed=8, by=who, at=now)
        planning.lay_overlap(session, plan_id=again.id, share=1.0, by=who, at=now)
        rows = Counter(row.script_id for row in plan_rows(session, again))
        assert rows[single.script_id] == 1
        planning.lay_overlap(session, plan_id=again.id, share=0, by=who, at=now)
        rows = Counter(row.script_id for row in plan_rows(session, again))
        assert {script for script, count in rows.items() if count == 2} == {double.script_id}


def seconds(given: list[Assignment]) -> set[UUID]:
    return {row.script_id for row in given if row.round is Round.SECOND}


def doubles(session: Session, plan_id: UUID) -> int:
    query = select(func.count()).where(PlanRow.plan_id == plan_id, PlanRow.position == 2)
    return session.scalar(query) or 0
