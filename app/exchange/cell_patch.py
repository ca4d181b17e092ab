"""New values for some cells of a sheet's XML; every other byte stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from app.exchange.cells import Cell, RowSpan, SheetScan, address, parse_address

_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?f\s*>)", re.DOTALL)
_DIMENSION = re.compile(
    rb"""(<(?:\w+:)?dimension\s[^>]*?ref=["'])([A-Z]+[0-9]+)(?::([A-Z]+[0-9]+))?"""
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCell:
    """What to write into a cell.

    Attributes:
        value: A number, a text, or None to empty the cell.
        style: Index of the format for a cell that does not exist yet.
        formula: A formula for a cell; `value` is then its stored result.
        keep_formula: Leave the cell's own formula and replace its stored result only.
    """

    value: int | str | None
    style: int = 0
    formula: str | None = None
    keep_formula: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edit:
    start: int
    end: int
    text: bytes


def patch_sheet(data: bytes, scan: SheetScan, changes: Mapping[tuple[int, int], NewCell]) -> bytes:
    """The sheet's XML with the cells at (row, column) replaced or added."""
    edits: list[_Edit] = []
    ordered = sorted(changes.items())
    for row, group in groupby(ordered, key=lambda change: change[0][0]):
        cells = {place[1]: new for place, new in group}
        span = scan.rows.get(row)
        if span is None:
            edits.append(_new_row(scan, row, cells))
        else:
            edits.extend(_row_edits(data, scan, span, cells))
    patched = _apply(data, _open_data(data, scan, edits))
    return _grow_dimension(patched, changes)


def _apply(data: bytes, edits: list[_Edit]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += (data[at : edit.start], edit.text)
        at = edit.end
    return b"".join((*pieces, data[at:]))


def _open_data(data: bytes, scan: SheetScan, edits: list[_Edit]) -> list[_Edit]:
    """`<sheetData/>` has no inside: its new rows come between two tags of ours."""
    if scan.data_close != scan.data_end:
        return edits
    tag = data.rindex(b"<", 0, scan.data_end)
    opened = data[tag : scan.data_end - 2] + b">"
    closing = f"</{scan.prefix}sheetData>".encode()
    inside = b"".join(edit.text for edit in edits)
    return [_Edit(start=tag, end=scan.data_end, text=opened + inside + closing)]


def _new_row(scan: SheetScan, row: int, cells: Mapping[int, NewCell]) -> _Edit:
    before = [span for number, span in scan.rows.items() if number < row]
    at = max(before, key=lambda span: span.row).end if before else scan.data_inner
    name = f"{scan.prefix}row"
    inside = b"".join(_added(scan, row, column, new) for column, new in cells.items())
    text = f'<{name} r="{row}">'.encode() + inside + f"</{name}>".encode()
    return _Edit(start=at, end=at, text=text)


def _row_edits(
    data: bytes, scan: SheetScan, span: RowSpan, cells: Mapping[int, NewCell]
) -> Iterator[_Edit]:
    if span.close == span.end:  # `<row/>`
        inside = b"".join(_added(scan, span.row, column, new) for column, new in cells.items())
        text = data[span.start : span.end - 2] + b">" + inside + f"</{scan.prefix}row>".encode()
        yield _Edit(start=span.start, end=span.end, text=text)
        return
    existing = {column: cell for (row, column), cell in scan.cells.items() if row == span.row}
    added: dict[int, bytes] = {}
    for column, new in cells.items():
        cell = existing.get(column)
        if cell is not None:
            yield _Edit(start=cell.start, end=cell.end, text=_replaced(data, scan, cell, new))
            continue
        after = [other.start for at, other in existing.items() if at > column]
        at = min(after, default=span.close)
        added[at] = added.get(at, b"") + _added(scan, span.row, column, new)
    for at, text in added.items():
        yield _Edit(start=at, end=at, text=text)


def _replaced(data: bytes, scan: SheetScan, cell: Cell, new: NewCell) -> bytes:
    formula = b""
    if new.keep_formula:
        found = _FORMULA.search(data, cell.start, cell.end)
        formula = found[0] if found else b""
    return _element(scan, cell.row, cell.column, new, style=cell.style, formula=formula)


def _added(scan: SheetScan, row: int, column: int, new: NewCell) -> bytes:
    if new.value is None and new.formula is None:
        return b""
    return _element(scan, row, column, new, style=new.style, formula=b"")


def _element(
    scan: SheetScan, row: int, column: int, new: NewCell, *, style: int, formula: bytes
) -> bytes:
    p = scan.prefix
    if new.formula is not None:
        formula = f"<{p}f>{escape(new.formula)}</{p}f>".encode()
    inside = formula + _value(p, new.value, in_formula=bool(formula)).encode()
    kind = ""
    if isinstance(new.value, str):
        kind = ' t="str"' if formula else ' t="inlineStr"'
    styled = f' s="{style}"' if style else ""
    tag = f'<{p}c r="{address(row, column)}"{styled}{kind}'.encode()
    return tag + (b">" + inside + f"</{p}c>".encode() if inside else b"/>")


def _value(prefix: str, value: int | str | None, *, in_formula: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return f"<{prefix}v>{value}</{prefix}v>"
    text = escape(_CONTROLS.sub("", value))
    if in_formula:
        return f"<{prefix}v>{text}</{prefix}v>"
    return f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'


def _grow_dimension(data: bytes, changes: Mapping[tuple[int, int], NewCell]) -> bytes:
    """Widen the sheet's stated area where new cells lie outside; some readers believe it."""
    found = _DIMENSION.search(data)
    if found is None or not changes:
        return data
    first = parse_address(found[2].decode())
    last = parse_address((found[3] or found[2]).decode())
    rows, columns = zip(*changes, strict=True)
    top, left = min(first[0], *rows), min(first[1], *columns)
    bottom, right = max(last[0], *rows), max(last[1], *columns)
    if (top, left, bottom, right) == (*first, *last):
        return data
    area = f"{address(top, left)}:{address(bottom, right)}".encode()
    return data[: found.start()] + found[1] + area + data[found.end() :]
