"""Controls: within or outside the tolerance, who qualifies, where they stand in a list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Advice,
    ControlRuleError,
    Criterion,
    ExamScheme,
    IncompleteSheetError,
    Points,
    RuleError,
    ScoreSheet,
    Tolerance,
    X,
    advise,
    control_places,
    judge,
    qualifies,
)

SCHEME = ExamScheme(criteria=(Criterion(label="1", maximum=4), Criterion(label="2", maximum=2)))


def sheet(*points: Points) -> ScoreSheet:
    return ScoreSheet(scheme=SCHEME, points=dict(zip(SCHEME.labels, points, strict=False)))


def test_a_gap_equal_to_the_tolerance_is_within() -> None:
    verdict = judge(sheet(3, 1), sheet(2, 2), tolerance=Tolerance(total=0, criterion=1))
    assert not verdict.outside
    assert [one.differs for one in verdict.criteria] == [True, True]


def test_one_criterion_beyond_its_tolerance_is_outside_though_the_sums_agree() -> None:
    verdict = judge(sheet(2, 2), sheet(4, 0), tolerance=Tolerance(total=2, criterion=1))
    assert (verdict.total_gap, verdict.outside) == (0, True)


def test_sums_beyond_their_tolerance_are_outside_though_every_criterion_is_near() -> None:
    verdict = judge(sheet(3, 1), sheet(2, 0), tolerance=Tolerance(total=1, criterion=1))
    assert (verdict.total_gap, verdict.total_outside, verdict.outside) == (2, True, True)


def test_not_attempted_against_nought_differs_and_is_within() -> None:
    verdict = judge(sheet(X, 1), sheet(0, 1), tolerance=Tolerance(total=0, criterion=0))
    assert (verdict.criteria[0].differs, verdict.outside) == (True, False)


def test_sheets_of_other_criteria_or_without_points_are_not_compared() -> None:
    other = ScoreSheet(scheme=ExamScheme(criteria=SCHEME.criteria[:1]), points={"1": 1})
    with pytest.raises(RuleError):
        judge(other, sheet(1, 1), tolerance=Tolerance())
    with pytest.raises(IncompleteSheetError):
        judge(sheet(1), sheet(1, 1), tolerance=Tolerance())
    with pytest.raises(ControlRuleError):
        Tolerance(total=-1)


def test_a_try_is_open_until_its_last_work_and_then_counts_what_is_outside() -> None:
    assert qualifies([True], works=3, most_outside=1) is None
    assert qualifies([True, False, False], works=3, most_outside=1) is True
    assert qualifies([True, False, True], works=3, most_outside=1) is False


@pytest.mark.parametrize(
    ("outside", "asked"),
    [
        ([], Advice.GO_ON),
        ([True], Advice.TALK),
        ([True, False], Advice.GO_ON),
        ([True, False, True], Advice.STOP),
        ([True, True, False], Advice.GO_ON),
        ([True, False, False, True], Advice.TALK),
    ],
)
def test_a_miss_asks_for_a_word_and_two_of_three_for_a_stop(
    outside: list[bool], asked: Advice
) -> None:
    assert advise(outside) is asked


@given(
    works=st.integers(0, 200),
    every=st.integers(3, 30),
    days=st.integers(0, 10),
    most=st.integers(0, 40),
    seed=st.integers(0, 999),
)
def test_controls_begin_the_list_and_no_stretch_is_without_one(
    works: int, every: int, days: int, most: int, seed: int
) -> None:
    places = control_places(
        works, every=every, days=days, most=most, rng=np.random.default_rng(seed)
    )
    assert list(places) == sorted(places)
    assert len(places) <= most
    if not works or not most:
        assert places == ()
        return
    assert places[0] == 0
    assert all(0 <= place < works for place in places)
    if most >= works:
        stretches = {place // every for place in places}
        assert stretches == set(range(-(-works // every)))


def test_a_control_before_every_work_is_refused() -> None:
    with pytest.raises(ControlRuleError):
        control_places(5, every=0, days=1, most=3, rng=np.random.default_rng(1))
