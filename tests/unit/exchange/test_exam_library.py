"""Ready descriptions of real exams."""

import pytest

from app.exchange.exam_library import get_ready_exam, list_ready_exams
from app.exchange.problems import ExchangeError


def test_russian_of_grade_four_has_its_criteria_and_scale() -> None:
    exam = get_ready_exam("Русский язык", 4, 2026)
    assert exam.scheme.max_total == 24
    assert len(exam.scheme.criteria) == 15
    assert exam.thresholds is not None
    assert [exam.thresholds.mark_of(score) for score in (9, 10, 16, 21)] == [2, 3, 4, 5]
    assert "2026" in exam.source


def test_english_of_grade_eight_keeps_its_dependencies() -> None:
    exam = get_ready_exam("Английский язык", 8, 2026)
    dependent = [one.label for one in exam.scheme.criteria if one.depends_on == "4К1"]
    assert dependent == ["4К2", "4К3", "4К4"]
    assert exam.thresholds is None


def test_exams_are_listed_by_grade_and_subject() -> None:
    listed = [(exam.grade, exam.subject) for exam in list_ready_exams()]
    assert listed == sorted(listed)
    assert len(listed) == 4


def test_unknown_exam_is_refused() -> None:
    with pytest.raises(ExchangeError, match="Химия"):
        get_ready_exam("Химия", 8, 2026)
