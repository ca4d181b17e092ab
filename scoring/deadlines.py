"""Terms in working days by Russia's production calendar, with overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from scoring.errors import ScoringError


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


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkCalendar:
    """Which days are working days: the production calendar, the week, decree days, overrides.

    Attributes:
        overrides: Days that differ: moved days, regional holidays, decree days.
        week: A week of five or six working days.
        decree_days: The policy for decree days.
    """

    overrides: Mapping[date, DayKind] = field(default_factory=dict)
    week: WorkWeek = WorkWeek.FIVE
    decree_days: DecreeDays = DecreeDays.RUN

    def is_working(self, day: date) -> bool:
        """Whether a term runs on that day; short days and working Saturdays are working days."""
        raise NotImplementedError

    def is_confirmed(self, day: date) -> bool:
        """Whether the moved days of that year are officially set and known here."""
        raise NotImplementedError


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
        DeadlineError: The term is shorter than one day.
    """
    raise NotImplementedError


def working_days_left(today: date, due_on: date, *, calendar: WorkCalendar) -> int:
    """Working days after today up to the due day; negative: so many have passed since."""
    raise NotImplementedError
