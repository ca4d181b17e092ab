"""A table for people as a file: XLSX or CSV, every cell a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

# As they are, and in the wide forms that some spreadsheets read alike.
_FORMULA_SIGNS = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")


def table_workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as XLSX, every cell a text, so that zeros stay."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet(title)
        for at, name in enumerate(header):
            sheet.write_string(0, at, name, head)
            sheet.set_column(at, at, max(16, len(name) + 4), text)
        for number, cells in enumerate(rows, start=1):
            for at, cell in enumerate(cells):
                sheet.write_string(number, at, cell, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def table_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV with `;`, in UTF-8 with its mark, as Russian spreadsheets open it.

    A cell that a spreadsheet would take for a formula gets a space before it.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in cells] for cells in rows)
    return buffer.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell with a space before it, if a spreadsheet would take it for a formula."""
    return f" {cell}" if cell.startswith(_FORMULA_SIGNS) else cell
