"""Figures with their intervals -> a picture: a point and a line a row, over one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LABELS, ROW, TOP, FOOT = 760, 250, 34, 10, 34
_RIGHT = 24
_MOST_TICKS = 6
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One row of the picture; a value of None is drawn as words alone.

    Attributes:
        label: What it is.
        value: The figure.
        low: Lower end of its interval.
        high: Upper end.
        strong: It may be shown in colour: there are data enough, and it stands out.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    strong: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row in units of the view box."""

    label: str
    y: int
    x: float | None
    x_low: float | None
    x_high: float | None
    strong: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A mark of the axis."""

    x: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Intervals:
    """The picture.

    Attributes:
        width: Of the view box.
        height: Of the view box.
        axis_x: Where the axis begins.
        axis_y: Where the axis stands.
        rows: From above.
        ticks: Marks of the axis.
        zero_x: Where the line of comparison stands; None without one.
    """

    width: int
    height: int
    axis_x: int
    axis_y: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    zero_x: float | None


def draw_intervals(
    entries: Sequence[Entry], *, first: float, last: float, compare: float | None = None
) -> Intervals:
    """Draw figures in the given order, whatever they are.

    Args:
        entries: The rows.
        first: The least value that the axis must show.
        last: The largest one; both are widened to hold every interval.
        compare: Where a line of comparison stands.
    """
    ends = [end for one in entries for end in (one.low, one.high, one.value) if end is not None]
    step, lowest, highest = _scale(min([first, *ends]), max([last, *ends]))
    first, span = lowest * step, (highest - lowest) * step

    def place(value: float | None) -> float | None:
        if value is None:
            return None
        return round(LABELS + (value - first) / span * (WIDTH - LABELS - _RIGHT), 1)

    axis_y = TOP + ROW * len(entries)
    marks = [step * number for number in range(lowest, highest + 1)]
    return Intervals(
        width=WIDTH,
        height=axis_y + FOOT,
        axis_x=LABELS,
        axis_y=axis_y,
        rows=tuple(
            Row(
                label=one.label,
                y=TOP + ROW * number + ROW // 2,
                x=place(one.value),
                x_low=place(one.low),
                x_high=place(one.high),
                strong=one.strong,
            )
            for number, one in enumerate(entries)
        ),
        ticks=tuple(Tick(x=place(mark) or 0.0, text=figure(mark)) for mark in marks),
        zero_x=place(compare),
    )


def _scale(first: float, last: float) -> tuple[float, int, int]:
    """A round step, and the multiples of it between which everything lies."""
    fitting = (step for step in _STEPS if (last - first) / step <= _MOST_TICKS - 1)
    step = next(fitting, max(last - first, _STEPS[-1]))
    return step, math.floor(first / step + 1e-9), math.ceil(last / step - 1e-9)


def figure(value: float | None, places: int = 1) -> str:
    """A figure as a page shows it: a comma and a real minus; a dash for none."""
    if value is None:
        return "—"
    text = f"{value:.{places}f}".replace(".", ",").replace("-", "−")
    return text.removeprefix("−") if set(text) <= set("−0,") else text
