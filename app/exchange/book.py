"""A workbook from outside: its sheets by name, and what a person sees in a cell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from functools import cached_property
from xml.etree import ElementTree as ET

from app.exchange.cells import Cell, SheetScan
from app.exchange.package import PackageError, open_package, parse_part
from app.exchange.sheet_scan import scan_sheet

_BUILTIN_DATES = frozenset({*range(14, 23), *range(45, 48)})
_DATE_LETTERS = re.compile(r"[dmyhsдмг]", re.IGNORECASE)
_NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_ZEROS = re.compile(r"0{1,20}")
_MOST_DIGITS = 9
_LONGEST_WHOLE = 12  # digits of a whole number that is typed as text
_LONGEST_FORMAT = 255
_EPOCH = date(1899, 12, 30)
# Old programs of the Macintosh count days from 1904; the workbook says so.
_EPOCH_1904 = date(1904, 1, 1)


class ValueKind(Enum):
    """What sort of thing stands in a cell."""

    BLANK = auto()
    NUMBER = auto()
    TEXT = auto()
    DATE = auto()
    OTHER = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What a person sees in a cell.

    Attributes:
        kind: Its sort; logical values and errors are OTHER.
        text: As shown, leading zeros of a format such as 00000 kept; stripped.
        number: The number, for NUMBER alone.
        formula: Whether a formula gave it.
    """

    kind: ValueKind
    text: str = ""
    number: float | None = None
    formula: bool = False

    @property
    def whole(self) -> int | None:
        """The whole number that stands here, as a number or as digits; None for anything else."""
        if self.kind is ValueKind.NUMBER and self.number is not None:
            return int(self.number) if self.number.is_integer() else None
        if self.kind is ValueKind.TEXT and self.text.isascii() and self.text.isdigit():
            return int(self.text) if len(self.text) <= _LONGEST_WHOLE else None
        return None


BLANK = Value(kind=ValueKind.BLANK)


