"""Ready descriptions of real exams: criteria, and the scale of marks where it is published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.exchange.problems import ExchangeError
from scoring import Criterion, ExamScheme, MarkThresholds

_DATA = "exams_2026.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyExam:
    """A published exam.

    Attributes:
        subject: As in the name of its federal form.
        grade: Year of school.
        year: Year of the exam.
        minutes: Time for the work, where published.
        scheme: Its criteria.
        thresholds: Its scale of marks, where published.
        source: Where the description comes from.
    """

    subject: str
    grade: int
    year: int
    minutes: int | None
    scheme: ExamScheme
    thresholds: MarkThresholds | None
    source: str


@cache
def list_ready_exams() -> tuple[ReadyExam, ...]:
    """All ready exams, by grade and subject."""
    content = json.loads((files("app.exchange") / "data" / _DATA).read_text(encoding="utf-8"))
    exams = (_exam(entry, content["source"]) for entry in content["exams"])
    return tuple(sorted(exams, key=lambda exam: (exam.grade, exam.subject)))


def get_ready_exam(subject: str, grade: int, year: int) -> ReadyExam:
    """The ready exam of that subject, grade and year.

    Raises:
        ExchangeError: There is none.
    """
    for exam in list_ready_exams():
        if (exam.subject, exam.grade, exam.year) == (subject, grade, year):
            return exam
    raise ExchangeError(
        "Готового описания работы «%(subject)s», %(grade)s класс, %(year)s год нет",
        subject=subject,
        grade=grade,
        year=year,
    )


def _exam(entry: dict[str, Any], source: str) -> ReadyExam:
    marks = entry["marks"]
    criteria = (
        Criterion(label=one["label"], maximum=one["max"], depends_on=one.get("depends_on"))
        for one in entry["criteria"]
    )
    return ReadyExam(
        subject=entry["subject"],
        grade=entry["grade"],
        year=entry["year"],
        minutes=entry["minutes"],
        scheme=ExamScheme(criteria=tuple(criteria)),
        thresholds=None if marks is None else MarkThresholds(**marks, year=entry["year"]),
        source=source,
    )
