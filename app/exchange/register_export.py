"""A register as a file that can be read back: XLSX or CSV with the template's headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.exchange.registers import Register
from app.exchange.tables_out import table_csv, table_workbook


def register_workbook(register: Register[Any], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as XLSX, every cell a text, so that zeros stay.

    Args:
        register: Which register.
        rows: Cells in the order of the register's columns.
    """
    return table_workbook(register.title, _header(register), rows)


def register_csv(register: Register[Any], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV with `;`; the space before what looks like a formula is read away again."""
    return table_csv(_header(register), rows)


def _header(register: Register[Any]) -> list[str]:
    return [column.header for column in register.columns]
