"""Codes drawn for a school cannot be taken for one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanning.codes import CodeError, draw_codes


def _distance(one: str, two: str) -> int:
    return sum(a != b for a, b in zip(one, two, strict=True))


@given(st.integers(1, 120), st.integers(0, 2**62), st.sets(st.integers(0, 99_999), max_size=5))
def test_any_two_codes_differ_in_two_digits(count: int, seed: int, given_ones: set[int]) -> None:
    taken = {f"{number:05d}" for number in given_ones}
    drawn = draw_codes(count, length=5, taken=taken, seed=seed)
    assert len(drawn) == count
    assert all(_distance(one, two) >= 2 for one in drawn for two in drawn if one is not two)
    assert all(_distance(one, two) >= 2 for one in drawn for two in taken)


def test_the_same_seed_draws_the_same_codes() -> None:
    assert draw_codes(9, length=5, seed=1) == draw_codes(9, length=5, seed=1)
    assert draw_codes(9, length=5, seed=1) != draw_codes(9, length=5, seed=2)


def test_ten_codes_of_two_digits_are_not_always_there_but_never_too_near() -> None:
    with pytest.raises(CodeError, match="больше нет"):
        draw_codes(10, length=2, taken=("00", "11"), seed=1)


@pytest.mark.parametrize(("count", "length"), [(0, 5), (1, 0), (1, 7), (101, 3)])
def test_a_count_that_cannot_be_is_refused(count: int, length: int) -> None:
    with pytest.raises(CodeError, match="Нельзя выдать"):
        draw_codes(count, length=length, seed=1)