class Sheet:
    """One sheet of a book: its scan, and the values of its cells."""

    def __init__(self, book: Book, name: str, part: str) -> None:
        self.name = name
        self.part = part
        self._book = book

    @cached_property
    def scan(self) -> SheetScan:
        """Cells, rows and lists of the sheet's XML."""
        return scan_sheet(self._book.parts[self.part])

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell; blank where there is none."""
        cell = self.scan.cells.get((row, column))
        return BLANK if cell is None else self._book.value_of(cell)


class Book:
    """A workbook, opened through the gate.

    Attributes:
        parts: The bytes of every part by name, in the file's order.
    """

    def __init__(self, data: bytes) -> None:
        self.parts = open_package(data)
        self._workbook = parse_part(self.parts, "xl/workbook.xml")

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        """The worksheets by their names, hidden ones too."""
        targets = self._targets()
        found: dict[str, Sheet] = {}
        for element in self._workbook.iter():
            if _local(element.tag) != "sheet":
                continue
            name = element.get("name", "").strip()
            part = next((v for k, v in element.items() if _local(k) == "id"), "")
            if targets.get(part, "") in self.parts:
                found[name] = Sheet(self, name, targets[part])
        return found

    @cached_property
    def defined_names(self) -> Mapping[str, str]:
        """What each defined name stands for."""
        return {
            element.get("name", ""): (element.text or "").strip()
            for element in self._workbook.iter()
            if _local(element.tag) == "definedName"
        }

    def value_of(self, cell: Cell) -> Value:
        """What a person sees in a cell; an empty value beside a formula is blank."""
        raw = cell.raw or ""
        if not raw.strip():
            return Value(kind=ValueKind.BLANK, formula=cell.formula)
        if cell.kind == "n":
            return self._number(cell, raw)
        if cell.kind == "d":
            return Value(kind=ValueKind.DATE, text=raw[:10], formula=cell.formula)
        if cell.kind == "b":
            shown = "ИСТИНА" if raw == "1" else "ЛОЖЬ"
            return Value(kind=ValueKind.OTHER, text=shown, formula=cell.formula)
        if cell.kind == "e":
            return Value(kind=ValueKind.OTHER, text=raw, formula=cell.formula)
        text = (self._shared(raw) if cell.kind == "s" else raw).strip()
        kind = ValueKind.TEXT if text else ValueKind.BLANK
        return Value(kind=kind, text=text, formula=cell.formula)

    def shown_number(self, number: float, style: int) -> str:
        """A number as that cell format shows it: leading zeros kept."""
        return _shown_number(number, self._formats.get(style, "General"))

    def _number(self, cell: Cell, raw: str) -> Value:
        try:
            number = float(raw)
        except ValueError as error:
            raise PackageError("Лист книги повреждён: «%(raw)s» не число", raw=raw) from error
        number_format = self._formats.get(cell.style, "General")
        if _is_date_format(number_format):
            text = _shown_date(number, self._epoch)
            return Value(kind=ValueKind.DATE, text=text, formula=cell.formula)
        shown = self.shown_number(number, cell.style)
        return Value(kind=ValueKind.NUMBER, text=shown, number=number, formula=cell.formula)

    @cached_property
    def _epoch(self) -> date:
        """The day from which the workbook counts its dates."""
        told = (one.get("date1904") for one in _found(self._workbook, "workbookPr"))
        return _EPOCH_1904 if any(one in {"1", "true"} for one in told) else _EPOCH

    def _shared(self, raw: str) -> str:
        known = raw.isascii() and raw.isdigit() and len(raw) <= _MOST_DIGITS
        if not (known and int(raw) < len(self._shared_strings)):
            raise PackageError("Лист книги повреждён: нет строки № %(raw)s", raw=raw)
        return self._shared_strings[int(raw)]

    @cached_property
    def _shared_strings(self) -> list[str]:
        name = "xl/sharedStrings.xml"
        if name not in self.parts:
            return []
        items = (item for item in parse_part(self.parts, name) if _local(item.tag) == "si")
        return ["".join(_texts_of(item)) for item in items]

    @cached_property
    def _formats(self) -> Mapping[int, str]:
        """Number format code by index of the cell format; builtin dates as `d`."""
        if "xl/styles.xml" not in self.parts:
            return {}
        styles = parse_part(self.parts, "xl/styles.xml")
        codes = {
            e.get("numFmtId"): e.get("formatCode", "")[:_LONGEST_FORMAT]
            for e in _found(styles, "numFmt")
        }
        found: dict[int, str] = {}
        for group in _found(styles, "cellXfs"):
            for index, style in enumerate(_found(group, "xf")):
                number = style.get("numFmtId", "0")
                builtin = "d" if number.isdigit() and int(number) in _BUILTIN_DATES else "General"
                found[index] = codes.get(number, builtin)
        return found

    def _targets(self) -> Mapping[str, str]:
        relations = parse_part(self.parts, "xl/_rels/workbook.xml.rels")
        return {
            relation.get("Id", ""): _part_name(relation.get("Target", ""))
            for relation in relations
            if relation.get("Type", "").endswith("/worksheet")
            and relation.get("Target", "").endswith(".xml")  # the gate has looked at no others
        }


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _found(element: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in element.iter() if _local(child.tag) == name]


def _texts_of(item: ET.Element) -> list[str]:
    """The text of a shared string: plain or in runs, without the phonetic hints."""
    plain = [child.text or "" for child in item if _local(child.tag) == "t"]
    runs = [run for run in item if _local(run.tag) == "r"]
    return plain + [e.text or "" for run in runs for e in run if _local(e.tag) == "t"]


def _part_name(target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join("xl", target))


def _is_date_format(code: str) -> bool:
    return _DATE_LETTERS.search(_NOT_CODE.sub("", code.replace("General", ""))) is not None


def _shown_date(number: float, epoch: date) -> str:
    if not 0 < number < 2_900_000:  # noqa: PLR2004 - the last day a spreadsheet can show
        return str(number)
    return (epoch + timedelta(days=int(number))).strftime("%d.%m.%Y")


def _shown_number(number: float, number_format: str) -> str:
    if not float(number).is_integer():
        return repr(number)
    zeros = _ZEROS.fullmatch(number_format.partition(";")[0].replace('"', ""))
    width = len(zeros[0]) if zeros else 0
    return str(int(number)).zfill(width) if number >= 0 else str(int(number))
