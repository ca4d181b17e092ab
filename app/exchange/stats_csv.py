"""CSV of other people's ratings and results -> columns of values, wrong cells told by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.exchange.problems import ExchangeError, FileProblemsError, Problem, problem
from app.exchange.tables import csv_rows

_MOST_PROBLEMS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A column of such a file.

    Attributes:
        name: Its header.
        parse: Text that is not blank -> value; raises `ValueError`.
        expected: The Russian sentence that tells what `parse` takes, with named places.
        params: What fills them.
        required: Whether the column must be there and filled; else a blank is None.
    """

    name: str
    parse: Callable[[str], Any]
    expected: str
    required: bool = True
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """A file's values by column, all of one length, with the file's row numbers beside them.

    Columns that are not required and not there are absent from `values`.
    """

    rows: tuple[int, ...]
    values: Mapping[str, Sequence[Any]]


def key_field(name: str, *, required: bool = True) -> Field:
    """A column of opaque keys: any text."""
    return Field(name=name, parse=str, expected="Ожидалось обозначение", required=required)


def whole_field(name: str, *, least: int, required: bool = True) -> Field:
    """A column of whole numbers from `least` on."""

    def parse(text: str) -> int:
        value = int(text) if len(text) < 12 else least - 1  # noqa: PLR2004 - longer is no count
        if value < least:
            raise ValueError(text)
        return value

    return Field(
        name=name,
        parse=parse,
        expected="Ожидалось целое число не меньше %(least)s",
        required=required,
        params={"least": least},
    )


def number_field(name: str, *, required: bool = True) -> Field:
    """A column of finite decimal numbers, with a point or a comma."""

    def parse(text: str) -> float:
        value = float(text.replace(",", "."))
        if not abs(value) < float("inf"):
            raise ValueError(text)
        return value

    return Field(name=name, parse=parse, expected="Ожидалось число", required=required)


def read_columns(data: bytes, fields: Sequence[Field]) -> Columns:
    """The named columns of a CSV, whatever their order; other columns are left alone.

    Raises:
        ExchangeError: The file is no such table.
        FileProblemsError: Columns are lacking or cells wrong, each with its row and expectation.
    """
    lines = csv_rows(data)
    header = next(lines, (1, ()))[1]
    places = _places(header, fields)
    found: dict[str, list[Any]] = {column.name: [] for column, _ in places}
    numbers: list[int] = []
    problems: list[Problem] = []
    for number, cells in lines:
        if not any(cells):
            continue
        numbers.append(number)
        for column, place in places:
            text = cells[place] if place < len(cells) else ""
            value = _value(column, text)
            if value is _WRONG:
                problems.append(_wrong(number, column, text))
            found[column.name].append(value)
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise FileProblemsError(problems)
    return Columns(rows=tuple(numbers), values=found)


_WRONG = object()


def _value(column: Field, text: str) -> Any:
    if not text:
        return _WRONG if column.required else None
    try:
        return column.parse(text)
    except ValueError:
        return _WRONG


def _wrong(number: int, column: Field, text: str) -> Problem:
    place = f"строка {number}, столбец «{column.name}»"
    return problem(place, text, column.expected, **column.params)


def _places(header: Sequence[str], columns: Sequence[Field]) -> list[tuple[Field, int]]:
    names = [cell.casefold() for cell in header]
    lacking = [column.name for column in columns if column.required and column.name not in names]
    if lacking:
        raise ExchangeError(
            "Строка 1: нет столбцов %(lacking)s; ожидались %(expected)s",
            lacking=", ".join(lacking),
            expected=", ".join(column.name for column in columns if column.required),
        )
    return [(column, names.index(column.name)) for column in columns if column.name in names]
