"""The price of second readings over a plan: told before anybody chooses, and only to who may."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from app.bridge.options import PlanOptions
from app.db import Database
from app.models import Scheme
from tests.integration.conftest import Enter
from tests.integration.plan_world import World, compare, make_world


@pytest.fixture
def plans(database: Database, now: datetime) -> dict[Scheme, UUID]:
    with database.transaction() as session:
        world: World = make_world(session, at=now, scripts=40, capacity=80)
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
