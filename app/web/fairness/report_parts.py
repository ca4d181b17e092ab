"""What reports on fairness are put together from: sentences, cells, pictures."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.printing.picture import Picture
from app.printing.report import Interval
from app.web import words
from app.web.fairness.intervals import Entry, draw_intervals
from app.web.fairness.shapes import intervals_picture
from scoring.fairness.agreement import Agreement
from scoring.fairness.screening import Figure
from scoring.fairness.sentence import Few, Sentence
from scoring.fairness.shift import Shift

MOST_DRAWN = 40
"""More rows than this make no picture that can be read; the table has them all."""


def lead_line() -> str:
    """What stands before everything."""
    told: str = _(
        "Собственный показатель. Это повод для перепроверки, а не вывод о нарушении; о работе"
        " учителей он ничего не говорит, и баллы участников от него не меняются."
    )
    return told


def said(sentence: Sentence) -> str:
    """A library's sentence in the reader's language."""
    return words.told(sentence.text, sentence.params)


def interval_of(found: Figure | Shift | Few) -> Interval | None:
    """A figure of the library as a cell; None where data do not reach."""
    match found:
        case Figure():
            return Interval(value=found.value, low=found.low, high=found.high)
        case Shift():
            return Interval(value=found.mean, low=found.low, high=found.high)
        case _:
            return None


def entry(label: str, found: Interval | None, *, strong: bool = False) -> Entry:
    """A row of a picture."""
    return Entry(
        label=label,
        value=None if found is None else found.value,
        low=None if found is None else found.low,
        high=None if found is None else found.high,
        strong=strong and found is not None,
    )


def drawn_intervals(
    entries: Sequence[Entry], label: str, *, reach: float, compare: float
) -> Picture | None:
    """The picture; None where there are too many rows to read, or nothing to show."""
    if not any(one.value is not None for one in entries) or len(entries) > MOST_DRAWN:
        return None
    first = compare - reach if compare == 0 else 0.0
    drawn = draw_intervals(entries, first=first, last=max(reach, compare), compare=compare)
    return intervals_picture(drawn, label)


def kappa_of(one: Agreement) -> Interval | None:
    """Quadratic kappa as a cell."""
    return coefficient(one, "kappa_quadratic")


def coefficient(one: Agreement, name: str) -> Interval | None:
    """A coefficient of agreement as a cell; None where data do not reach."""
    found = one.figures.get(name) if one.enough is None else None
    if found is None or found.value is None or found.low is None or found.high is None:
        return None
    return Interval(value=found.value, low=found.low, high=found.high)
