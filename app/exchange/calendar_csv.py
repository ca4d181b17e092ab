"""Overrides of the production calendar: CSV bytes <-> days, what they are and by which act."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.exchange.problems import ExchangeError, FileProblemsError, Problem, problem
from app.exchange.tables_out import harmless
from scoring import DayKind

LARGEST_BYTES = 1_000_000
_DAY_WORDS = ("date", "day", "дата", "день")
_KIND_WORDS = ("kind", "type", "вид", "тип")
_SOURCE_WORDS = ("source", "act", "note", "источник", "основание", "акт", "примечание")
_HEADER = ("date", "kind", "source")
_KINDS: Mapping[str, DayKind] = {
    **dict.fromkeys(
        ("working", "workday", "work", "short", "рабочий", "сокращённый", "сокращенный"),
        DayKind.WORKING,
    ),
    **dict.fromkeys(
        (
            *("day_off", "off", "holiday", "weekend", "nonworking", "non-working", "non_working"),
            *("выходной", "нерабочий", "праздник", "праздничный"),
        ),
        DayKind.DAY_OFF,
    ),
    **dict.fromkeys(("decree", "указ", "нерабочий по указу"), DayKind.DECREE),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OverrideRow:
    """A day that differs: its row in the file, what it is, by which act (may be empty)."""

    number: int
    day: date
    kind: DayKind
    source: str


def read_overrides(data: bytes) -> Mapping[date, DayKind]:
    """Days that differ from the production calendar.

    Raises:
        ExchangeError: The file is too large or no text.
        FileProblemsError: Rows that are not understood, each with its place.
    """
    return {row.day: row.kind for row in read_override_rows(data)}


def read_override_rows(data: bytes) -> tuple[OverrideRow, ...]:
    """The rows of a file of overrides, a day once.

    Two columns must be there, `date,kind` (or «дата;вид»), with or without a header row; the
    third is the act («источник»), and what follows is a note. A kind is working, day_off or
    decree, or its Russian word.

    Raises:
        ExchangeError: The file is too large or no text.
        FileProblemsError: Rows that are not understood, each with its place.
    """
    rows = _rows(data)
    places, first = _columns(rows)
    found: dict[date, OverrideRow] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows[first:], start=first + 1):
        if not any(cell.strip() for cell in row):
            continue
        entry = _entry(row, number, places)
        if isinstance(entry, Problem):
            problems.append(entry)
        elif found.setdefault(entry.day, entry).kind is not entry.kind:
            text = "День указан дважды с разным видом"
            problems.append(problem(f"строка {number}", entry.day, text))
    if problems:
        raise FileProblemsError(problems)
    return tuple(found.values())


def write_overrides(rows: Iterable[tuple[date, DayKind, str]]) -> bytes:
    """Overrides as CSV that `read_overrides` and `sverka due --calendar` take."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_HEADER)
    writer.writerows((day.isoformat(), kind.value, harmless(source)) for day, kind, source in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _rows(data: bytes) -> list[list[str]]:
    if len(data) > LARGEST_BYTES:
        raise ExchangeError("Файл календаря больше %(limit)s байт", limit=LARGEST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExchangeError("Файл календаря не в кодировке UTF-8") from None
    header = text.partition("\n")[0]
    delimiter = ";" if ";" in header else "\t" if "\t" in header else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Places:
    day: int = 0
    kind: int = 1
    source: int = 2


def _columns(rows: list[list[str]]) -> tuple[_Places, int]:
    """Where the columns stand, and the first row of data."""
    names = [cell.strip().casefold() for cell in rows[0]] if rows else []
    day, kind = _place(names, _DAY_WORDS), _place(names, _KIND_WORDS)
    if day is None or kind is None:
        return _Places(), 0
    source = _place(names, _SOURCE_WORDS)
    return _Places(day=day, kind=kind, source=len(names) if source is None else source), 1


def _place(names: list[str], words: tuple[str, ...]) -> int | None:
    return next((place for place, name in enumerate(names) if name in words), None)


def _entry(row: list[str], number: int, places: _Places) -> OverrideRow | Problem:
    cells = [cell.strip() for cell in row] + [""] * (max(places.day, places.kind, 1) + 1)
    day = _day(cells[places.day])
    if day is None:
        text = "Ожидалась дата ГГГГ-ММ-ДД или ДД.ММ.ГГГГ"
        return problem(f"строка {number}, столбец {places.day + 1}", cells[places.day], text)
    word = cells[places.kind]
    kind = _KINDS.get(word.casefold())
    if kind is None:
        text = "Ожидалось working (рабочий), day_off (выходной) или decree (указ)"
        return problem(f"строка {number}, столбец {places.kind + 1}", word, text)
    source = cells[places.source] if places.source < len(cells) else ""
    return OverrideRow(number=number, day=day, kind=kind, source=source)


def _day(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
