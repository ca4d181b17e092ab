"""`sverka stats` as a person starts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main

HEADER = "script,rater,task,points\n"


def stats(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["stats", *arguments])


def test_agreement_is_json_with_every_task_and_the_total(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    rows = (f"{s},{r},{t},{(s + t) % 2}\n" for s in range(60) for r in "ab" for t in (1, 2))
    path.write_text(HEADER + "".join(rows))
    result = stats("agreement", str(path), "--resamples", "100")
    assert result.exit_code == 0
    tasks = json.loads(result.stdout)["tasks"]
    assert [task["task"] for task in tasks] == ["1", "2", "total"]
    assert tasks[0]["figures"]["exact"]["value"] == 1


@pytest.mark.parametrize("command", ["agreement", "severity"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("script,rater,points\n1,a,1\n", "Строка 1: нет столбцов task"),
        (HEADER, "Строка 2: нет ни одной оценки"),
        (HEADER + "1,a,1,два\n", "строка 2, столбец «points»: «два». Ожидалось целое число"),
        (HEADER + "1,a,1,1\n1,,1,1\n", "строка 3, столбец «rater»: пусто"),
        ("script,rater,task,points,max\n1,a,1,4,3\n", "строка 2, столбец «points»: «4»"),
        ("script,rater,task,points,max\n1,a,1,1,3\n1,b,1,1,2\n", "строка 3, столбец «max»"),
    ],
)
def test_bad_input_tells_row_and_expectation_and_exits_with_two(
    tmp_path: Path, command: str, text: str, said: str
):
    path = tmp_path / "ratings.csv"
    path.write_text(text)
    result = stats(command, str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_file_that_is_not_there_exits_with_two(tmp_path: Path):
    assert stats("agreement", str(tmp_path / "none.csv")).exit_code == 2


def test_severity_of_linked_raters_is_json(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    rows = (
        f"{s},{r},{t},{(s + int(t) + (r == 'b')) % 3}\n"
        for s in range(60)
        for r in "abc"
        for t in "12"
    )
    path.write_text(HEADER + "".join(rows))
    result = stats("severity", str(path))
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["status"] == "ok"
    assert [one["expert"] for one in report["found"]["experts"]] == ["a", "b", "c"]


def test_raters_without_a_common_script_are_refused_by_name(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    rows = (
        f"{pair}{s},{r},1,{(s + ord(r)) % 3}\n"
        for pair in ("ab", "cd")
        for s in range(9)
        for r in pair
    )
    path.write_text(HEADER + "".join(rows))
    result = stats("severity", str(path))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["unlinked"]["groups"] == [["a", "b"], ["c", "d"]]
    assert "a, b; c, d" in result.stderr


def test_no_doubles_are_a_sentence_and_no_failure(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    path.write_text(HEADER + "1,a,1,1\n2,b,1,0\n")
    result = stats("severity", str(path))
    assert result.exit_code == 0
    assert "Нет работ" in json.loads(result.stdout)["lack"]["why"]
