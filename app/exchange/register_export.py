"""A register as a file that can be read back: XLSX or CSV with the template's headers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from app.exchange.registers import Register

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")


def register_workbook(register: Register[Any], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as XLSX, every cell a text, so that zeros stay.

    Args:
        register: Which register.
        rows: Cells in the order of the register's columns.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet(register.title)
        for at, column in enumerate(register.columns):
            sheet.write_string(0, at, column.header, head)
            sheet.set_column(at, at, max(16, len(column.header) + 4), text)
        for number, cells in enumerate(rows, start=1):
            for at, cell in enumerate(cells):
                sheet.write_string(number, at, cell, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def register_csv(register: Register[Any], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV with `;`, in UTF-8 with its mark, as Russian spreadsheets open it.

    A cell that a spreadsheet would take for a formula gets a space before it, which reading
    drops again.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([column.header for column in register.columns])
    writer.writerows([harmless(cell) for cell in cells] for cells in rows)
    return buffer.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell with a space before it, if a spreadsheet would take it for a formula."""
    return f" {cell}" if cell.startswith(_FORMULA_SIGNS) else cell
