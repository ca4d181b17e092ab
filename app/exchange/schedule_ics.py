"""Dates of a schedule -> a calendar file (RFC 5545) that telephones and mail programs take in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST_LINE = 75
_ESCAPED = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEntry:
    """One day to remember.

    Attributes:
        key: what tells the entry from others, the same in every later file.
        on: the day.
        title: what is due.
        note: what it rests on.
        remind_days: how many days before to remind; 0 for no reminder.
    """

    key: str
    on: date
    title: str
    note: str = ""
    remind_days: int = 1


def calendar_file(entries: Iterable[CalendarEntry], *, name: str, at: datetime) -> bytes:
    """The file: whole days, each with a reminder at nine in the morning.

    Args:
        entries: the days.
        name: what the calendar is called.
        at: when the file is made.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sverka//Schedule//RU",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for entry in entries:
        lines += _event(entry, at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(entry: CalendarEntry, at: datetime) -> list[str]:
    event = [
        "BEGIN:VEVENT",
        f"UID:{entry.key}@sverka",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.title)}",
        "TRANSP:TRANSPARENT",
    ]
    if entry.note:
        event.append(f"DESCRIPTION:{_escaped(entry.note)}")
    if entry.remind_days:
        event += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_escaped(entry.title)}",
            f"TRIGGER:-PT{24 * entry.remind_days - 9}H",
            "END:VALARM",
        ]
    return [*event, "END:VEVENT"]


def _escaped(text: str) -> str:
    for plain, written in _ESCAPED:
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, none of which cuts a letter; later ones begin with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > _LONGEST_LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece
