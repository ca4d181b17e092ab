"""Loads of experts -> the bars of a picture and the rows of the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT, FOOT = 300, 130, 2
MOST_BARS = 60
MOST_ROWS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """An expert, or several alike where there are many: his load as a column."""

    x: float
    y: float
    width: float
    height: float
    load: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadRow:
    """So many experts have from `least` to `most` scripts."""

    least: int
    most: int
    experts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadPicture:
    """Experts by falling load, in units of a view box of `width` by `height` and a foot below.

    Attributes:
        mean_y: where the line of the mean load stands.
        mean: the mean load.
    """

    width: int
    height: int
    bars: tuple[Bar, ...]
    rows: tuple[LoadRow, ...]
    mean: float
    mean_y: float
    experts: int


def draw_loads(loads: Sequence[int], *, top: int) -> LoadPicture:
    """Draw the loads of one plan.

    Args:
        loads: scripts of every expert who may be used, nothing included.
        top: the largest load of all pictures that stand side by side.
    """
    falling = np.sort(np.asarray(loads, dtype=np.int64))[::-1]
    shown = falling[np.linspace(0, len(falling) - 1, min(len(falling), MOST_BARS)).astype(int)]
    step = WIDTH / max(1, len(shown))
    mean = float(falling.mean()) if len(falling) else 0.0
    return LoadPicture(
        width=WIDTH,
        height=HEIGHT + FOOT,
        bars=tuple(
            Bar(
                x=round(place * step + step * 0.1, 2),
                y=round(_height(load, top, from_top=True), 2),
                width=round(step * 0.8, 2),
                height=round(_height(load, top), 2),
                load=load,
            )
            for place, load in enumerate(shown.tolist())
        ),
        rows=_rows(falling.tolist()),
        mean=mean,
        mean_y=round(_height(mean, top, from_top=True), 2),
        experts=len(falling),
    )


def _height(load: float, top: int, *, from_top: bool = False) -> float:
    share = load / top if top else 0.0
    return HEIGHT * (1 - share if from_top else share)


def _rows(falling: list[int]) -> tuple[LoadRow, ...]:
    """Ranges of loads that are there, each as wide as the others."""
    if not falling:
        return ()
    least, most = falling[-1], falling[0]
    wide = -(-(most - least + 1) // MOST_ROWS)
    rows = []
    for start in range(least, most + 1, wide):
        end = min(start + wide - 1, most)
        inside = sum(start <= load <= end for load in falling)
        if inside:
            rows.append(LoadRow(least=start, most=end, experts=inside))
    return tuple(rows[::-1])
