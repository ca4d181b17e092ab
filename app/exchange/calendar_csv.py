"""Overrides of the production calendar: CSV bytes -> days and what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime

from app.exchange.problems import ExchangeError, FileProblemsError, Problem, problem
from scoring import DayKind

LARGEST_BYTES = 1_000_000
_DAY_WORDS = ("date", "day", "дата", "день")
_KIND_WORDS = ("kind", "type", "вид", "тип")
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


def read_overrides(data: bytes) -> Mapping[date, DayKind]:
    """Days that differ from the production calendar.

    Two columns count, `date,kind` (or «дата;вид»), with or without a header row; what follows
    them is a note. A kind is working, day_off or decree, or its Russian word.

    Raises:
        ExchangeError: The file is too large or no text.
        FileProblemsError: Rows that are not understood, each with its place.
    """
    rows = _rows(data)
    day_at, kind_at, first = _columns(rows)
    found: dict[date, DayKind] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows[first:], start=first + 1):
        if not any(cell.strip() for cell in row):
            continue
        entry = _entry(row, number, day_at, kind_at)
        if isinstance(entry, Problem):
            problems.append(entry)
        elif found.setdefault(entry[0], entry[1]) is not entry[1]:
            text = "День указан дважды с разным видом"
            problems.append(problem(f"строка {number}", entry[0], text))
    if problems:
        raise FileProblemsError(problems)
    return found


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


def _columns(rows: list[list[str]]) -> tuple[int, int, int]:
    """Columns of the day and the kind, and the first row of data."""
    names = [cell.strip().casefold() for cell in rows[0]] if rows else []
    days = [place for place, name in enumerate(names) if name in _DAY_WORDS]
    kinds = [place for place, name in enumerate(names) if name in _KIND_WORDS]
    if days and kinds:
        return days[0], kinds[0], 1
    return 0, 1, 0


def _entry(
    row: list[str], number: int, day_at: int, kind_at: int
) -> tuple[date, DayKind] | Problem:
    cells = [cell.strip() for cell in row] + ["", ""]
    day = _day(cells[day_at]) if day_at < len(cells) else None
    if day is None:
        text = "Ожидалась дата ГГГГ-ММ-ДД или ДД.ММ.ГГГГ"
        return problem(f"строка {number}, столбец {day_at + 1}", cells[day_at], text)
    word = cells[kind_at] if kind_at < len(cells) else ""
    kind = _KINDS.get(word.casefold())
    if kind is None:
        text = "Ожидалось working (рабочий), day_off (выходной) или decree (указ)"
        return problem(f"строка {number}, столбец {kind_at + 1}", word, text)
    return day, kind


def _day(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
