"""`sverka stats` on schools, controls, answers and levels, as a person starts it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from app.cli import main


def stats(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["stats", *arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("municipality")
    assert stats("simulate", "--seed", "3", "--schools", "12", str(path)).exit_code == 0
    return path


def schools_of(path: Path) -> list[dict]:
    result = stats("schools", str(path))
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["exams"][0]["schools"]


def test_schools_of_the_simulator_are_screened_whatever_the_order_of_rows(
    folder: Path, tmp_path: Path
):
    found = schools_of(folder / "results.csv")
    lines = (folder / "results.csv").read_text().splitlines()
    body = lines[1:]
    body = [body[at] for at in np.random.default_rng(1).permutation(len(body))]
    (tmp_path / "other.csv").write_text("\n".join([lines[0], *body]))
    again = schools_of(tmp_path / "other.csv")
    assert [one["school"] for one in found] == [one["school"] for one in again]
    for one, other in zip(found, again, strict=True):
        assert other["statistic"] == pytest.approx(one["statistic"], abs=1e-6)
        assert other["p_value"] == one["p_value"]
    assert {one["tier"] for one in found} <= {"few", "none", "signal"}
    assert all(one["told"] for one in found)


def test_rechecked_works_are_weighed(folder: Path, tmp_path: Path):
    chosen = {script for one in schools_of(folder / "results.csv") for script in one["to_recheck"]}
    with (folder / "readings.csv").open() as sheet:
        read = {row["script"]: row for row in csv.DictReader(sheet)}
    with (folder / "results.csv").open() as sheet:
        rows = list(csv.DictReader(sheet))
    for row in rows:
        known = read[row["script"]] if row["script"] in chosen else {}
        row["recheck_points"] = known.get("points", "")
        row["recheck_by"] = known.get("expert", "")
    path = tmp_path / "rechecked.csv"
    with path.open("w", newline="") as sheet:
        writer = csv.DictWriter(sheet, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = schools_of(path)
    assert all(one["recheck"]["n"] == 25 for one in found if one["n"] >= 25)


def test_a_recheck_list_keeps_to_its_budget_and_says_what_it_expects(folder: Path):
    arguments = ("recheck", str(folder / "readings.csv"), "--budget", "40")
    plain = stats(*arguments, "--boundaries", "7,12,17")
    exact = stats(*arguments, "--boundaries", "7,12,17", "--controls", str(folder / "controls.csv"))
    for result in (plain, exact):
        assert result.exit_code == 0, result.stderr
        exam = json.loads(result.stdout)["exams"][0]
        assert len(exam["works"]) == 40
        assert exam["expected_changes"] > exam["expected_at_random"]


def test_without_doubles_a_recheck_list_is_a_sentence(tmp_path: Path):
    path = tmp_path / "results.csv"
    path.write_text("script,school,points,mark\n1,a,5,3\n2,a,3,2\n3,b,9,4\n")
    result = stats("recheck", str(path), "--budget", "1")
    assert result.exit_code == 0
    assert "Мало данных" in json.loads(result.stdout)["exams"][0]["enough"]


def test_controls_become_charts(folder: Path):
    result = stats("control", str(folder / "controls.csv"))
    assert result.exit_code == 0, result.stderr
    experts = json.loads(result.stdout)["experts"]
    assert len(experts) == 12
    assert all(one["signal"] in {"go_on", "talk", "stop"} for one in experts)
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["drifting"] in {one["expert"] for one in experts}


def test_answers_of_classes_are_compared(folder: Path):
    result = stats("alike", str(folder / "answers.csv"))
    assert result.exit_code == 0, result.stderr
    truth = json.loads((folder / "truth.json").read_text())
    named = {one["klass"] for one in json.loads(result.stdout)["classes"] if one["stands_out"]}
    assert truth["copied_class"] in named


def test_levels_of_any_table(tmp_path: Path):
    path = tmp_path / "values.csv"
    rows = "".join(f"g{at % 4},{at % 4 + at % 3},{at % 5}\n" for at in range(40))
    path.write_text("group,value,before\n" + rows)
    result = stats("level", str(path), "--restricted")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["between"] > 0
    assert list(found["coefficients"]) == ["constant", "before"]


SCHOOLS = "script,school,points,mark\n"
CONTROLS = "expert,kind,points,reference\n"


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        ("schools", SCHOOLS, "строка 2: нет ни одной работы"),
        ("schools", SCHOOLS + "1,a,x,3\n", "строка 2, столбец «points»: «x»"),
        ("schools", SCHOOLS + "1,a,5,7\n", "строка 2, столбец «mark»: «7»"),
        ("schools", SCHOOLS + "1,a,5,3\n1,a,6,3\n", "строка 3, столбец «script»"),
        ("schools", SCHOOLS + "1,a,5,3\n2,a,6,2\n", "строка 3, столбец «mark»"),
        ("schools", "script,school,points\n1,a,5\n", "нет границ отметок"),
        ("control", CONTROLS, "строка 2: нет ни одной работы"),
        ("control", CONTROLS + "a,guess,1,1\n", "строка 2, столбец «kind»: «guess»"),
        ("alike", "script,class,points\n1,a,5\n", "строка 1"),
        ("level", "group,value\na,1\na,2\n", "две школы"),
    ],
)
def test_bad_input_tells_row_and_expectation_and_exits_with_two(
    tmp_path: Path, command: str, text: str, said: str
):
    path = tmp_path / "input.csv"
    path.write_text(text)
    result = stats(command, str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_edge_tables_give_sentences_and_no_numbers_that_are_none(tmp_path: Path):
    path = tmp_path / "equal.csv"
    rows = "".join(f"{at},s{at % 8},5,3\n" for at in range(120))
    path.write_text(SCHOOLS + rows)
    result = stats("schools", str(path), "--boundaries", "3,6,9")
    assert (result.exit_code, "NaN" in result.stdout) == (0, False)
    assert "одинаковы" in json.loads(result.stdout)["exams"][0]["enough"]
    path.write_text(SCHOOLS + "1,a,5,3\n")
    few = stats("schools", str(path))
    assert few.exit_code == 0
    assert "Мало данных" in json.loads(few.stdout)["exams"][0]["enough"]
