"""One walk through a sheet's XML: cells with their bytes, rows, lists, formats of columns."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from app.exchange.cells import Cell, ListRule, RowSpan, SheetScan, parse_address
from app.exchange.package import PackageError

MOST_CELLS = 2_000_000


def scan_sheet(data: bytes) -> SheetScan:
    """Read a sheet's XML once.

    Raises:
        PackageError: No sheet, damaged XML, or more cells than the bound.
    """
    scanner = _Scanner(data)
    try:
        scanner.parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        raise PackageError("Лист книги повреждён") from error
    return scanner.result()


class _Scanner:
    """Collects cells with their byte offsets while expat walks through the sheet."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._cells: dict[tuple[int, int], Cell] = {}
        self._rows: dict[int, RowSpan] = {}
        self._lists: list[ListRule] = []
        self._column_styles: list[tuple[int, int, int]] = []
        self._bounds: dict[str, int] = {}
        self._prefix = ""
        self._row: dict[str, int] = {"row": 0}
        self._column = 0
        self._cell: dict[str, Any] | None = None
        self._rule: dict[str, str] | None = None
        self._text: list[str] | None = None
        self._tag_end = 0
        self._empty = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_dtd
        # Rows and cells count inside `sheetData` alone: anchors of controls use the same words.
        self._inside = {
            "row": (self._start_row, self._end_row),
            "c": (self._start_cell, self._end_cell),
            "f": (self._start_formula, _nothing),
            "v": (self._start_text, self._end_value),
            "t": (self._start_text, self._end_value),
            "sheetData": (self._start_data, self._end_data),
        }
        self._outside = {
            "sheetData": (self._start_data, self._end_data),
            "col": (self._start_column, _nothing),
            "dataValidation": (self._start_rule, self._end_rule),
            "formula1": (self._start_text, self._end_source),
            "sqref": (self._start_text, self._end_areas),
        }
        self._handlers = self._outside

    def result(self) -> SheetScan:
        if "close" not in self._bounds:
            raise PackageError("На листе книги нет данных")
        return SheetScan(
            cells=self._cells,
            rows=self._rows,
            lists=tuple(self._lists),
            column_styles=tuple(self._column_styles),
            prefix=self._prefix,
            data_inner=self._bounds["inner"],
            data_close=self._bounds["close"],
            data_end=self._bounds["end"],
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._empty = False
        handlers = self._handlers.get(name.rpartition(":")[2])
        if handlers is not None:
            self._tag_end = self._after_tag()
            self._empty = self._data[self._tag_end - 2 : self._tag_end] == b"/>"
            handlers[0](name, attributes)

    def _end(self, name: str) -> None:
        handlers = self._handlers.get(name.rpartition(":")[2])
        if handlers is not None:
            handlers[1]()
        self._empty = False

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _refuse_dtd(self, *_: object) -> None:
        raise PackageError("Лист книги содержит недопустимый XML")

    def _after_tag(self) -> int:
        """The byte after the tag at the parser's place; `>` may stand inside quotes."""
        at = self.parser.CurrentByteIndex
        found = _TAG.match(self._data, at)
        return found.end() if found else at

    def _after_element(self) -> int:
        """The byte after the element that ends here; `<c/>` has no end tag of its own."""
        return self._tag_end if self._empty else self._after_tag()

    def _element_close(self) -> int:
        """The byte where the end tag begins; for `<c/>` the one after it."""
        return self._tag_end if self._empty else int(self.parser.CurrentByteIndex)

    def _start_data(self, name: str, _: dict[str, str]) -> None:
        self._prefix = name.removesuffix("sheetData")
        self._bounds = {"inner": self._tag_end}
        self._handlers = self._inside

    def _start_column(self, _: str, attributes: dict[str, str]) -> None:
        if "style" in attributes:
            first, last = (_whole(attributes.get(name), 1) for name in ("min", "max"))
            self._column_styles.append((first, last, _whole(attributes["style"], 0)))

    def _end_data(self) -> None:
        self._bounds["close"] = self._element_close()
        self._bounds["end"] = self._after_element()
        self._handlers = self._outside

    def _start_row(self, _: str, attributes: dict[str, str]) -> None:
        number = _whole(attributes.get("r"), self._row["row"] + 1)
        at = self.parser.CurrentByteIndex
        self._row = {"row": number, "start": at, "inner": self._tag_end}
        self._column = 0

    def _end_row(self) -> None:
        close = self._element_close()
        span = RowSpan(**self._row, close=close, end=self._after_element())
        self._rows[span.row] = span

    def _start_cell(self, _: str, attributes: dict[str, str]) -> None:
        row, column = self._row["row"], self._column + 1
        if "r" in attributes:
            row, column = parse_address(attributes["r"])
        self._column = column
        self._cell = {
            "row": row,
            "column": column,
            "kind": attributes.get("t", "n"),
            "raw": None,
            "formula": False,
            "style": _whole(attributes.get("s"), 0),
            "start": self.parser.CurrentByteIndex,
        }

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        cell = Cell(**self._cell, end=self._after_element())
        self._cells[cell.row, cell.column] = cell
        self._cell = None
        if len(self._cells) > MOST_CELLS:
            raise PackageError("На листе больше %(limit)s ячеек", limit=MOST_CELLS)

    def _start_formula(self, _: str, __: dict[str, str]) -> None:
        if self._cell is not None:
            self._cell["formula"] = True

    def _start_text(self, _: str, __: dict[str, str]) -> None:
        self._text = []

    def _take_text(self) -> str:
        text, self._text = "".join(self._text or ()), None
        return text

    def _end_value(self) -> None:
        text = self._take_text()
        if self._cell is not None:
            self._cell["raw"] = (self._cell["raw"] or "") + text

    def _start_rule(self, _: str, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "list":
            self._rule = {"areas": attributes.get("sqref", ""), "source": ""}

    def _end_source(self) -> None:
        text = self._take_text()
        if self._rule is not None:
            self._rule["source"] = text.strip()

    def _end_areas(self) -> None:
        text = self._take_text()
        if self._rule is not None:
            self._rule["areas"] = text.strip()

    def _end_rule(self) -> None:
        if self._rule is not None:
            self._lists.append(ListRule(**self._rule))
        self._rule = None


def _nothing() -> None:
    """Some elements need no word at their end."""


# Possessive: nothing is remembered for going back, however long the tag.
_TAG = re.compile(rb"""<(?:"[^"]*"|'[^']*'|[^"'>]++)*+>""")
_MOST_DIGITS = 9


def _whole(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise PackageError("Лист книги повреждён: «%(found)s» вместо числа", found=text[:20])
    return int(text)
