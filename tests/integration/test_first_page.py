"""The first page of those who watch: who is late, what is not begun, who waits for a word."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.db import Database
from app.models import Campaign, Municipality
from app.queries.next_steps import Step, Urgency, list_steps
from app.services import support
from tests.builders import make_class, make_exam, make_municipality, make_person, make_school
from tests.integration.conftest import Enter

BEFORE, AFTER = date(2026, 4, 1), date(2026, 4, 30)


def make_town(session: Session, name: str, schools: int, at: datetime) -> Municipality:
    town = make_municipality(session, name=name)
    make_exam(session, town, at=at)
    for _school in range(schools):
        number = session.query(Campaign).count() * 10 + _school
        make_class(session, make_school(session, town, number))
    return town


@pytest.fixture
def region(database: Database, now: datetime) -> Actor:
    """Seven municipalities, each with one school more than the one before it."""
    with database.transaction() as session:
        for number in range(1, 8):
            make_town(session, f"Район {number}", number, now)
        return make_person(session, "region", Role.REGIONAL_COORDINATOR, at=now)


def steps_of(database: Database, actor: Actor, today: date) -> tuple[Step, ...]:
    with database.reading() as session:
        return list_steps(session, actor=actor, today=today)


def test_the_latest_municipalities_are_told_by_name_and_the_others_by_number(
    database: Database, region: Actor
) -> None:
    steps = steps_of(database, region, AFTER)
    told = [one for one in steps if one.urgency is Urgency.LATE]
    assert [one.params.get("name") for one in told[:-1]] == [f"Район {n}" for n in (7, 6, 5, 4, 3)]
    assert (told[-1].endpoint, told[-1].params) == ("board.index", {"count": 2})


def test_where_nobody_is_late_the_step_leads_to_the_board(
    database: Database, region: Actor
) -> None:
    (only,) = steps_of(database, region, BEFORE)
    assert (only.endpoint, only.urgency) == ("board.index", Urgency.LATER)


def test_a_year_that_nobody_began_and_no_act_confirmed_is_told(
    database: Database, region: Actor
) -> None:
    begun, calendar = steps_of(database, region, date(2035, 1, 15))[-2:]
    assert begun.params["count"] == 7
    assert (calendar.endpoint, calendar.values) == ("calendar.index", {"year": "2035"})


def test_a_question_without_an_answer_is_told_to_those_who_answer_until_they_do(
    database: Database, region: Actor, now: datetime
) -> None:
    with database.transaction() as session:
        campaign = session.query(Campaign).order_by(Campaign.id).first()
        assert campaign is not None
        school = make_school(session, campaign.municipality, 999)
        so = make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=school)
        place = campaign.municipality
        mo = make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)
        topic = support.ask(
            session, campaign_id=campaign.id, title="Сканер", text="Как?", by=so, at=now
        )
    assert asked_of(database, region, mo) == ["support.index"] * 2
    with database.transaction() as session:
        support.reply(session, topic_id=topic.id, text="Так.", by=mo, at=now)
    assert asked_of(database, region, mo) == []


def asked_of(database: Database, *actors: Actor) -> list[str]:
    """Steps of some people that lead to questions."""
    steps = [one for actor in actors for one in steps_of(database, actor, BEFORE)]
    return [one.endpoint for one in steps if one.endpoint.startswith("support")]


def test_every_step_of_a_regional_coordinator_opens(enter: Enter, region: Actor) -> None:
    client = enter("region")
    page = client.get("/").get_data(as_text=True)
    links = [part.split('"')[0] for part in page.split('class="steps"')[1].split('href="')[1:]]
    opened = [
        client.get(link.replace("&amp;", "&")).status_code for link in links if "/board" in link
    ]
    assert opened
    assert set(opened) == {200}


def test_a_municipal_coordinator_is_told_of_late_schools_in_one_step(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        town = make_town(session, "Район", 3, now)
        mo = make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
    late = [one for one in steps_of(database, mo, AFTER) if one.endpoint.startswith("board")]
    assert [(one.endpoint, one.params) for one in late] == [("board.index", {"count": 3})]
