"""Routes between schools -> places and arrows of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import networkx as nx

WIDTH, HEIGHT, MARGIN, NODE = 760, 460, 90, 34
LEAST_STROKE, MOST_STROKE = 1.5, 7.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A school in the picture: its centre, where its name stands, what it sends and receives."""

    name: str
    x: float
    y: float
    label_y: float
    sends: int
    receives: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """Readings on their way: from edge to edge of two nodes, bent so that two ways differ."""

    origin: str
    receiver: str
    count: int
    path: str
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """The routing graph in units of a view box of `width` by `height`."""

    width: int
    height: int
    radius: int
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def draw_routes(routes: Sequence[tuple[str, str, int]]) -> Picture:
    """Schools on a circle, an arrow for every route (origin, receiver, readings)."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted({name for one in routes for name in one[:2]}))
    graph.add_weighted_edges_from(routes, weight="count")
    places = {
        name: (_scaled(x, WIDTH), _scaled(y, HEIGHT))
        for name, (x, y) in nx.circular_layout(graph).items()
    }
    most = max((count for _, _, count in routes), default=1)
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        radius=NODE,
        nodes=tuple(
            Node(
                name=name,
                x=round(x, 1),
                y=round(y, 1),
                label_y=round(y - NODE - 10 if y < HEIGHT / 2 - 1 else y + NODE + 20, 1),
                sends=int(graph.out_degree(name, weight="count")),
                receives=int(graph.in_degree(name, weight="count")),
            )
            for name, (x, y) in places.items()
        ),
        arrows=tuple(
            Arrow(
                origin=origin,
                receiver=receiver,
                count=count,
                path=_bent(places[origin], places[receiver]),
                width=round(LEAST_STROKE + (MOST_STROKE - LEAST_STROKE) * count / most, 1),
            )
            for origin, receiver, count in sorted(routes)
        ),
    )


def _scaled(value: float, size: int) -> float:
    return size / 2 + float(value) * (size / 2 - MARGIN)


def _bent(start: tuple[float, float], end: tuple[float, float]) -> str:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    bend = 0.12 * length
    middle = ((start[0] + end[0]) / 2 - uy * bend, (start[1] + end[1]) / 2 + ux * bend)
    first = (start[0] + ux * NODE, start[1] + uy * NODE)
    last = (end[0] - ux * (NODE + 10), end[1] - uy * (NODE + 10))
    return (
        f"M{first[0]:.1f} {first[1]:.1f} Q{middle[0]:.1f} {middle[1]:.1f}"
        f" {last[0]:.1f} {last[1]:.1f}"
    )
