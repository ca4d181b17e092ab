"""The coordinator's page of hours, and a school's own page, on a real database."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli import main
from app.db import Database
from app.models import RecheckCase
from app.queries.fairness.hours import get_hours, get_works
from tests.hours_world import HoursWorld, make_hours_world
from tests.integration.conftest import Enter


@pytest.fixture
def world(database: Database, now: datetime) -> HoursWorld:
    with database.transaction() as session:
        return make_hours_world(session, at=now)


def test_works_are_ranked_with_what_the_list_should_find(enter: Enter, world: HoursWorld) -> None:
    client = enter("muni")
    assert "Выберите работу" in client.get("/fairness/hours").text
    page = client.get(f"/fairness/hours?exam={world.exam_id}&budget=12").text
    assert page.count('name="script"') == 12
    assert "в случайном списке той же длины" in page
    assert "наруш" not in page.replace("вывод о нарушении", "")


def test_few_schools_are_not_compared_and_have_no_colour(enter: Enter, world: HoursWorld) -> None:
    client = enter("muni")
    page = client.get(f"/fairness/hours?exam={world.exam_id}").text
    assert "Мало данных" in page
    own = client.get(f"/fairness/exams/{world.exam_id}/schools/{world.school_id}").text
    assert "Мало данных" in own
    assert "<polyline" not in own


def test_the_chosen_works_become_cases_in_one_action(
    enter: Enter, database: Database, world: HoursWorld
) -> None:
    client = enter("muni")
    chosen = [str(one) for one in world.script_ids[:3]]
    data = {"exam": str(world.exam_id), "script": chosen}
    told = client.post("/fairness/hours", data=data)
    assert "комиссия не успеет проверок" in told.text
    with database.reading() as session:
        assert session.scalars(select(RecheckCase)).all() == []
    despite = data | {"despite": "yes"}
    assert client.post("/fairness/hours", data=despite).status_code == 302
    with database.reading() as session:
        assert len(session.scalars(select(RecheckCase)).all()) == 3


def test_the_csv_holds_every_work(enter: Enter, world: HoursWorld) -> None:
    client = enter("muni")
    text = client.get(f"/fairness/exams/{world.exam_id}/results.csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(world.script_ids)
    assert {"points", "recheck_points", "expert", "second_points"} <= set(rows[0])


def test_the_list_of_works_comes_out_of_the_csv_again(
    enter: Enter, database: Database, world: HoursWorld, tmp_path: Path
) -> None:
    client = enter("muni")
    path = tmp_path / "results.csv"
    path.write_bytes(client.get(f"/fairness/exams/{world.exam_id}/results.csv").data)
    page = client.get(f"/fairness/hours?exam={world.exam_id}&budget=12").text
    line = "stats recheck results.csv --budget 12 --boundaries 3,5,7 --max 8"
    assert line in page
    command = [str(path) if part == "results.csv" else part for part in line.split()]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)["exams"][0]
    with database.reading() as session:
        found = get_hours(session, exam_id=world.exam_id, budget=12, actor=world.coordinator)
        data = get_works(session, exam_id=world.exam_id, actor=world.coordinator)
    assert found is not None
    assert data is not None
    place = {work.script_id: f"{at:06}" for at, work in enumerate(data.works)}
    assert [place[one.work.script_id] for one in found.listed] == [
        one["script"] for one in told["works"]
    ]
    for one, again in zip(found.listed, told["works"], strict=True):
        assert again["chance"] == pytest.approx(one.chance, abs=1e-6)


def test_an_expert_and_a_stranger_do_not_see_schools(enter: Enter, world: HoursWorld) -> None:
    client = enter("expert1")
    for path in ("/fairness/hours", f"/fairness/exams/{world.exam_id}/results.csv"):
        assert client.get(path).status_code in {403, 404}


def test_schools_are_compared_and_their_page_reproduces_from_the_csv(
    enter: Enter, database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.transaction() as session:
        world = make_hours_world(session, at=now, schools=5)
    client = enter("muni")
    page = client.get(f"/fairness/hours?exam={world.exam_id}").text
    assert page.count("/schools/") == 5
    own = client.get(f"/fairness/exams/{world.exam_id}/schools/{world.school_id}").text
    assert "<polyline" in own
    path = tmp_path / "results.csv"
    path.write_bytes(client.get(f"/fairness/exams/{world.exam_id}/results.csv").data)
    command = ["stats", "schools", str(path), "--boundaries", "3,5,7", "--max", "8"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.stderr
    with database.reading() as session:
        found = get_hours(session, exam_id=world.exam_id, budget=5, actor=world.coordinator)
    assert found is not None
    told = {one["school"][5:]: one for one in json.loads(result.stdout)["exams"][0]["schools"]}
    for line in found.schools:
        again = told[line.name]
        assert again["statistic"] == pytest.approx(line.finding.statistic, abs=1e-6)
        assert again["p_value"] == line.finding.p_value
    school = enter("school1")
    own = f"/fairness/exams/{world.exam_id}/schools/{world.school_id}"
    assert school.get(own).status_code == 200
    assert school.get(f"/fairness/exams/{world.exam_id}/results.csv").status_code in {403, 404}
