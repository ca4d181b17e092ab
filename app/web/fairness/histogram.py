"""How many works stand at each total: bars, boundaries of marks, the expected line and its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _FOOT = 40, 12, 24, 36
_INTERVAL = 1.96


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One total."""

    total: int
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A boundary of marks."""

    x: float
    mark: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Histogram:
    """The picture, in units of its view box."""

    width: int
    height: int
    floor: float
    bars: tuple[Bar, ...]
    edges: tuple[Edge, ...]
    line: str
    band: str


def draw_histogram(
    counts: Sequence[int], expected: Sequence[float], boundaries: Sequence[int]
) -> Histogram:
    """The bars, with the expected line and its 95 % band where something is expected."""
    high = [each + _INTERVAL * each**0.5 for each in expected]
    low = [max(0.0, each - _INTERVAL * each**0.5) for each in expected]
    top = max([1.0, *map(float, counts), *high])
    step = (WIDTH - _LEFT - _RIGHT) / len(counts)
    floor = float(HEIGHT - _FOOT)

    def y(value: float) -> float:
        return float(round(floor - (floor - _TOP) * value / top, 1))

    def points(values: Sequence[float]) -> list[str]:
        return [f"{_LEFT + (at + 0.5) * step:.1f},{y(each)}" for at, each in enumerate(values)]

    return Histogram(
        width=WIDTH,
        height=HEIGHT,
        floor=floor,
        bars=tuple(
            Bar(
                total=at,
                count=count,
                x=round(_LEFT + at * step + 1, 1),
                y=y(count),
                width=round(step - 2, 1),
                height=round(floor - y(count), 1),
            )
            for at, count in enumerate(counts)
        ),
        edges=tuple(
            Edge(x=round(_LEFT + edge * step, 1), mark=3 + at) for at, edge in enumerate(boundaries)
        ),
        line=" ".join(points(expected)),
        band=" ".join([*points(high), *reversed(points(low))]),
    )
