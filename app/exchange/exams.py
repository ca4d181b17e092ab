"""Ready descriptions of exams: criteria as in the federal forms of 2026, marks where published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scoring import Criterion, ExamScheme, MarkThresholds

SOURCE = Path(__file__).parent / "data" / "exams_2026.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyExam:
    """An exam as published.

    Attributes:
        subject: as the form names it.
        grade: year of school.
        year: the year of the form.
        scheme: its criteria.
        marks: the scale, None where none was published with the form.
    """

    subject: str
    grade: int
    year: int
    scheme: ExamScheme
    marks: MarkThresholds | None

    @property
    def key(self) -> str:
        """What a page sends to name this description."""
        return f"{self.year}-{self.grade}-{self.subject}"

    @property
    def title(self) -> str:
        """The description as people say it."""
        return f"{self.subject}, {self.grade} класс, {self.year}"


@cache
def ready_exams() -> tuple[ReadyExam, ...]:
    """All ready descriptions, by grade and subject."""
    found = [_exam(entry) for entry in json.loads(SOURCE.read_text(encoding="utf-8"))]
    return tuple(sorted(found, key=lambda exam: (exam.grade, exam.subject, exam.year)))


def _exam(entry: dict[str, Any]) -> ReadyExam:
    criteria = tuple(
        Criterion(label=one["label"], maximum=one["max"], depends_on=one.get("depends_on"))
        for one in entry["criteria"]
    )
    marks = entry["marks"] and MarkThresholds(
        three=entry["marks"]["3"][0],
        four=entry["marks"]["4"][0],
        five=entry["marks"]["5"][0],
        source=entry["source"],
        year=entry["year"],
    )
    return ReadyExam(
        subject=entry["subject"],
        grade=entry["grade"],
        year=entry["year"],
        scheme=ExamScheme(criteria=criteria),
        marks=marks,
    )
