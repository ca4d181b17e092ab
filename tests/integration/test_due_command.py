"""`sverka due` as a person starts it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main


def due(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["due", *arguments])


def test_due_day_is_one_line() -> None:
    found = due("2026-04-28")
    assert (found.exit_code, found.stdout, found.stderr) == (0, "2026-05-08\n", "")


@pytest.mark.parametrize(
    ("options", "last"),
    [
        (["--working-days", "1"], "2021-04-30\n"),
        ([], "2021-05-12\n"),
        (["--decree-days", "stop"], "2021-05-18\n"),
        (["--week", "6"], "2021-05-08\n"),
    ],
)
def test_options_change_the_count(options: list[str], last: str) -> None:
    assert due("2021-04-29", *options).stdout == last


def test_overrides_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text("date,kind\n2026-04-29,day_off\n2026-05-02,working\n")
    assert due("2026-04-28", "--calendar", str(path)).stdout == "2026-05-08\n"
    path.write_text("date,kind\n2026-04-29,day_off\n")
    assert due("2026-04-28", "--calendar", str(path)).stdout == "2026-05-12\n"


def test_unconfirmed_year_is_told_beside_the_answer() -> None:
    found = due("2028-03-01")
    assert found.stdout == "2028-03-13\n"
    assert "не подтверждены" in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["2026-02-30"],
        ["20260428"],
        ["завтра"],
        [],
        ["2026-04-28", "--working-days", "0"],
        ["2026-04-28", "--working-days", "семь"],
        ["2026-04-28", "--calendar", "нет такого.csv"],
    ],
)
def test_bad_input_ends_with_two_and_says_why(arguments: list[str]) -> None:
    found = due(*arguments)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr


def test_wrong_rows_of_the_calendar_are_named(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_bytes(b"2026-04-29,maybe\n")
    found = due("2026-04-28", "--calendar", str(path))
    assert found.exit_code == 2
    assert "строка 1, столбец 2: «maybe»" in found.stderr
    path.write_bytes(b"\xff\xfe")
    assert due("2026-04-28", "--calendar", str(path)).exit_code == 2
