"""Tables for people: no cell of a stranger's text is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from app.exchange.tables_out import table_csv


@pytest.mark.parametrize("sign", [*"=+-@", *"＝＋－＠", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_reckon_begins_with_a_space(sign: str) -> None:
    told = table_csv(("a", "b"), [(f"{sign}HYPERLINK(1)", "3-А")]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told, newline=""), delimiter=";"))
    assert rows[1] == [f" {sign}HYPERLINK(1)", "3-А"]
