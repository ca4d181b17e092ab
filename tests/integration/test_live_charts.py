"""Live charts on a real database: doubles move both readers, a drift stops, each sees himself."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner

from app.bridge.live import live_charts
from app.cli import main
from app.db import Database
from scoring.fairness.control import Signal
from scoring.fairness.control_charts import ExpertChart
from scoring.fairness.sentence import Few
from tests.integration.conftest import Enter
from tests.live_world import DRIFTING, make_live_world


def test_the_drifting_expert_is_stopped_and_the_csv_gives_every_chart_again(
    enter: Enter, database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.transaction() as session:
        world = make_live_world(session, at=now)
        exam_id, drifting = world.exam.id, str(world.experts[DRIFTING].id)
    with database.reading() as session:
        charts = live_charts(session, exam_id=exam_id)
    stopped = {
        key
        for key, one in charts.items()
        if isinstance(one, ExpertChart) and one.stopped_at is not None
    }
    assert stopped == {drifting}
    client = enter("chair")
    assert f"/fairness/exams/{exam_id}/live" in client.get(f"/fairness/exams/{exam_id}").text
    page = client.get(f"/fairness/exams/{exam_id}/live").text
    assert page.count('role="img"') == 4
    assert "остановка на работе" in page
    file = tmp_path / "controls.csv"
    file.write_bytes(client.get(f"/fairness/exams/{exam_id}/controls.csv").data)
    told = json.loads(CliRunner().invoke(main, ["stats", "control", str(file)]).stdout)
    again = {one["expert"]: one for one in told["experts"]}
    for key, one in charts.items():
        assert isinstance(one, ExpertChart)
        last, found = one.course[-1], again[key[:8]]["course"][-1]
        assert abs(found["upper"] - last.upper) < 1e-6
        assert abs(found["lower"] - last.lower) < 1e-6
    assert again[drifting[:8]]["signal"] == Signal.STOP.value


def test_an_expert_sees_his_own_chart_and_nobody_elses(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_live_world(session, at=now)
        exam_id = world.exam.id
    client = enter("expert1")
    page = client.get("/fairness/mine").text
    assert "Карта контроля" in page
    assert "expert2" not in page
    assert client.get(f"/fairness/exams/{exam_id}/live").status_code == 404
    assert client.get(f"/fairness/exams/{exam_id}/controls.csv").status_code == 404
    assert enter("muni").get(f"/fairness/exams/{exam_id}/live").status_code == 404


def test_without_qualification_there_is_a_sentence_and_no_chart(
    enter: Enter, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        exam_id = make_live_world(session, at=now, qualified=False).exam.id
    with database.reading() as session:
        charts = live_charts(session, exam_id=exam_id)
    assert all(isinstance(one, Few) for one in charts.values())
    page = enter("chair").get(f"/fairness/exams/{exam_id}/live").text
    assert "Мало данных" in page
    assert "fairness-figure" not in page
