"""A live chart of every expert: controls and doubles against his own qualification (A1).

Beside the chart of levels (two one-sided cumulative sums) runs a sequential test of "out of
tolerance". The chart asks whether the expert has changed and may stop him; the test asks whether
he agrees with the agreed points and calls for a talk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from scoring.errors import ScoringError

FEWEST_QUALIFYING = 10
FEWEST_LIVE = 5
SLACK = 0.75
WARN, STOP = 3.0, 6.5
TOLERANCE = 2.0
RATE_FINE, RATE_POOR = 0.10, 0.50
ALPHA, BETA = 0.01, 0.10
NARROWEST_SPREAD = 0.5
"""Points: experts who never err in ten works have not shown a spread of nought."""
QUIET = 2.0
"""Below this height of both sums a live work is taken into the baseline."""
POOLED_WEIGHT = 9.0
"""Ten works tell a spread badly: the one of all experts counts as much."""
_OUT = float(np.log(RATE_POOR / RATE_FINE))
_IN = float(np.log((1 - RATE_POOR) / (1 - RATE_FINE)))
_POOR_AT = float(np.log((1 - BETA) / ALPHA))
_FINE_AT = float(np.log(BETA / (1 - ALPHA)))


class ControlError(ScoringError):
    """A control that no chart can take."""


class Kind(Enum):
    """What an expert's points were compared with."""

    QUALIFICATION = "qualification"
    CONTROL = "control"
    DOUBLE = "double"


class Signal(Enum):
    """What a chart asks for."""

    FEW = "few"
    GO_ON = "go_on"
    TALK = "talk"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """A work of known or doubled worth that an expert scored.

    Attributes:
        expert: Who scored it.
        place: Which of the expert's works it was; qualification stands before 0.
        kind: What it is compared with.
        points: Total that the expert gave.
        reference: Agreed total, or the other reader's.
        other: The other reader of a double, if known.
    """

    expert: str
    place: int
    kind: Kind
    points: float
    reference: float
    other: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What an expert was like when he qualified.

    Attributes:
        offset: Mean of given minus agreed points.
        error: Standard error of that mean.
        spread: Standard deviation of a single reading, drawn to that of all experts.
        count: Qualifying works.
    """

    offset: float
    error: float
    spread: float
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Where an expert's chart stands; `step` gives the next one.

    Attributes:
        baseline: What the expert is held against.
        count: Live points so far.
        upper: Cumulative sum towards milder points.
        lower: Cumulative sum towards stricter points.
        ratio: Logarithm of the likelihood ratio of "out of tolerance" in half the works.
        last_deviation: Deviation of the last point from the baseline, in points.
        last_z: The same in standard errors.
        last_good: Place of the last work after which neither sum stood above nought; None before.
        place: Place of the last point.
        signal: What the chart asks for; a stop stays.
    """

    baseline: Baseline
    count: int = 0
    upper: float = 0.0
    lower: float = 0.0
    ratio: float = 0.0
    last_deviation: float = 0.0
    last_z: float = 0.0
    last_good: int | None = None
    place: int | None = None
    signal: Signal = Signal.FEW


def baselines(qualifying: Sequence[Control]) -> Mapping[str, Baseline]:
    """Every expert's baseline from his qualifying works; experts with fewer than ten have none."""
    gaps: dict[str, list[float]] = {}
    for control in qualifying:
        if control.kind is Kind.QUALIFICATION:
            gaps.setdefault(control.expert, []).append(control.points - control.reference)
    pooled = _pooled_variance(list(gaps.values()))
    return {
        expert: _baseline(own, pooled)
        for expert, own in sorted(gaps.items())
        if len(own) >= FEWEST_QUALIFYING
    }


def _baseline(gaps: Sequence[float], pooled: float) -> Baseline:
    freedom = len(gaps) - 1
    own = float(np.var(gaps, ddof=1))
    spread = ((own * freedom + pooled * POOLED_WEIGHT) / (freedom + POOLED_WEIGHT)) ** 0.5
    return Baseline(
        offset=float(np.mean(gaps)), error=spread / len(gaps) ** 0.5, spread=spread, count=len(gaps)
    )


def _pooled_variance(gaps: Sequence[Sequence[float]]) -> float:
    variances = [float(np.var(own, ddof=1)) for own in gaps if len(own) > 1]
    return max(NARROWEST_SPREAD**2, float(np.mean(variances)) if variances else 0.0)


def step(chart: Chart, control: Control, *, other: Baseline | None = None) -> Chart:
    """The chart after one more live work.

    A double's reference is itself a reading, with twice the variance and the other reader's own
    offset; its weight in the sums is smaller by as much.

    Args:
        chart: Before the work.
        control: The work; its kind is CONTROL or DOUBLE.
        other: The other reader's baseline, for a double.

    Raises:
        ControlError: The work belongs to the qualification.
    """
    if control.kind is Kind.QUALIFICATION:
        raise ControlError("Работа отбора не попадает на карту: по ней считается исходный уровень")
    baseline = chart.baseline
    deviation = control.points - control.reference - baseline.offset
    variance = baseline.spread**2 + baseline.error**2
    if control.kind is Kind.DOUBLE:
        variance += baseline.spread**2 if other is None else other.spread**2 + other.error**2
        deviation += 0.0 if other is None else other.offset
    z = deviation / variance**0.5
    weight = baseline.spread / variance**0.5
    moved = replace(
        chart,
        count=chart.count + 1,
        upper=max(0.0, chart.upper + weight * (z - SLACK * weight)),
        lower=max(0.0, chart.lower - weight * (z + SLACK * weight)),
        ratio=_ratio_after(chart.ratio, control),
        last_deviation=deviation,
        last_z=z,
        place=control.place,
    )
    return _judged(_settled(moved, variance), before=chart)


def _settled(chart: Chart, variance: float) -> Chart:
    """While nothing points to a change, live works make the baseline more exact."""
    if max(chart.upper, chart.lower) > QUIET:
        return chart
    old = chart.baseline
    single = variance - old.error**2
    share = old.error**2 / (old.error**2 + single)
    later = replace(
        old, offset=old.offset + share * chart.last_deviation, error=old.error * (1 - share) ** 0.5
    )
    return replace(chart, baseline=later)


def _ratio_after(ratio: float, control: Control) -> float:
    """Wald's test starts anew when it has decided that the expert is fine."""
    if control.kind is not Kind.CONTROL:
        return ratio
    outside = abs(control.points - control.reference) > TOLERANCE
    later = ratio + (_OUT if outside else _IN)
    return 0.0 if later <= _FINE_AT else later


def _judged(chart: Chart, *, before: Chart) -> Chart:
    height = max(chart.upper, chart.lower)
    good = chart.place if height == 0.0 else chart.last_good
    if before.signal is Signal.STOP:
        return replace(chart, signal=Signal.STOP, last_good=before.last_good)
    if height >= STOP:
        signal = Signal.STOP
    elif height >= WARN or chart.ratio >= _POOR_AT:
        signal = Signal.TALK
    else:
        signal = Signal.GO_ON if chart.count >= FEWEST_LIVE else Signal.FEW
    return replace(chart, signal=signal, last_good=good)
