"""The charts of all experts, from everything that was controlled so far (A1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.fairness.control import (
    FEWEST_QUALIFYING,
    WARN,
    Chart,
    Control,
    Kind,
    Signal,
    baselines,
    step,
)
from scoring.fairness.sentence import Few, Sentence, few, sentence

VERSION = "control-2"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertChart:
    """One expert's chart with its whole course.

    Attributes:
        expert: Whose it is.
        course: The chart after every live work.
        stopped_at: Place of the work that stopped the expert, if any did.
        read_again_after: Works after this place are read again; None when there is no stop.
        told: What is said to the expert and the chair.
    """

    expert: str
    course: tuple[Chart, ...]
    stopped_at: int | None
    read_again_after: int | None
    told: Sentence


def control_charts(controls: Sequence[Control]) -> tuple[tuple[str, ExpertChart | Few], ...]:
    """Every expert's chart, in alphabetical order; `Few` below ten qualifying works."""
    courses = _courses(controls)
    qualifying = Counter(one.expert for one in controls if one.kind is Kind.QUALIFICATION)
    return tuple(
        (
            expert,
            _charted(expert, courses[expert][1:])
            if expert in courses
            else few(qualifying[expert], FEWEST_QUALIFYING),
        )
        for expert in sorted({control.expert for control in controls})
    )


def _courses(controls: Sequence[Control]) -> dict[str, list[Chart]]:
    """Every qualified expert's chart, step by step from his baseline."""
    courses = {expert: [Chart(baseline=own)] for expert, own in baselines(controls).items()}
    for control in controls:
        if control.kind is Kind.QUALIFICATION or control.expert not in courses:
            continue
        other = courses.get(control.other) if control.other else None
        if other is not None and _in_doubt(other[-1]):
            # What such a reader gave is no measure of his colleague.
            continue
        partner = other[-1].baseline if other else None
        own = courses[control.expert]
        own.append(step(own[-1], control, other=partner))
    return courses


def _in_doubt(chart: Chart) -> bool:
    """A chart that warns or has stopped: the reader may have drifted already."""
    return chart.signal is Signal.STOP or max(chart.upper, chart.lower) >= WARN


def _charted(expert: str, course: Sequence[Chart]) -> ExpertChart:
    stop = next((chart for chart in course if chart.signal is Signal.STOP), None)
    good = None
    if stop is not None:
        good = -1 if stop.last_good is None else stop.last_good
    return ExpertChart(
        expert=expert,
        course=tuple(course),
        stopped_at=None if stop is None else stop.place,
        read_again_after=good,
        told=_told(course, stop),
    )


def _told(course: Sequence[Chart], stop: Chart | None) -> Sentence:
    n = len(course)
    if stop is not None:
        return sentence(
            "Оценивание ушло от исходного уровня: остановка на работе %(place)s."
            " Работы после последнего хорошего контроля читают заново. Контрольных точек: %(n)s.",
            place=stop.place,
            n=n,
        )
    last = course[-1].signal if course else Signal.FEW
    texts = {
        Signal.FEW: "Мало данных: контрольных точек %(n)s.",
        Signal.GO_ON: "Отклонений от исходного уровня не видно. Контрольных точек: %(n)s.",
        Signal.TALK: "Есть повод поговорить с экспертом. Контрольных точек: %(n)s.",
    }
    return sentence(texts[last], n=n)
