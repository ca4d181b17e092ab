"""A given federal form, opened: the protocol, its layout, and its list of variants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.exchange.book import Book, Sheet
from app.exchange.cells import ListRule, parse_address
from app.exchange.federal_layout import PROTOCOL, VARIANT, FormLayout, read_layout
from app.exchange.problems import ExchangeError
from scoring.results import PREVIOUS_MARKS

SERVICE = "Служебный"
ABSENT_WORD = "отсутствовал"
_SOURCE = re.compile(
    r"=?'?(?P<sheet>[^'!]+)'?!\$?(?P<first>[A-Z]+\$?[0-9]+)(?::\$?(?P<last>[A-Z]+\$?[0-9]+))?"
)
_MOST_LISTED = 5000
_MOST_COLUMNS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenForm:
    """A workbook with a protocol that is understood.

    Attributes:
        book: The workbook.
        sheet: Its sheet «Протокол».
        layout: The protocol's columns and criteria.
        variants: Numbers on the list of variants; None where the form has no such list.
    """

    book: Book
    sheet: Sheet
    layout: FormLayout
    variants: frozenset[int] | None


def open_form(data: bytes) -> GivenForm:
    """Open a federal form.

    Raises:
        ExchangeError: No workbook, or one without the sheet «Протокол».
        FileProblemsError: Headers that are not understood.
    """
    book = Book(data)
    sheet = find_sheet(book, PROTOCOL)
    if sheet is None:
        names = ", ".join(f"«{name}»" for name in book.sheets)
        raise ExchangeError(
            "В книге нет листа «Протокол»; есть листы: %(names)s", names=names or "нет ни одного"
        )
    layout = read_layout(sheet)
    return GivenForm(book=book, sheet=sheet, layout=layout, variants=_variants(book, sheet))


def find_sheet(book: Book, name: str) -> Sheet | None:
    """The sheet of that name, without regard to case and outer spaces."""
    for found, sheet in book.sheets.items():
        if found.strip().casefold() == name.casefold():
            return sheet
    return None


def _variants(book: Book, protocol: Sheet) -> frozenset[int] | None:
    """Numbers of the variants' list: where the second column's list points, or «Служебный»."""
    area = _list_of_variants(book, protocol)
    service = find_sheet(book, SERVICE)
    if area is None and service is not None:
        area = _unnamed_list(service)
    if area is None:
        return None
    sheet, cells = area
    values = (sheet.value(row, column) for row, column in cells)
    numbers = frozenset(value.whole for value in values if value.whole is not None)
    return numbers or None


def _list_of_variants(book: Book, protocol: Sheet) -> tuple[Sheet, list[tuple[int, int]]] | None:
    for rule in protocol.scan.lists:
        if not _covers_variants(rule):
            continue
        source = rule.source.removeprefix("=")
        found = _SOURCE.fullmatch(book.defined_names.get(source, source))
        sheet = find_sheet(book, found["sheet"]) if found else None
        if found is not None and sheet is not None:
            return sheet, _cells(sheet, found["first"], found["last"] or found["first"])
    return None


def _covers_variants(rule: ListRule) -> bool:
    for area in rule.areas.split():
        first, _, last = area.replace("$", "").partition(":")
        if _column(first) <= VARIANT <= _column(last or first):
            return True
    return False


def _column(text: str) -> int:
    return parse_address(text if text[-1:].isdigit() else text + "1")[1]


def _cells(sheet: Sheet, first: str, last: str) -> list[tuple[int, int]]:
    top, left = parse_address(first.replace("$", ""))
    bottom, right = parse_address(last.replace("$", ""))
    bottom = min(bottom, sheet.scan.last_row, top + _MOST_LISTED)
    right = min(right, left + _MOST_COLUMNS)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _unnamed_list(service: Sheet) -> tuple[Sheet, list[tuple[int, int]]] | None:
    """The column of «Служебный» that is headed «Вариант», names the absent, or is all numbers."""
    column = next(
        (at for at in _columns(service)[:_MOST_COLUMNS] if _is_list_of_variants(service, at)), None
    )
    if column is None:
        return None
    last = min(service.scan.last_row, _MOST_LISTED)
    return service, [(row, column) for row in range(1, last + 1)]


def _columns(sheet: Sheet) -> list[int]:
    return sorted({column for _, column in sheet.scan.cells})


def _is_list_of_variants(service: Sheet, column: int) -> bool:
    rows = sorted(row for row, at in service.scan.cells if at == column)
    texts = [service.value(row, column).text.casefold() for row in rows]
    if any(text.startswith("вариант") or text == ABSENT_WORD for text in texts):
        return True
    # A bare column is a list of variants only in the first place, and unlike points or marks.
    numbers = {service.value(row, column).whole or 0 for row in rows}
    return column == 1 and min(numbers) > 0 and not numbers <= set(PREVIOUS_MARKS)
