"""Criteria, their labels and headers, and the scale of marks."""

import pytest

from scoring import (
    Criterion,
    ExamScheme,
    MarkThresholds,
    SchemeError,
    criterion_of_header,
    normal_label,
)

SCALE = MarkThresholds(three=10, four=16, five=21, source="приказ", year=2026)


@pytest.mark.parametrize(
    ("written", "label"),
    [("1", "1"), ("9,1", "9.1"), ("9.1", "9.1"), ("4K1", "4К1"), ("4к1", "4К1"), (" 4К1 ", "4К1")],
)
def test_label_has_one_spelling(written: str, label: str) -> None:
    assert normal_label(written) == label


@pytest.mark.parametrize("written", ["", "К1", "4К", "9.", "1.2.3", "одно", "1 2", "٣", "-1"])
def test_label_outside_the_grammar_is_refused(written: str) -> None:
    with pytest.raises(SchemeError):
        normal_label(written)


@pytest.mark.parametrize(
    ("header", "label", "maximum"),
    [
        ("1 (5б)", "1", 5),
        ("9,1(1б)", "9.1", 1),
        ("4K1  (3б)", "4К1", 3),
        ("10.2 (12б)", "10.2", 12),
    ],
)
def test_header_names_label_and_maximum(header: str, label: str, maximum: int) -> None:
    assert criterion_of_header(header) == Criterion(label=label, maximum=maximum)


@pytest.mark.parametrize(
    "header", ["1", "1 (б)", "1 (5)", "(5б)", "1 (-5б)", "1 (5b)", "1 (0б)", "1 (5б) 2", "1 (101б)"]
)
def test_header_outside_the_grammar_is_refused(header: str) -> None:
    with pytest.raises(SchemeError):
        criterion_of_header(header)


def test_header_is_written_with_a_cyrillic_letter() -> None:
    assert Criterion(label="4K1", maximum=3).header == "4К1 (3б)"


@pytest.mark.parametrize("maximum", [-1, 0, 101])
def test_maximum_outside_its_range_is_refused(maximum: int) -> None:
    with pytest.raises(SchemeError, match="ожидалось целое от 1 до 100"):
        Criterion(label="1", maximum=maximum)


def test_criterion_cannot_depend_on_itself() -> None:
    with pytest.raises(SchemeError, match="самого себя"):
        Criterion(label="4К1", maximum=3, depends_on="4K1")


def test_scheme_refuses_no_criteria_twins_and_unknown_bases() -> None:
    one = Criterion(label="1", maximum=1)
    with pytest.raises(SchemeError, match="ни одного"):
        ExamScheme(criteria=())
    with pytest.raises(SchemeError, match="дважды"):
        ExamScheme(criteria=(one, one))
    with pytest.raises(SchemeError, match="которого в работе нет"):
        ExamScheme(criteria=(one, Criterion(label="2", maximum=1, depends_on="3")))


def test_scheme_finds_criteria() -> None:
    base = Criterion(label="4К1", maximum=3)
    dependent = Criterion(label="4К2", maximum=2, depends_on="4К1")
    scheme = ExamScheme(criteria=(base, dependent))
    assert scheme.labels == ("4К1", "4К2")
    assert scheme.max_total == 5
    assert scheme.get_criterion("4К2") == dependent
    with pytest.raises(SchemeError, match="нет критерия 7"):
        scheme.get_criterion("7")


@pytest.mark.parametrize(
    ("raw", "mark"), [(0, 2), (9, 2), (10, 3), (15, 3), (16, 4), (20, 4), (21, 5), (24, 5)]
)
def test_mark_changes_exactly_at_its_threshold(raw: int, mark: int) -> None:
    assert SCALE.mark_of(raw) == mark


@pytest.mark.parametrize(("three", "four", "five"), [(0, 1, 2), (3, 3, 4), (5, 4, 6), (1, 3, 3)])
def test_thresholds_must_grow(three: int, four: int, five: int) -> None:
    with pytest.raises(SchemeError, match="должны расти"):
        MarkThresholds(three=three, four=four, five=five, source="приказ", year=2026)


def test_scale_names_its_source_and_can_be_reached() -> None:
    with pytest.raises(SchemeError, match="источник"):
        MarkThresholds(three=1, four=2, five=3, source=" ", year=2026)
    with pytest.raises(SchemeError, match="максимум за работу 1"):
        SCALE.check_against(ExamScheme(criteria=(Criterion(label="1", maximum=1),)))


def test_refusal_carries_the_sentence_and_its_parameters() -> None:
    with pytest.raises(SchemeError) as caught:
        normal_label("?")
    assert caught.value.params == {"label": "?"}
    assert caught.value.text % caught.value.params == str(caught.value)
