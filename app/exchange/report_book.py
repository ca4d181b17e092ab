"""Tables of a report as a workbook: a sheet a table, its sentences above it, numbers as numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST, _NARROWEST = 48, 14
_BARS = "#7F99A6"

Value = str | int | float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportSheet:
    """One sheet: its name, the sentences above the table, the table.

    `charted` is the column that is drawn beside the table, against the first one.
    """

    name: str
    told: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    charted: int | None = None


def report_workbook(sheets: Sequence[ReportSheet]) -> bytes:
    """The sheets as XLSX; a cell without data stays empty."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        head = workbook.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True}
        )
        for number, one in enumerate(sheets, start=1):
            page = workbook.add_worksheet(_name(one.name, number))
            start = _told(page, one.told)
            for at, column in enumerate(one.header):
                page.write_string(start, at, column, head)
                page.set_column(at, at, _WIDEST if at == 0 else _NARROWEST)
            for place, row in enumerate(one.rows, start=start + 1):
                for at, cell in enumerate(row):
                    _write(page, place, at, cell)
            if one.charted is not None and one.rows:
                _chart(workbook, page, one, start)
    return buffer.getvalue()


def _chart(workbook: xlsxwriter.Workbook, page: Worksheet, one: ReportSheet, start: int) -> None:
    """Columns of one figure, to the right of the table."""
    first, last, column = start + 1, start + len(one.rows), one.charted or 0
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": [page.get_name(), start, column],
            "categories": [page.get_name(), first, 0, last, 0],
            "values": [page.get_name(), first, column, last, column],
            "fill": {"color": _BARS},
        }
    )
    chart.set_legend({"none": True})
    chart.set_size({"width": 620, "height": 300})
    page.insert_chart(start, len(one.header) + 1, chart)


def _name(name: str, number: int) -> str:
    """A sheet's name as workbooks allow it; the number keeps it apart from the others."""
    return f"{number}. {_FORBIDDEN.sub(' ', name)}"[:_LONGEST_NAME]


def _told(page: Worksheet, told: Sequence[str]) -> int:
    for place, line in enumerate(told):
        page.write_string(place, 0, line)
    return len(told) + 1 if told else 0


def _write(page: Worksheet, row: int, column: int, cell: Value) -> None:
    match cell:
        case None:
            return
        case str():
            page.write_string(row, column, cell)
        case _:
            page.write_number(row, column, cell)
