"""Final points -> the rows of the form of results."""

import pytest

from scoring import (
    ABSENT,
    BrokenDependencyError,
    FormError,
    FormRow,
    ResultsForm,
    X,
)
from tests.unit.scoring.schemes import SCHEME, sheet

POINTS = sheet(2, 3, 1).points


def row(**changes: object) -> FormRow:
    facts = {
        "code": "00012",
        "variant": 7,
        "points": POINTS,
        "class_serial": 1,
        "previous_mark": None,
    }
    return FormRow(**{**facts, **changes})


def form(*rows: FormRow) -> ResultsForm:
    return ResultsForm(subject="Математика", grade=4, year=2026, scheme=SCHEME, rows=rows)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "12а"}, "ожидались цифры"),
        ({"code": ""}, "ожидались цифры"),
        ({"code": "٣"}, "ожидались цифры"),
        ({"class_serial": 0}, "от 1 до 50"),
        ({"class_serial": 51}, "от 1 до 50"),
        ({"previous_mark": 1}, "нет отметки"),
        ({"previous_mark": 6}, "нет отметки"),
        ({"variant": 0}, "Вариант"),
        ({"variant": ABSENT}, "отсутствовал, но баллы"),
    ],
)
def test_impossible_row_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(FormError, match=words):
        row(**changes)


def test_absent_participant_has_no_raw_score() -> None:
    assert row(variant=ABSENT, points={}).raw_score is None
    assert row().raw_score == 6


def test_form_refuses_a_code_twice_and_codes_of_two_lengths() -> None:
    with pytest.raises(FormError, match="дважды"):
        form(row(), row())
    with pytest.raises(FormError, match="разной длины"):
        form(row(), row(code="012"))


def test_form_refuses_broken_points_and_takes_the_absent() -> None:
    with pytest.raises(BrokenDependencyError):
        form(row(points=sheet(1, X, 1).points))
    assert len(form(row(), row(code="00013", variant=ABSENT, points={})).rows) == 2
