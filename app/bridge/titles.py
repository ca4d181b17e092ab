"""What an exam is called, kept apart from the language it is said in."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import Exam

EXAM_TITLE = "%(subject)s, %(grade)s класс"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamTitle:
    """The subject and the grade; as text, the exam's Russian title."""

    subject: str
    grade: int

    def __str__(self) -> str:
        return EXAM_TITLE % {"subject": self.subject, "grade": self.grade}


def title_of(exam: Exam) -> ExamTitle:
    """The title of an exam."""
    return ExamTitle(subject=exam.subject, grade=exam.grade)
