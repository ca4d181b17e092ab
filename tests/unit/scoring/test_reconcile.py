"""Two sheets -> agreed points, or a call for a third expert; and the third one's word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Agreed,
    AgreedBy,
    Criterion,
    CriterionGap,
    Divergent,
    ExamScheme,
    IncompleteSheetError,
    NotThirdError,
    ReconcileRule,
    RuleError,
    ScoreSheet,
    X,
    reconcile,
    reconcile_all,
    settle,
)
from tests.unit.scoring.schemes import SCHEME, partial, sheet

LENIENT = ReconcileRule(total_tolerance=1, criterion_tolerance=1)


def test_gap_equal_to_tolerance_is_agreed() -> None:
    assert isinstance(reconcile(sheet(1, 2, 1), sheet(2, 2, 1), rule=LENIENT), Agreed)


def test_gap_on_one_criterion_above_tolerance_diverges() -> None:
    rule = ReconcileRule(total_tolerance=None, criterion_tolerance=1)
    found = reconcile(sheet(0, 3, 1), sheet(2, 3, 1), rule=rule)
    gap = CriterionGap(label="1", first=0, second=2)
    assert found == Divergent(criteria=(gap,), total_gap=2, total_exceeded=False)


def test_gap_of_sums_above_tolerance_diverges_without_a_single_criterion() -> None:
    found = reconcile(sheet(0, 2, 1), sheet(1, 3, 1), rule=LENIENT)
    assert found == Divergent(criteria=(), total_gap=2, total_exceeded=True)


def test_opposite_gaps_do_not_hide_each_other() -> None:
    rule = ReconcileRule(total_tolerance=0, criterion_tolerance=0)
    found = reconcile(sheet(1, 2, 1), sheet(2, 1, 1), rule=rule)
    assert isinstance(found, Divergent)
    assert [gap.label for gap in found.criteria] == ["1", "4К1"]
    assert not found.total_exceeded


def test_x_against_zero_diverges_only_where_the_rule_says_so() -> None:
    strict = ReconcileRule(total_tolerance=0, criterion_tolerance=0, x_diverges=True)
    plain = ReconcileRule(total_tolerance=0, criterion_tolerance=0)
    assert isinstance(reconcile(sheet(X, 1, 1), sheet(0, 1, 1), rule=strict), Divergent)
    assert isinstance(reconcile(sheet(X, 1, 1), sheet(0, 1, 1), rule=plain), Agreed)
    assert isinstance(reconcile(sheet(X, 1, 1), sheet(X, 1, 1), rule=strict), Agreed)


@pytest.mark.parametrize(
    ("agreed_by", "points"),
    [(AgreedBy.HIGHER, (1, 3, 1)), (AgreedBy.MEAN_UP, (1, 3, 1)), (AgreedBy.FIRST, (0, 3, 1))],
)
def test_agreed_points_follow_the_rule(agreed_by: AgreedBy, points: tuple[int, int, int]) -> None:
    rule = ReconcileRule(total_tolerance=None, criterion_tolerance=None, agreed_by=agreed_by)
    found = reconcile(sheet(0, 3, 1), sheet(1, 2, X), rule=rule)
    assert found == Agreed(points=sheet(*points).points)


def test_x_of_both_stays_x_and_x_with_zero_becomes_zero() -> None:
    found = reconcile(sheet(X, 0, X), sheet(X, X, X), rule=LENIENT)
    assert found == Agreed(points=sheet(X, 0, X).points)


def test_negative_tolerance_cannot_exist() -> None:
    with pytest.raises(RuleError, match="меньше нуля"):
        ReconcileRule(total_tolerance=-1, criterion_tolerance=None)


def test_incomplete_sheet_cannot_be_reconciled() -> None:
    with pytest.raises(IncompleteSheetError):
        reconcile(sheet(1, 1, 1), partial({"1": 1}), rule=LENIENT)


def test_sheets_of_different_exams_cannot_be_reconciled() -> None:
    other = ExamScheme(criteria=(Criterion(label="1", maximum=2),))
    with pytest.raises(RuleError, match="разным критериям"):
        reconcile(sheet(1, 1, 1), ScoreSheet(scheme=other, points={"1": 1}), rule=LENIENT)


VALUES = {
    label: st.sampled_from([*range(maximum + 1), X])
    for label, maximum in (("1", 2), ("4К1", 3), ("4К2", 2))
}
SHEETS = st.fixed_dictionaries(VALUES).map(partial).filter(lambda s: not s.broken_dependencies())


@given(SHEETS, SHEETS, st.sampled_from(AgreedBy))
def test_agreed_points_never_break_a_dependency(
    first: ScoreSheet, second: ScoreSheet, agreed_by: AgreedBy
) -> None:
    rule = ReconcileRule(total_tolerance=None, criterion_tolerance=None, agreed_by=agreed_by)
    found = reconcile(first, second, rule=rule)
    assert isinstance(found, Agreed)
    ScoreSheet(scheme=SCHEME, points=found.points).check_complete()


@given(SHEETS, SHEETS)
def test_divergence_does_not_depend_on_who_came_first(
    first: ScoreSheet, second: ScoreSheet
) -> None:
    one, two = reconcile(first, second, rule=LENIENT), reconcile(second, first, rule=LENIENT)
    assert type(one) is type(two)
    if isinstance(one, Agreed):
        assert one == two


def test_third_experts_points_are_final() -> None:
    assert settle(sheet(2, 3, 0), third="c", earlier={"a", "b"}) == sheet(2, 3, 0).points


def test_third_expert_is_neither_of_the_two() -> None:
    with pytest.raises(NotThirdError, match="уже проверял"):
        settle(sheet(2, 3, 0), third="b", earlier={"a", "b"})


def test_ruling_must_be_complete() -> None:
    with pytest.raises(IncompleteSheetError):
        settle(partial({"1": 1}), third="c", earlier=())


def test_of_three_sheets_the_nearest_pair_that_agrees_gives_the_points() -> None:
    first, far, near = sheet(1, 2, 1), sheet(X, X, X), sheet(1, 3, 1)
    assert reconcile_all([first, far, near], rule=LENIENT) == reconcile(first, near, rule=LENIENT)


def test_of_three_sheets_apart_the_nearest_pair_is_told() -> None:
    rule = ReconcileRule(total_tolerance=0, criterion_tolerance=0)
    first, second, third = sheet(0, 0, 0), sheet(2, 3, 1), sheet(1, 3, 1)
    found = reconcile_all([first, second, third], rule=rule)
    assert found == reconcile(second, third, rule=rule)
    assert isinstance(found, Divergent)


def test_one_sheet_stands_by_itself_and_none_is_refused() -> None:
    assert reconcile_all([sheet(1, 2, 1)], rule=LENIENT) == Agreed(points=sheet(1, 2, 1).points)
    with pytest.raises(RuleError, match="нечего"):
        reconcile_all([], rule=LENIENT)


def test_a_criterion_can_have_a_tolerance_of_its_own() -> None:
    scheme = ExamScheme(criteria=(Criterion(label="1", maximum=3), Criterion(label="2", maximum=3)))
    first = ScoreSheet(scheme=scheme, points={"1": 2, "2": 2})
    near_on_first = ScoreSheet(scheme=scheme, points={"1": 1, "2": 2})
    near_on_second = ScoreSheet(scheme=scheme, points={"1": 2, "2": 1})
    rule = ReconcileRule(total_tolerance=5, criterion_tolerance=1, own_tolerances={"1": 0})
    found = reconcile(first, near_on_first, rule=rule)
    assert isinstance(found, Divergent)
    assert [gap.label for gap in found.criteria] == ["1"]
    assert isinstance(reconcile(first, near_on_second, rule=rule), Agreed)
    with pytest.raises(RuleError):
        ReconcileRule(total_tolerance=0, criterion_tolerance=0, own_tolerances={"1": -1})
