"""One reader for all registers: bytes -> records and errors by row and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from app.exchange.cells import column_letters
from app.exchange.columns import CellRefusalError, Column
from app.exchange.problems import Problem, problem
from app.exchange.registers import Register
from app.exchange.tables import TableRow, read_table

Record = TypeVar("Record")

REPORT_HEADERS = ("строка", "что исправить")  # columns of our own report of wrong rows
_PUPIL = re.compile(
    r"фио|фамили|имя|отчеств|ученик|учащ|обучающ|ребен|ребён|дата рождения|^пол$|снилс|родител"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CellError:
    """What is wrong in one cell of a register.

    Attributes:
        row: Row of the file, from 1.
        letter: Letter of the column; empty where the whole row is meant.
        column: Header of the column; empty where the whole row is meant.
        value: What stands there.
        text: The expectation: a Russian sentence with named places.
        params: What fills the places.
    """

    row: int
    letter: str
    column: str
    value: str
    text: str
    params: Mapping[str, object]

    @property
    def expectation(self) -> str:
        """The Russian sentence with its places filled."""
        return self.text % self.params

    def as_problem(self) -> Problem:
        """The same, with the place in words."""
        column = f", столбец {self.letter} «{self.column}»" if self.letter else ""
        return problem(f"строка {self.row}{column}", self.value, self.text, **self.params)

    def __str__(self) -> str:
        return str(self.as_problem())


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported(Generic[Record]):
    """What a file gave: records of the right rows, errors of the others.

    Attributes:
        records: One for every right row, in the file's order.
        rows: The rows of the records, in the same order.
        errors: Every wrong cell, in the file's order.
        header: The file's header row.
        wrong_rows: The rows with errors, as they stand in the file.
    """

    records: tuple[Record, ...]
    rows: tuple[TableRow, ...]
    errors: tuple[CellError, ...]
    header: tuple[str, ...]
    wrong_rows: tuple[TableRow, ...]


def with_refused(
    imported: Imported[Record], refused: Mapping[int, tuple[str, Mapping[str, object]]]
) -> Imported[Record]:
    """The same file with more wrong rows: right by themselves, but refused by the register.

    Args:
        imported: What the file gave.
        refused: By the row's number, the expectation and what fills its places.
    """
    kept = [at for at, row in enumerate(imported.rows) if row.number not in refused]
    added = [row for row in imported.rows if row.number in refused]
    errors = [_row_error(row, text, **params) for row, (text, params) in refused.items()]
    return Imported(
        records=tuple(imported.records[at] for at in kept),
        rows=tuple(imported.rows[at] for at in kept),
        errors=tuple(sorted((*imported.errors, *errors), key=lambda error: error.row)),
        header=imported.header,
        wrong_rows=tuple(sorted((*imported.wrong_rows, *added), key=lambda row: row.number)),
    )


def read_register(data: bytes, register: Register[Record]) -> Imported[Record]:
    """Read a register from XLSX or CSV.

    Raises:
        ExchangeError: The file is no table, damaged, or too large. What is wrong inside comes
            as errors of the result.
    """
    rows = read_table(data, sheet_name=register.title)
    if not rows:
        error = _row_error(1, "Таблица пуста: нужна строка заголовков")
        return Imported(records=(), rows=(), errors=(error,), header=(), wrong_rows=())
    header = rows[0]
    places, errors = _columns(header, register.columns)
    if errors:
        return Imported(
            records=(), rows=(), errors=tuple(errors), header=header.cells, wrong_rows=()
        )
    return _read_rows(rows[1:], header.cells, register, places)


def _read_rows(
    rows: Sequence[TableRow],
    header: tuple[str, ...],
    register: Register[Record],
    places: Mapping[str, int],
) -> Imported[Record]:
    records: list[Record] = []
    right: list[TableRow] = []
    errors: list[CellError] = []
    wrong: list[TableRow] = []
    seen: dict[object, int] = {}
    for row in rows:
        try:
            records.append(_record(row, register, places, seen))
        except _WrongRowError as refusal:
            errors.extend(refusal.errors)
            wrong.append(row)
        else:
            right.append(row)
    return Imported(
        records=tuple(records),
        rows=tuple(right),
        errors=tuple(errors),
        header=header,
        wrong_rows=tuple(wrong),
    )


class _WrongRowError(Exception):
    def __init__(self, errors: Sequence[CellError]) -> None:
        super().__init__(str(errors[0]))
        self.errors = errors


def _record(
    row: TableRow,
    register: Register[Record],
    places: Mapping[str, int],
    seen: dict[object, int],
) -> Record:
    values: dict[str, Any] = {}
    errors = list(_parse_cells(row, register.columns, places, values))
    if errors:
        raise _WrongRowError(errors)
    try:
        record = register.record(**values)
    except CellRefusalError as refusal:
        error = _row_error(row.number, refusal.text, **refusal.params)
        raise _WrongRowError([error]) from refusal
    first = seen.setdefault(register.identity(record), row.number)
    if first != row.number:
        text = "То же самое уже стоит в строке %(first)s"
        raise _WrongRowError([_row_error(row.number, text, first=first)])
    return record


def _parse_cells(
    row: TableRow,
    columns: Sequence[Column],
    places: Mapping[str, int],
    values: dict[str, Any],
) -> Iterator[CellError]:
    for column in columns:
        at = places.get(column.name, -1)
        if at < 0 and column.kept:
            values[column.name] = None
            continue
        text = row.cells[at] if 0 <= at < len(row.cells) else ""
        if not text and not column.required:
            values[column.name] = column.default
            continue
        try:
            values[column.name] = _parsed(column, text)
        except CellRefusalError as refusal:
            yield CellError(
                row=row.number,
                letter=column_letters(at + 1),
                column=column.header,
                value=text[:100],
                text=refusal.text,
                params=MappingProxyType(refusal.params),
            )


def _parsed(column: Column, text: str) -> Any:
    if not text:
        raise CellRefusalError("Ячейка пуста. %(help)s", help=column.help)
    return column.parse(text)


def _columns(
    header: TableRow, columns: Sequence[Column]
) -> tuple[Mapping[str, int], list[CellError]]:
    """Place of every column by its header, and what is wrong with the headers."""
    known = {_plain(column.header): column for column in columns}
    places: dict[str, int] = {}
    errors: list[CellError] = []
    for at, written in enumerate(header.cells):
        column = known.get(_plain(written))
        if column is not None and column.name not in places:
            places[column.name] = at
        elif written and _plain(written) not in REPORT_HEADERS:
            errors.append(_header_error(header.number, at, written, columns, twice=column))
    missing = [c.header for c in columns if c.required and c.name not in places]
    if missing:
        text = "Нет столбцов: %(missing)s"
        errors.append(_row_error(header.number, text, missing=", ".join(missing)))
    return places, errors


def _header_error(
    row: int, at: int, written: str, columns: Sequence[Column], *, twice: Column | None
) -> CellError:
    text = "Неизвестный столбец; ожидались: %(headers)s"
    params: dict[str, object] = {"headers": ", ".join(column.header for column in columns)}
    if twice is not None:
        text, params = "Столбец указан дважды", {}
    elif _PUPIL.search(_plain(written)):
        text, params = "Имён и личных данных учеников здесь быть не может: удалите столбец", {}
    return CellError(
        row=row,
        letter=column_letters(at + 1),
        column=written[:100],
        value=written[:100],
        text=text,
        params=MappingProxyType(params),
    )


def _row_error(row: int, text: str, **params: object) -> CellError:
    return CellError(
        row=row, letter="", column="", value="", text=text, params=MappingProxyType(params)
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().rstrip("*").split())
