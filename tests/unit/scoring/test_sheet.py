"""One expert's points for one script."""

import pytest

from scoring import (
    BrokenDependencyError,
    IncompleteSheetError,
    PointsError,
    SchemeError,
    X,
    check_points,
    parse_points,
    worth,
)
from tests.unit.scoring.schemes import SCHEME, partial, sheet


@pytest.mark.parametrize("text", ["x", "X", "х", "Х", " X "])
def test_x_is_read_in_either_alphabet(text: str) -> None:
    assert parse_points(text) is X


def test_digits_are_points() -> None:
    assert parse_points(" 3 ") == 3


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1,5", "два", "XX", "٣", "²"])
def test_other_text_is_no_points(text: str) -> None:
    with pytest.raises(PointsError, match="ожидалось целое число или X"):
        parse_points(text)


@pytest.mark.parametrize("points", [0, 3, X])
def test_points_within_the_range_are_accepted(points: object) -> None:
    check_points(SCHEME.get_criterion("4К1"), points)


def test_points_above_the_maximum_tell_both_numbers() -> None:
    with pytest.raises(PointsError, match="Баллов 4 больше максимума 3 по критерию 4К1"):
        check_points(SCHEME.get_criterion("4К1"), 4)


def test_points_below_zero_are_refused() -> None:
    with pytest.raises(PointsError, match="меньше нуля"):
        partial({"1": -1})


@pytest.mark.parametrize("points", [True, 1.0, "1", None])
def test_points_of_another_type_are_refused(points: object) -> None:
    with pytest.raises(PointsError, match="не баллы"):
        check_points(SCHEME.get_criterion("1"), points)


def test_points_for_an_unknown_criterion_are_refused() -> None:
    with pytest.raises(SchemeError, match="нет критерия 9"):
        partial({"9": 0})


def test_sheet_knows_what_is_missing_and_its_total_so_far() -> None:
    begun = partial({"4К1": 3})
    assert begun.missing == ("1", "4К2")
    assert begun.total == 3
    with pytest.raises(IncompleteSheetError, match="1, 4К2"):
        begun.check_complete()


def test_x_adds_nothing_to_the_total() -> None:
    assert worth(X) == 0
    assert sheet(X, 3, 1).total == 4
    assert str(X) == "X"


def test_new_points_leave_the_old_sheet_as_it_was() -> None:
    old = partial({"1": 1})
    assert old.with_points("1", 2).total == 2
    assert old.total == 1


def test_sheet_does_not_follow_the_mapping_it_was_made_of() -> None:
    source = {"1": 1}
    made = partial(source)
    source["1"] = 99
    assert made.points == {"1": 1}


@pytest.mark.parametrize("base", [0, X])
def test_dependent_points_without_a_base_are_broken(base: object) -> None:
    broken = sheet(1, base, 2)
    (found,) = broken.broken_dependencies()
    assert (found.label, found.base, found.points) == ("4К2", "4К1", 2)
    with pytest.raises(BrokenDependencyError, match="допустимо только 0 или X"):
        broken.check_complete()


@pytest.mark.parametrize("base", [0, X])
@pytest.mark.parametrize("dependent", [0, X])
def test_nothing_depends_on_nothing(base: object, dependent: object) -> None:
    sheet(0, base, dependent).check_complete()


def test_base_without_points_yet_breaks_nothing() -> None:
    assert partial({"4К2": 2}).broken_dependencies() == ()
    assert partial({"4К1": 0}).broken_dependencies() == ()
