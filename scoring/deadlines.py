"""Terms in working days by Russia's production calendar, with overrides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from types import MappingProxyType

import holidays

from scoring.errors import ScoringError

# Years whose moved days are set by a government decree that the holidays package holds.
CONFIRMED_YEARS = range(2020, 2028)
LONGEST_TERM = 250
LISTED_YEARS = 3
_ONE_DAY = timedelta(days=1)
DAY_OPENS, DAY_CLOSES = time(9), time(18)
_SATURDAY, _SUNDAY = 5, 6
_MOVED_FROM = re.compile(r"перенесено с ([0-9]{2})\.([0-9]{2})\.([0-9]{4})")


class DeadlineError(ScoringError):
    """A term that cannot be counted."""


class DayKind(StrEnum):
    """What an override makes of a day."""

    WORKING = "working"
    DAY_OFF = "day_off"
    DECREE = "decree"


class WorkWeek(IntEnum):
    """Working days in a plain week."""

    FIVE = 5
    SIX = 6


class DecreeDays(StrEnum):
    """Whether the non-working days of a presidential decree stop a term.

    RUN: they do not, as the Supreme Court holds; STOP: they count as days off.
    """

    RUN = "run"
    STOP = "stop"


def _days(first: date, last: date) -> frozenset[date]:
    return frozenset(first + _ONE_DAY * step for step in range((last - first).days + 1))


# Decrees of the President № 206, 239, 294, 345, 354 of 2020 and № 242, 595 of 2021.
NATIONAL_DECREE_DAYS = (
    _days(date(2020, 3, 30), date(2020, 4, 30))
    | _days(date(2020, 5, 6), date(2020, 5, 8))
    | {date(2020, 6, 24), date(2020, 7, 1)}
    | _days(date(2021, 5, 4), date(2021, 5, 7))
    | _days(date(2021, 10, 30), date(2021, 11, 7))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkCalendar:
    """Which days are working days: the production calendar, the week, decree days, overrides.

    Attributes:
        overrides: Days that differ: moved days, regional holidays, decree days.
        week: A week of five or six working days.
        decree_days: The policy for decree days.
        confirmed_years: Years whose moved days the overrides bring in full.
    """

    overrides: Mapping[date, DayKind] = field(default_factory=dict)
    week: WorkWeek = WorkWeek.FIVE
    decree_days: DecreeDays = DecreeDays.RUN
    confirmed_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))

    def is_working(self, day: date) -> bool:
        """Whether a term runs on that day; short days and working Saturdays are working days."""
        kind = self.overrides.get(day)
        if kind in (DayKind.WORKING, DayKind.DAY_OFF):
            return kind is DayKind.WORKING
        if self.is_decree(day) and self.decree_days is DecreeDays.STOP:
            return False
        return _works_by_production_calendar(day, self.week)

    def is_decree(self, day: date) -> bool:
        """Whether a decree of the President makes it non-working, be it counted or not."""
        kind = self.overrides.get(day)
        return kind is DayKind.DECREE or (kind is None and day in NATIONAL_DECREE_DAYS)

    def is_confirmed(self, day: date) -> bool:
        """Whether the moved days of that year are officially set and known here."""
        return day.year in CONFIRMED_YEARS or day.year in self.confirmed_years


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """The last day of a term.

    Attributes:
        on: The day.
        confirmed: False when the term touches a year whose moved days are not confirmed yet.
    """

    on: date
    confirmed: bool


def due_after(received_on: date, *, working_days: int, calendar: WorkCalendar) -> Due:
    """The last day of a term that starts the day after receipt (P 9.4).

    Raises:
        DeadlineError: The term is not 1 to 250 days long, or runs past the calendar.
    """
    if not 1 <= working_days <= LONGEST_TERM:
        raise DeadlineError(
            "Срок в рабочих днях: %(days)s; ожидалось целое от 1 до %(longest)s",
            days=working_days,
            longest=LONGEST_TERM,
        )
    left = working_days
    for day in _days_after(received_on):
        left -= calendar.is_working(day)
        if left == 0:
            confirmed = calendar.is_confirmed(received_on) and calendar.is_confirmed(day)
            return Due(on=day, confirmed=confirmed)
    raise DeadlineError("Срок от %(day)s не удаётся отсчитать: нет рабочих дней", day=received_on)


def working_days_left(today: date, due_on: date, *, calendar: WorkCalendar) -> int:
    """Working days after today up to the due day; negative: so many have passed since."""
    first, last = sorted((today, due_on))
    span = (first + _ONE_DAY * step for step in range(1, (last - first).days + 1))
    count = sum(calendar.is_working(day) for day in span)
    return count if today <= due_on else -count


def after_working_hours(began: datetime, *, hours: int, calendar: WorkCalendar) -> datetime:
    """When so many working hours have passed since a moment, by the clocks of that moment.

    Raises:
        DeadlineError: The calendar has no working days to count by.
    """
    left = timedelta(hours=hours)
    for day in (began.date(), *_days_after(began.date())):
        opens = max(began, datetime.combine(day, DAY_OPENS, tzinfo=began.tzinfo))
        open_for = datetime.combine(day, DAY_CLOSES, tzinfo=began.tzinfo) - opens
        if not calendar.is_working(day) or open_for <= timedelta():
            continue
        if open_for >= left:
            return opens + left
        left -= open_for
    raise DeadlineError("Срок от %(day)s не удаётся отсчитать: нет рабочих дней", day=began.date())


def listed_years(year: int, *, is_out: bool) -> range:
    """Years whose lists of non-objective results are a ground in a year: the last three (P 9.2).

    Args:
        year: the year asked about.
        is_out: its own list has come; until then the year before has the last one.
    """
    last = year if is_out else year - 1
    return range(last - LISTED_YEARS + 1, last + 1)


def _days_after(day: date) -> Iterator[date]:
    # Far beyond the longest term: a calendar of days off alone must not loop for ever.
    steps = min(10 * LONGEST_TERM, (date.max - day).days)
    for step in range(1, steps + 1):
        yield day + _ONE_DAY * step


def _works_by_production_calendar(day: date, week: WorkWeek) -> bool:
    days_off, working_weekends = _production_calendar(day.year)
    if week is WorkWeek.FIVE:
        return day in working_weekends or (day.weekday() < _SATURDAY and day not in days_off)
    if day.weekday() == _SUNDAY:
        return False
    return day not in days_off or _was_saturday(days_off[day], day)


def _was_saturday(origin: date | None, day: date) -> bool:
    """Whether a day off is a Saturday moved here: no gain for those who work on Saturdays."""
    return origin is not None and origin != day and origin.weekday() == _SATURDAY


@cache
def _production_calendar(year: int) -> tuple[Mapping[date, date | None], frozenset[date]]:
    """Days off with the day each was moved from (None: the holiday itself), working weekends."""
    calendar = holidays.country_holidays("RU", years=year, language="ru")
    days_off = {day: _origin(day, name) for day, name in calendar.items()}
    return MappingProxyType(days_off), frozenset(calendar.weekend_workdays)


def _origin(day: date, name: str) -> date | None:
    moved = _MOVED_FROM.search(name)
    if moved is not None:
        return date(int(moved[3]), int(moved[2]), int(moved[1]))
    if name.endswith("(выходной)"):  # the Monday after a holiday that fell on a weekend
        return _weekend_holiday_before(day)
    return None


def _weekend_holiday_before(day: date) -> date:
    saturday, sunday = day - 2 * _ONE_DAY, day - _ONE_DAY
    names = holidays.country_holidays("RU", years=day.year, observed=False)
    return sunday if sunday in names else saturday
