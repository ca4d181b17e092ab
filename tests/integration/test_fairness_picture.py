"""The picture of figures with intervals: round marks, everything inside, words for too few."""

from __future__ import annotations

from app.web.fairness.intervals import LABELS, WIDTH, Entry, draw_intervals, figure


def entry(low: float, value: float, high: float) -> Entry:
    return Entry(label="a", value=value, low=low, high=high, strong=False)


def test_marks_are_round_and_hold_every_interval() -> None:
    picture = draw_intervals([entry(-1.13, -0.4, 1.97)], first=-1.0, last=1.0, compare=0.0)
    assert [mark.text for mark in picture.ticks] == ["−2,0", "−1,0", "0,0", "1,0", "2,0"]
    (row,) = picture.rows
    assert LABELS <= row.x_low < row.x < row.x_high <= WIDTH
    assert picture.zero_x == picture.ticks[2].x


def test_an_entry_without_a_value_has_no_place() -> None:
    nothing = Entry(label="a", value=None, low=None, high=None, strong=False)
    (row,) = draw_intervals([nothing], first=0.0, last=1.0).rows
    assert (row.x, row.x_low, row.x_high) == (None, None, None)


def test_figures_have_a_comma_a_real_minus_and_no_minus_nought() -> None:
    assert [figure(value) for value in (1.26, -0.51, -0.04, None)] == ["1,3", "−0,5", "0,0", "—"]
