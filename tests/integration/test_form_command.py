"""`sverka form read|write` as a person starts it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.exchange.federal_form import write_results
from tests.unit.exchange.federal import NAME, absent, federal_file, results, row

FORM = results(row("00012"), absent("00013"))


def form(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["form", *map(str, arguments)])


@pytest.fixture
def results_json(tmp_path: Path) -> Path:
    path = tmp_path / "results.json"
    path.write_text(write_results(FORM))
    return path


def test_results_go_into_a_new_form_and_back(tmp_path: Path, results_json: Path) -> None:
    assert form("write", results_json, "-o", tmp_path / NAME).exit_code == 0
    again = tmp_path / "again.json"
    assert form("read", tmp_path / NAME, "-o", again).exit_code == 0
    assert again.read_bytes() == results_json.read_bytes()


def test_results_go_into_a_given_form_and_back(tmp_path: Path, results_json: Path) -> None:
    given = tmp_path / "given" / NAME
    given.parent.mkdir()
    blank = federal_file()
    given.write_bytes(blank)
    assert form("write", results_json, "-o", tmp_path / NAME, "--into", given).exit_code == 0
    assert given.read_bytes() == blank
    again = tmp_path / "again.json"
    assert form("read", tmp_path / NAME, "-o", again).exit_code == 0
    assert again.read_bytes() == results_json.read_bytes()


def test_wrong_cells_are_listed_by_address(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(federal_file({"A2": 12, "B2": 9, "G2": 1}))
    found = form("read", path, "-o", tmp_path / "out.json")
    assert found.exit_code == 2
    assert "Протокол!B2: «9». Такого варианта нет" in found.stderr
    assert "Протокол!C2: пусто. Критерий 1: ожидалось целое" in found.stderr
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("name", ["форма.xlsx", NAME])
def test_form_that_is_no_workbook_ends_with_two(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"?")
    found = form("read", path, "-o", tmp_path / "out.json")
    assert found.exit_code == 2
    assert name in found.stderr


def test_missing_and_wrong_results_end_with_two(tmp_path: Path, results_json: Path) -> None:
    assert form("write", tmp_path / "нет.json", "-o", tmp_path / "o.xlsx").exit_code == 2
    assert form("write", results_json, "-o", tmp_path / "нет" / "o.xlsx").exit_code == 2
    results_json.write_text("{}")
    found = form("write", results_json, "-o", tmp_path / "o.xlsx")
    assert (found.exit_code, "Нет обязательного поля" in found.stderr) == (2, True)


def test_form_of_another_exam_is_refused(tmp_path: Path, results_json: Path) -> None:
    given = tmp_path / NAME.replace("8 класс", "7 класс")
    given.write_bytes(federal_file())
    found = form("write", results_json, "-o", tmp_path / "o.xlsx", "--into", given)
    assert found.exit_code == 2
    assert "Форма для другой работы" in found.stderr


def test_given_form_with_another_name_is_judged_by_its_columns(
    tmp_path: Path, results_json: Path
) -> None:
    given = tmp_path / "given.xlsx"
    given.write_bytes(federal_file())
    assert form("write", results_json, "-o", tmp_path / NAME, "--into", given).exit_code == 0
