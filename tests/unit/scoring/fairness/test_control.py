"""A1: the chart of an expert moves, warns, stops, and says what to read again."""

from __future__ import annotations

import math

import pytest

from scoring.fairness.control import (
    WARN,
    Baseline,
    Chart,
    Control,
    ControlError,
    Kind,
    Signal,
    baselines,
    step,
)
from scoring.fairness.control_charts import ExpertChart, control_charts
from scoring.fairness.sentence import Few

BASE = Baseline(offset=0.0, error=0.0, spread=1.0, count=10)


def control(gap: float, *, place: int = 0, kind: Kind = Kind.CONTROL) -> Control:
    return Control(expert="a", place=place, kind=kind, points=10 + gap, reference=10)


def qualified(expert: str = "a", gaps: tuple[int, ...] = (0, 1, -1, 0, 0, 1, -1, 0, 1, -1)):
    return [
        Control(
            expert=expert, place=at - 10, kind=Kind.QUALIFICATION, points=10 + gap, reference=10
        )
        for at, gap in enumerate(gaps)
    ]


def test_a_steady_expert_goes_on_after_five_points():
    chart = Chart(baseline=BASE)
    signals = []
    for place in range(6):
        chart = step(chart, control(0, place=place))
        signals.append(chart.signal)
    assert signals == [Signal.FEW] * 4 + [Signal.GO_ON] * 2
    assert chart.last_good == 5


def test_a_change_warns_then_stops_and_a_stop_stays():
    chart = step(Chart(baseline=BASE), control(0, place=0))
    signals = []
    for place in range(1, 5):
        chart = step(chart, control(-3, place=place))
        signals.append(chart.signal)
    assert signals == [Signal.FEW, Signal.TALK, Signal.STOP, Signal.STOP]
    assert chart.last_good == 0
    assert step(chart, control(0, place=9)).signal is Signal.STOP


def test_a_double_moves_the_chart_less_than_a_control():
    alone = step(Chart(baseline=BASE), control(3))
    double = step(Chart(baseline=BASE), control(3, kind=Kind.DOUBLE), other=BASE)
    assert 0 < double.upper < alone.upper


def test_the_other_readers_offset_is_taken_off():
    strict = Baseline(offset=-3.0, error=0.0, spread=1.0, count=10)
    moved = step(Chart(baseline=BASE), control(3, kind=Kind.DOUBLE), other=strict)
    assert moved.last_deviation == 0


def test_works_outside_tolerance_call_for_a_talk_even_at_a_steady_level():
    chart = Chart(baseline=Baseline(offset=3.0, error=0.0, spread=1.0, count=10))
    for place in range(4):
        chart = step(chart, control(3, place=place))
    assert chart.upper == 0
    assert chart.ratio == pytest.approx(4 * math.log(5))
    assert chart.signal is Signal.TALK


def test_a_work_of_the_qualification_is_no_point_of_the_chart():
    with pytest.raises(ControlError):
        step(Chart(baseline=BASE), control(0, kind=Kind.QUALIFICATION))


def test_experts_who_never_err_still_have_a_spread():
    known = baselines(qualified(gaps=(0,) * 10))
    assert known["a"].spread > 0


def test_without_ten_qualifying_works_there_is_a_sentence_and_no_chart():
    found = dict(control_charts([*qualified()[:4], control(0)]))
    assert isinstance(found["a"], Few)


def test_what_to_read_again_begins_after_the_last_good_control():
    live = [control(gap, place=at * 12) for at, gap in enumerate((0, 0, -4, -4, -4))]
    found = dict(control_charts([*qualified(), *live]))["a"]
    assert isinstance(found, ExpertChart)
    assert found.read_again_after == 12
    assert found.stopped_at in {36, 48}
    assert "остановка" in str(found.told)


def test_an_expert_without_live_works_has_an_empty_course():
    found = dict(control_charts(qualified()))["a"]
    assert isinstance(found, ExpertChart)
    assert found.course == ()
    assert "Мало данных" in str(found.told)


def test_a_double_with_a_reader_who_stands_at_a_warning_moves_no_chart():
    gone = [
        Control(expert="b", place=at * 12, kind=Kind.CONTROL, points=4, reference=10)
        for at in range(2)
    ]
    double = Control(expert="a", place=90, kind=Kind.DOUBLE, points=10, reference=4, other="b")
    own = control(0, place=0)
    found = dict(control_charts([*qualified(), *qualified("b"), own, *gone, double]))
    assert isinstance(found["a"], ExpertChart)
    assert isinstance(found["b"], ExpertChart)
    assert found["b"].course[-1].lower >= WARN
    assert [chart.place for chart in found["a"].course] == [0]
