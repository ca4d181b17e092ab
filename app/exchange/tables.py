"""XLSX or CSV bytes -> rows of texts, with the numbers that people see beside them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.exchange.book import Book, Sheet
from app.exchange.package import LARGEST_FILE, OLD_EXCEL
from app.exchange.problems import ExchangeError

MOST_ROWS = 20_000
MOST_COLUMNS = 100
_ZIP = b"PK"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A row that is not blank: its number in the file, from 1, and its cells."""

    number: int
    cells: tuple[str, ...]


def read_table(data: bytes, *, sheet_name: str) -> Sequence[TableRow]:
    """The rows of a table that are not blank.

    Args:
        data: An XLSX workbook, or CSV in UTF-8 or windows-1251 with `;`, `,` or tabs.
        sheet_name: The sheet to read; the first one where the workbook has no such sheet.

    Raises:
        ExchangeError: The file is neither, damaged, or too large.
    """
    workbook = data.startswith((_ZIP, OLD_EXCEL))
    rows = _xlsx_rows(data, sheet_name) if workbook else csv_rows(data)
    found: list[TableRow] = []
    for number, cells in rows:
        if any(cells):
            found.append(TableRow(number=number, cells=cells))
        if len(found) > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise ExchangeError(
                "Таблица больше %(rows)s строк или %(columns)s столбцов",
                rows=MOST_ROWS,
                columns=MOST_COLUMNS,
            )
    return found


def _xlsx_rows(data: bytes, sheet_name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    book = Book(data)
    sheets = book.sheets
    if not sheets:
        raise ExchangeError("В книге нет ни одного листа")
    sheet = sheets.get(sheet_name) or next(iter(sheets.values()))
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(sheet.scan.cells):
        by_row.setdefault(row, []).append(column)
    for row, columns in by_row.items():
        yield row, _shown(sheet, row, columns)


def _shown(sheet: Sheet, row: int, columns: list[int]) -> tuple[str, ...]:
    texts = {column: sheet.value(row, column).text for column in columns}
    last = max((column for column, text in texts.items() if text), default=0)
    return tuple(texts.get(column, "") for column in range(1, last + 1))


def csv_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every line of a CSV with its number from 1: UTF-8 or windows-1251; `;`, `,` or tabs.

    Raises:
        ExchangeError: The file is no such table, or too large.
    """
    text = _decoded(data)
    header = text.lstrip().partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            yield number, tuple(cell.strip() for cell in row)
    except csv.Error as error:
        raise ExchangeError("Файл не читается как таблица CSV") from error


def _decoded(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise ExchangeError("Файл больше %(limit)s МБ", limit=LARGEST_FILE // 2**20)
    if b"\x00" in data:
        raise ExchangeError("Файл не таблица: нужен XLSX или CSV")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1251")  # how spreadsheet programs save CSV in Russian Windows
    except UnicodeDecodeError as error:
        raise ExchangeError("Файл не таблица: нужен XLSX или CSV") from error
