"""Files about registers for people: a template to fill, and a report of wrong rows."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.exchange.cells import column_letters
from app.exchange.register_read import CellError, Imported
from app.exchange.registers import Register

_LIST_ROWS = 2000
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def register_template(register: Register[Any]) -> bytes:
    """An empty register: headers with comments, lists to choose from, help with examples."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as workbook:
        head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = workbook.add_format({"num_format": "@"})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        _write_empty(workbook.add_worksheet(register.title), register, head, text)
        _write_help(workbook.add_worksheet("Справка"), register, head, wrapped)
    return buffer.getvalue()


def wrong_rows_report(register: Register[Any], imported: Imported[Any]) -> bytes:
    """The rows with errors, wrong cells marked, what to correct beside them.

    The corrected sheet can be loaded again as it is: the two added columns are passed over.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as workbook:
        head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        wrong = workbook.add_format({"bg_color": "#FFC7CE", "num_format": "@"})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet(register.title)
        headers = (*imported.header, "Строка", "Что исправить")
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, head)
        sheet.set_column(0, len(headers) - 2, 20, text)
        sheet.set_column(len(headers) - 1, len(headers) - 1, 80)
        for number, (cells, errors, at) in enumerate(_reported(imported), start=1):
            _write_wrong(sheet, number, cells, errors, at, len(imported.header), (wrong, text))
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _write_empty(sheet: Worksheet, register: Register[Any], head: Format, text: Format) -> None:
    for at, column in enumerate(register.columns):
        sheet.write_string(0, at, column.header + ("*" if column.required else ""), head)
        sheet.write_comment(0, at, f"{column.help}\nПример: {column.example}")
        sheet.set_column(at, at, max(16, len(column.header) + 4), text if column.as_text else None)
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(1, at, _LIST_ROWS, at, rule)
    sheet.freeze_panes(1, 0)


def _write_help(sheet: Worksheet, register: Register[Any], head: Format, wrapped: Format) -> None:
    for at, header in enumerate(("Столбец", "Что писать", "Пример", "Обязательно")):
        sheet.write_string(0, at, header, head)
    for row, column in enumerate(register.columns, start=1):
        shown = (column.header, column.help, column.example, "да" if column.required else "нет")
        for at, value in enumerate(shown):
            sheet.write_string(row, at, value, wrapped)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 2, 60)
    sheet.set_column(3, 3, 14)


def _reported(imported: Imported[Any]) -> list[tuple[tuple[str, ...], list[CellError], int]]:
    """Cells, errors and number of every reported row; errors of headers have no cells."""
    by_row: dict[int, list[CellError]] = {}
    for error in imported.errors:
        by_row.setdefault(error.row, []).append(error)
    cells = {row.number: row.cells for row in imported.wrong_rows}
    return [(cells.get(at, ()), errors, at) for at, errors in by_row.items()]


def _write_wrong(
    sheet: Worksheet,
    number: int,
    cells: tuple[str, ...],
    errors: list[CellError],
    row: int,
    width: int,
    formats: tuple[Format, Format],
) -> None:
    wrong, text = formats
    sheet.set_row(number, 15 * len(errors))
    letters = {error.letter for error in errors}
    for at in range(width):
        value = cells[at] if at < len(cells) else ""
        marked = column_letters(at + 1) in letters
        sheet.write_string(number, at, value, wrong if marked else text)
    sheet.write_number(number, width, row)
    told = "; ".join(
        f"{error.column}: {error.expectation}" if error.column else error.expectation
        for error in errors
    )
    sheet.write_string(number, width + 1, told)
