"""Pages of planning: who sees what, the way from comparing to a school's spread."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import Database
from app.jobs.pool import Worker
from app.models import Assignment, Job, JobState, Participant, Plan, PlanState, Scheme
from app.settings import Settings
from tests.integration.conftest import Enter
from tests.integration.plan_world import World, add_conflict, make_world


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.transaction() as session:
        return make_world(session, at=now, k=2, experts=(2, 2, 2, 1), in_commission=3)


def compare(client: FlaskClient, settings: Settings, world: World, **ticks: str) -> None:
    client.post(f"/plans/exams/{world.exam.id}/compare", data=ticks)
    Worker(settings=settings, now=clock.now).run_all()


def draft_id(database: Database, scheme: Scheme) -> UUID:
    with database.reading() as session:
        query = select(Plan.id).where(Plan.scheme == scheme, Plan.state == PlanState.DRAFT)
        return session.scalars(query).one()


def codes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Participant.code)))


def test_from_comparing_to_a_published_commission(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    client = enter("municipal")
    assert "можно выбирать схему" in client.get("/plans/").text
    compare(client, settings, world, all_qualified="y")
    page = client.get(f"/plans/exams/{world.exam.id}").text
    assert "Схемы рядом" in page
    assert "Нагрузка экспертов" in page
    assert page.count("<figure>") == 3
    assert "хуже всех" in page
    wanted = draft_id(database, Scheme.MUNICIPAL)
    assert "черновик" in client.get(f"/plans/{wanted}").text
    answer = client.post(
        f"/plans/{wanted}/publish", data={"legal_basis": "приказ № 1"}, follow_redirects=True
    )
    assert "Распределение опубликовано" in answer.text
    assert "Ход проверки" in answer.text
    with database.reading() as session:
        assert len(session.scalars(select(Assignment)).all()) == 48


def test_a_comparison_under_way_is_not_asked_twice(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    client = enter("municipal")
    for _ in range(2):
        client.post(f"/plans/exams/{world.exam.id}/compare")
    assert client.get(f"/plans/exams/{world.exam.id}/job").json["running"]
    assert "Считаем три схемы" in client.get(f"/plans/exams/{world.exam.id}").text
    Worker(settings=settings, now=clock.now).run_all()
    assert not client.get(f"/plans/exams/{world.exam.id}/job").json["running"]
    with database.reading() as session:
        assert [job.state for job in session.scalars(select(Job))] == [JobState.DONE]


def test_a_comparison_that_cannot_be_tells_why(
    enter: Enter, settings: Settings, world: World
) -> None:
    client = enter("municipal")
    compare(client, settings, world, whole_schools="y")
    assert "у каждой работы одна проверка" in client.get(f"/plans/exams/{world.exam.id}").text


def test_the_two_levels_of_a_cross_check(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    municipal = enter("municipal")
    compare(municipal, settings, world)
    routes = draft_id(database, Scheme.CROSS_SCHOOL)
    assert "Куда уйдут работы" in municipal.get(f"/plans/{routes}").text
    municipal.post(f"/plans/{routes}/publish", data={"legal_basis": "приказ № 1"})
    school = enter("school1")
    place = f"/plans/exams/{world.exam.id}/schools/{world.schools[0].id}"
    assert "не распределено" in school.get("/plans/").text
    assert "Без эксперта" in school.get(place).text
    drafted = school.post(f"{place}/spread")
    page = school.get(drafted.location).text
    assert "другой ОО" in school.get(f"{drafted.location}?expert={_loaded(page)}").text
    published = school.post(f"{drafted.location}/publish", follow_redirects=True)
    assert "Распределение опубликовано" in published.text
    assert "Школа № 2" not in published.text
    assert "Ход проверки" in published.text


def _loaded(page: str) -> str:
    found = re.search(r"\?expert=([0-9a-f-]{36})", page)
    assert found is not None
    return found[1]


def test_no_page_of_planning_shows_a_participants_code(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    client = enter("municipal")
    compare(client, settings, world)
    pages = ["/plans/", f"/plans/exams/{world.exam.id}"]
    for scheme in Scheme:
        plan = f"/plans/{draft_id(database, scheme)}"
        expert = _loaded(client.get(plan).text)
        row = re.search(rf"{plan}/why/[0-9a-f-]+", client.get(f"{plan}?expert={expert}").text)
        assert row is not None
        pages += [plan, f"{plan}?expert={expert}", row[0]]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not [code for code in codes(database) if f">{code}<" in answer.text]
        words = set(re.findall(r"\b\d{5}\b", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text)))
        assert words.isdisjoint(codes(database)), page


def test_what_is_not_yours_is_not_there(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    municipal = enter("municipal")
    compare(municipal, settings, world)
    routes = draft_id(database, Scheme.CROSS_SCHOOL)
    municipal.post(f"/plans/{routes}/publish", data={"legal_basis": "приказ № 1"})
    own = enter("school1")
    place = f"/plans/exams/{world.exam.id}/schools/{world.schools[0].id}"
    drafted = own.post(f"{place}/spread").location
    stranger = enter("school2")
    for path in (place, drafted, f"/plans/{routes}", f"/plans/exams/{world.exam.id}"):
        assert stranger.get(path).status_code == 404, path
    for path in (f"{place}/spread", f"{drafted}/publish", f"{drafted}/discard"):
        assert stranger.post(path).status_code == 404, path
    assert enter("expert11").get(drafted).status_code == 404
    assert municipal.get(drafted).status_code == 200
    assert municipal.post(f"{drafted}/publish").status_code == 404


def test_a_stale_draft_says_so_and_is_not_published(
    enter: Enter, settings: Settings, database: Database, world: World, now: datetime
) -> None:
    client = enter("municipal")
    compare(client, settings, world)
    with database.transaction() as session:
        add_conflict(
            session,
            world.experts["expert11"],
            by=world.coordinator,
            at=now,
            school_id=world.schools[1].id,
        )
    wanted = draft_id(database, Scheme.MUNICIPAL)
    assert "Рассчитать заново" in client.get(f"/plans/{wanted}").text
    answer = client.post(
        f"/plans/{wanted}/publish", data={"legal_basis": "приказ № 1"}, follow_redirects=True
    )
    assert "Исходные данные изменились" in answer.text
    with database.reading() as session:
        assert session.scalars(select(Assignment)).all() == []


def test_a_move_lists_what_it_breaks(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    client = enter("municipal")
    compare(client, settings, world, all_qualified="y")
    plan = f"/plans/{draft_id(database, Scheme.MUNICIPAL)}"
    giver = _loaded(client.get(plan).text)
    listed = client.get(f"{plan}?expert={giver}").text
    rows = re.findall(r'name="row" value="([0-9a-f-]{36})"', listed)
    takers = re.findall(r'<option value="([0-9a-f-]{36})"', listed)
    for taker in takers:
        client.post(f"{plan}/move", data={"row": rows, "to": taker, "from": giver})
        page = client.get(plan).text
        if "Нарушено правил" in page:
            assert "disabled" in page
            return
    raise AssertionError("no expert of another school broke a rule")


def test_a_broken_request_to_move_is_refused(
    enter: Enter, settings: Settings, database: Database, world: World
) -> None:
    client = enter("municipal")
    compare(client, settings, world)
    plan = f"/plans/{draft_id(database, Scheme.MUNICIPAL)}"
    assert client.post(f"{plan}/move", data={"to": "nobody"}).status_code == 400
    answer = client.post(
        f"{plan}/move", data={"to": str(world.coordinator.person_id)}, follow_redirects=True
    )
    assert "нельзя выбрать" in answer.text


def test_replanning_shows_the_difference_before_it_is_published(
    enter: Enter, settings: Settings, database: Database, world: World, now: datetime
) -> None:
    client = enter("municipal")
    compare(client, settings, world, all_qualified="y")
    wanted = draft_id(database, Scheme.MUNICIPAL)
    client.post(f"/plans/{wanted}/publish", data={"legal_basis": "приказ № 1"})
    with database.transaction() as session:
        leaver = session.get_one(type(world.experts["expert11"]), world.experts["expert11"].id)
        leaver.withdrawn_at = now
    assert "выбыли" in client.get(f"/plans/exams/{world.exam.id}").text
    answer = client.post(f"/plans/exams/{world.exam.id}/replan", follow_redirects=True)
    assert "Что изменится" in answer.text
    assert "expert11" in answer.text
    change = draft_id(database, Scheme.MUNICIPAL)
    client.post(f"/plans/{change}/publish", data={"legal_basis": "приказ № 2"})
    with database.reading() as session:
        states = sorted(plan.state for plan in session.scalars(select(Plan)))
        assert states.count(PlanState.PUBLISHED) == 1
        assert states.count(PlanState.SUPERSEDED) == 1
