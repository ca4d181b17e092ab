"""Pages of how experts read: the chair sees all, an expert himself alone."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from app.access import Actor, Grant, Role
from app.db import Database
from app.models import Person
from app.queries.fairness import get_comparison, get_ratings
from scoring.fairness.agreement import agreement
from scoring.fairness.ratings import ratings_of
from scoring.fairness.severity import Severities, severities
from tests.builders import make_person
from tests.fairness_world import STRICT, make_fairness_world
from tests.integration.conftest import Enter
from tests.scoring_world import World, make_world


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.transaction() as session:
        return make_fairness_world(session, at=now)


def names(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {one.login: one.display_name for one in session.query(Person)}


def test_the_chair_sees_criteria_and_experts_by_name(
    enter: Enter, database: Database, world: World
) -> None:
    client = enter("chair")
    listed = client.get("/fairness/").text
    assert f"/fairness/exams/{world.exam.id}" in listed
    page = client.get(f"/fairness/exams/{world.exam.id}").text
    people = names(database)
    shown = [people[f"expert{number}"] for number in range(1, 5)]
    places = [page.index(f'<th scope="row">{name}</th>') for name in sorted(shown)]
    assert places == sorted(places)
    assert "Строже среднего по экспертам" in page
    assert "Взвешенная каппа" in page
    assert "нужны 8 экспертов" in page
    assert "nan" not in page.lower()


def test_an_expert_sees_himself_and_nobody_else(
    enter: Enter, database: Database, world: World
) -> None:
    page = enter(f"expert{STRICT + 1}").get("/fairness/mine").text
    assert "Строже среднего по экспертам" in page
    others = [
        name
        for login, name in names(database).items()
        if login.startswith("expert") and login != f"expert{STRICT + 1}"
    ]
    assert not any(name in page for name in others)


@pytest.mark.parametrize("login", ["muni", "school1", "expert1"])
def test_others_do_not_see_the_chairs_pages(enter: Enter, world: World, login: str) -> None:
    client = enter(login)
    for path in ("", f"exams/{world.exam.id}", f"exams/{world.exam.id}/ratings.csv"):
        assert client.get(f"/fairness/{path}").status_code == 404


def test_the_csv_makes_the_page_anew(enter: Enter, database: Database, world: World) -> None:
    client = enter("chair")
    answer = client.get(f"/fairness/exams/{world.exam.id}/ratings.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["script"] for row in rows} == {str(one.id) for one in world.scripts}
    again = ratings_of(
        scripts=[row["script"] for row in rows],
        raters=[row["rater"] for row in rows],
        tasks=[row["task"] for row in rows],
        points=[int(row["points"]) for row in rows],
        maxima={row["task"]: int(row["max"]) for row in rows},
    )
    found = severities(again)
    assert isinstance(found, Severities)
    with database.reading() as session:
        chair = next(one for one in session.query(Person) if one.login == "chair")
        actor = _actor(chair, world)
        shown = get_comparison(session, exam_id=world.exam.id, actor=actor)
        assert get_ratings(session, exam_id=world.exam.id, actor=actor) is not None
    by_key = {row.key: row.found for row in shown.experts}
    for one in found.experts:
        assert one.points == pytest.approx(by_key[one.expert].points, abs=1e-6)
    for ours, theirs in zip(agreement(again, seed=1, resamples=100), shown.criteria, strict=True):
        assert ours.figures["kappa_quadratic"].value == pytest.approx(
            theirs.figures["kappa_quadratic"].value, abs=1e-6
        )


def _actor(person: Person, world: World):
    grant = Grant(role=Role.COMMISSION_CHAIR, municipality_id=world.municipality.id)
    return Actor(person_id=person.id, grants=(grant,))


def test_few_scripts_have_no_colour_and_say_so(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_fairness_world(session, at=now, scripts=12)
    page = enter("chair").get(f"/fairness/exams/{world.exam.id}").text
    assert "Мало данных" in page
    assert "#a2401f" not in page
    assert page.count("мало данных") >= 5


def test_nothing_handed_in_is_an_empty_page(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
    client = enter("chair")
    assert "Пока никто не сдал" in client.get("/fairness/").text
    assert client.get(f"/fairness/exams/{world.exam.id}").status_code == 404
    schemes = client.get("/fairness/schemes").text
    assert schemes.count("Мало данных") == 3
    assert "Вы ещё не сдали" in enter("expert1").get("/fairness/mine").text
