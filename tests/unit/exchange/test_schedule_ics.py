"""Dates -> a calendar file as other programs read it."""

from datetime import UTC, date, datetime

from app.exchange.schedule_ics import CalendarEntry, calendar_file

AT = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)


def lines(*entries: CalendarEntry) -> list[str]:
    data = calendar_file(entries, name="ВПР 2026", at=AT)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.endswith(b"END:VCALENDAR\r\n")
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_a_day_is_a_whole_day_with_a_reminder_the_morning_before() -> None:
    found = lines(CalendarEntry(key="x", on=date(2026, 4, 30), title="Форма"))
    assert "DTSTART;VALUE=DATE:20260430" in found
    assert "DTEND;VALUE=DATE:20260501" in found
    assert "TRIGGER:-PT15H" in found
    assert "DTSTAMP:20260401T083000Z" in found
    assert "UID:x@sverka" in found


def test_signs_of_the_format_are_escaped_and_long_lines_folded_between_letters() -> None:
    title = "Форма; загружена, до срока\\" + "ё" * 80
    found = lines(CalendarEntry(key="x", on=date(2026, 4, 30), title=title, remind_days=0))
    assert "SUMMARY:Форма\\; загружена\\, до срока\\\\" + "ё" * 80 in found
    assert "BEGIN:VALARM" not in found
