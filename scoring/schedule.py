"""Dates of an order (план-график) -> every deadline of a campaign and its exams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scoring.deadlines import DeadlineError, WorkCalendar, due_after

_ONE_DAY = timedelta(days=1)
_LONGEST_BREAK = 60


class Milestone(StrEnum):
    """What is due, in the order of a campaign."""

    LIST = "list"
    ACCOUNTS = "accounts"
    APPLICATIONS = "applications"
    QUESTIONNAIRES = "questionnaires"
    TIMETABLE = "timetable"
    CODES = "codes"
    HELD = "held"
    SCANS = "scans"
    SCORING = "scoring"
    FORM = "form"
    RESULTS = "results"
    FAMILIES = "families"
    ANALYSIS = "analysis"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How long each derived step may take.

    Attributes:
        accounts_days: days, not working days, to hand accounts out after they came (S 8); a last
            day that is a day off gives way to the next working day.
        scans_days: working days after the work to load its scans.
        scoring_days: working days after the work to score it; None where the order gives a date.
        form_days: working days after scoring to load the form; None where the order gives a date.
        families_days: working days after the official results to tell families (P 8.2).
        analysis_days: working days after the official results for the school's analysis (P 8.2).
    """

    accounts_days: int = 2
    scans_days: int = 1
    scoring_days: int | None = None
    form_days: int | None = None
    families_days: int = 2
    analysis_days: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderDates:
    """Dates that the order gives the campaign; None for one that it does not give."""

    list_due_on: date | None = None
    accounts_received_on: date | None = None
    applications_due_on: date | None = None
    questionnaires_due_on: date | None = None
    timetable_due_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamDates:
    """Dates that the order gives an exam.

    Attributes:
        held_on: the day of the work.
        scoring_ends_on: the last day of scoring; None: by the term.
        form_due_on: the day of the form; None: by the term.
        results_on: the day of the official results; None while it is not known.
    """

    held_on: date
    scoring_ends_on: date | None = None
    form_due_on: date | None = None
    results_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """One date of the schedule.

    Attributes:
        milestone: what is due.
        on: the last day for it.
        derived: whether it was counted here; otherwise the order says it.
        confirmed: False when it was counted over a year whose moved days are not confirmed.
    """

    milestone: Milestone
    on: date
    derived: bool
    confirmed: bool


def campaign_deadlines(
    dates: OrderDates, *, terms: Terms, calendar: WorkCalendar
) -> tuple[Deadline, ...]:
    """The deadlines of the campaign itself, in their order.

    Raises:
        DeadlineError: a term cannot be counted.
    """
    given = (
        (Milestone.LIST, dates.list_due_on),
        (Milestone.APPLICATIONS, dates.applications_due_on),
        (Milestone.QUESTIONNAIRES, dates.questionnaires_due_on),
        (Milestone.TIMETABLE, dates.timetable_due_on),
    )
    found = [_given(milestone, on) for milestone, on in given if on is not None]
    if dates.accounts_received_on is not None:
        last = dates.accounts_received_on + _ONE_DAY * terms.accounts_days
        on = working_day_from(last, calendar=calendar)
        found.append(_derived(Milestone.ACCOUNTS, on, dates.accounts_received_on, calendar))
    return _in_order(found)


def exam_deadlines(
    dates: ExamDates, *, terms: Terms, calendar: WorkCalendar
) -> tuple[Deadline, ...]:
    """The deadlines of one exam, in their order.

    Raises:
        DeadlineError: a term cannot be counted, or a date is neither given nor derivable.
    """
    held, after = dates.held_on, _After(calendar=calendar)
    scoring = _date_or_term(
        Milestone.SCORING, dates.scoring_ends_on, held, terms.scoring_days, after
    )
    form = _date_or_term(Milestone.FORM, dates.form_due_on, scoring.on, terms.form_days, after)
    found = [
        _derived(Milestone.CODES, working_day_before(held, calendar=calendar), held, calendar),
        _given(Milestone.HELD, held),
        after.due(Milestone.SCANS, held, terms.scans_days),
        scoring,
        form,
    ]
    if dates.results_on is not None:
        found += [
            _given(Milestone.RESULTS, dates.results_on),
            after.due(Milestone.FAMILIES, dates.results_on, terms.families_days),
            after.due(Milestone.ANALYSIS, dates.results_on, terms.analysis_days),
        ]
    return _in_order(found)


def working_day_before(day: date, *, calendar: WorkCalendar) -> date:
    """The last working day before a day.

    Raises:
        DeadlineError: there is none in two months.
    """
    return _nearest(day - _ONE_DAY, -_ONE_DAY, calendar)


def working_day_from(day: date, *, calendar: WorkCalendar) -> date:
    """The day itself when it is a working day, otherwise the next one.

    Raises:
        DeadlineError: there is none in two months.
    """
    return _nearest(day, _ONE_DAY, calendar)


def latest_day_overdue(today: date, *, working_days: int, calendar: WorkCalendar) -> date:
    """The latest event whose term in working days has run out before today.

    An event is overdue exactly when its day is not after this one, so that a register of any
    length can be asked with one comparison.

    Raises:
        DeadlineError: there are not so many working days in the two months before.
    """
    day = today
    for _ in range(working_days):
        day = working_day_before(day, calendar=calendar)
    return day - _ONE_DAY


def _nearest(day: date, step: timedelta, calendar: WorkCalendar) -> date:
    for _ in range(_LONGEST_BREAK):
        if calendar.is_working(day):
            return day
        day += step
    raise DeadlineError("Срок от %(day)s не удаётся отсчитать: нет рабочих дней", day=day)


@dataclass(frozen=True, kw_only=True, slots=True)
class _After:
    calendar: WorkCalendar

    def due(self, milestone: Milestone, event_on: date, working_days: int) -> Deadline:
        found = due_after(event_on, working_days=working_days, calendar=self.calendar)
        return Deadline(milestone=milestone, on=found.on, derived=True, confirmed=found.confirmed)


def _date_or_term(
    milestone: Milestone, given: date | None, event_on: date, term: int | None, after: _After
) -> Deadline:
    if given is not None:
        return _given(milestone, given)
    if term is None:
        raise DeadlineError(
            "Дата не указана, и срока в рабочих днях для неё в графике кампании нет"
        )
    return after.due(milestone, event_on, term)


def _given(milestone: Milestone, on: date) -> Deadline:
    return Deadline(milestone=milestone, on=on, derived=False, confirmed=True)


def _derived(milestone: Milestone, on: date, event_on: date, calendar: WorkCalendar) -> Deadline:
    confirmed = calendar.is_confirmed(event_on) and calendar.is_confirmed(on)
    return Deadline(milestone=milestone, on=on, derived=True, confirmed=confirmed)


def _in_order(found: list[Deadline]) -> tuple[Deadline, ...]:
    places = list(Milestone)
    return tuple(sorted(found, key=lambda one: (one.on, places.index(one.milestone))))
