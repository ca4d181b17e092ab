"""What is exported is read back as it was."""

from __future__ import annotations

import pytest

from app.exchange.register_export import register_csv, register_workbook
from app.exchange.register_read import read_register, with_refused
from app.exchange.registers import CODES, SCHOOLS

ROWS = [("edu100001", "Школа № 1", "да"), ("edu100002", "=Школа; «2»", "нет")]


@pytest.mark.parametrize("write", [register_csv, register_workbook])
def test_an_exported_register_is_read_back(write) -> None:
    found = read_register(write(SCHOOLS, ROWS), SCHOOLS)
    assert found.errors == ()
    assert [(one.login, one.name, one.participating) for one in found.records] == [
        ("edu100001", "Школа № 1", True),
        ("edu100002", "=Школа; «2»", False),
    ]


@pytest.mark.parametrize("write", [register_csv, register_workbook])
def test_zeros_of_a_code_stay(write) -> None:
    found = read_register(write(CODES, [("edu100001", "4А", "00012")]), CODES)
    assert found.records[0].code == "00012"


def test_csv_has_no_cell_that_begins_a_formula() -> None:
    text = register_csv(SCHOOLS, ROWS).decode("utf-8-sig")
    assert not any(cell.strip('"').startswith("=") for cell in text.split(";"))


def test_rows_refused_by_the_register_join_the_wrong_ones() -> None:
    found = read_register(register_csv(SCHOOLS, ROWS), SCHOOLS)
    joined = with_refused(found, {2: ("Логин «%(login)s» занят.", {"login": "edu100001"})})
    assert [one.login for one in joined.records] == ["edu100002"]
    assert [row.number for row in joined.wrong_rows] == [2]
    assert str(joined.errors[0]) == "строка 2: пусто. Логин «edu100001» занят."
