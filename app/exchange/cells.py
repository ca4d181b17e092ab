"""Cells of a sheet's XML: what stands in each, and at which bytes it lies; addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.exchange.package import PackageError

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell as the file holds it.

    Attributes:
        row: From 1.
        column: From 1.
        kind: The file's type: `n`, `s`, `str`, `inlineStr`, `b`, `e`, `d`.
        raw: The stored value: a number, an index of a shared string, or the text itself.
        formula: Whether the value is a formula's.
        style: Index of the cell's format.
        start: First byte of the element.
        end: First byte after it.
    """

    row: int
    column: int
    kind: str
    raw: str | None
    formula: bool
    style: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RowSpan:
    """Where a row's element lies: its start tag, where its cells end, and its end."""

    row: int
    start: int
    inner: int
    close: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRule:
    """A data validation by a list: its cells and its source."""

    areas: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetScan:
    """Everything that reading and filling a sheet needs.

    Attributes:
        cells: Cells by row and column.
        rows: Row elements by number.
        lists: Data validations by a list.
        column_styles: First column, last column, index of the cell format.
        prefix: The namespace prefix of the sheet's elements, with its colon, or nothing.
        data_inner: First byte inside `sheetData`.
        data_close: First byte of its end tag.
        data_end: First byte after it.
    """

    cells: Mapping[tuple[int, int], Cell]
    rows: Mapping[int, RowSpan]
    lists: Sequence[ListRule]
    column_styles: Sequence[tuple[int, int, int]]
    prefix: str
    data_inner: int
    data_close: int
    data_end: int

    @property
    def last_row(self) -> int:
        """The last row that holds a cell, 0 for an empty sheet."""
        return max((row for row, _ in self.cells), default=0)


def column_letters(column: int) -> str:
    """`A` for 1, `AA` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """`C5` for row 5, column 3."""
    return f"{column_letters(column)}{row}"


def parse_address(text: str) -> tuple[int, int]:
    """Row and column of `C5`.

    Raises:
        PackageError: The text is no address.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise PackageError("«%(found)s» не адрес ячейки", found=text)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column
