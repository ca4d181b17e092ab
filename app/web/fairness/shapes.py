"""Pictures of fairness as simple shapes, for pages and printed sheets alike."""

from __future__ import annotations

from typing import Literal

from flask_babel import gettext as _

from app.printing.picture import Kind, Picture, Place, Shape
from app.web.fairness.histogram import Histogram
from app.web.fairness.intervals import Intervals, Row

_INK, _QUIET, _PLAIN, _STRONG = "#222222", "#4d5860", "#1f5a73", "#a2401f"
_BARS, _BAND = "#7f99a6", "#e3e8eb"
_LONGEST = 30
Anchor = Literal["start", "middle", "end"]


def intervals_picture(drawn: Intervals, label: str) -> Picture:
    """Figures with their intervals, a row each."""
    shapes = [_line((drawn.axis_x, drawn.axis_y), (drawn.width - 24.0, drawn.axis_y), _QUIET)]
    if drawn.zero_x is not None:
        shapes.append(_line((drawn.zero_x, 4.0), (drawn.zero_x, drawn.axis_y), _QUIET, dashed=True))
    for tick in drawn.ticks:
        shapes.append(_line((tick.x, drawn.axis_y), (tick.x, drawn.axis_y + 5.0), _QUIET))
        shapes.append(_word((tick.x, drawn.axis_y + 22.0), tick.text, anchor="middle"))
    for row in drawn.rows:
        shapes += _row(row, drawn.axis_x)
    return Picture(width=drawn.width, height=drawn.height, label=label, shapes=tuple(shapes))


def _row(row: Row, axis_x: float) -> list[Shape]:
    name = row.label if len(row.label) <= _LONGEST else f"{row.label[: _LONGEST - 1]}…"
    shapes = [_word((axis_x - 10, row.y + 5), name, colour=_INK, anchor="end")]
    if row.x is None:
        return [*shapes, _word((axis_x + 12, row.y + 5), _("мало данных"))]
    colour = _STRONG if row.strong else _PLAIN
    if row.x_low is not None and row.x_high is not None:
        shapes.append(_line((row.x_low, row.y), (row.x_high, row.y), colour, size=3))
    shapes.append(_mark((row.x, row.y), colour, square=row.strong))
    return shapes


def _mark(place: Place, colour: str, *, square: bool) -> Shape:
    """A dot, or a square where the row stands out, so that colour is not alone in saying so."""
    if not square:
        return Shape(kind=Kind.DOT, places=(place,), colour=colour, size=6)
    x, y = place
    corners = ((x - 6, y - 6), (x + 6, y - 6), (x + 6, y + 6), (x - 6, y + 6))
    return Shape(kind=Kind.AREA, places=corners, colour=colour)


def histogram_picture(drawn: Histogram, label: str) -> Picture:
    """Works at each total, the boundaries of marks, the expected line where there is one."""
    shapes: list[Shape] = []
    if drawn.line:
        shapes.append(Shape(kind=Kind.AREA, places=_places(drawn.band), colour=_BAND))
    for bar in drawn.bars:
        right, foot = bar.x + bar.width, bar.y + bar.height
        corners = ((bar.x, bar.y), (right, bar.y), (right, foot), (bar.x, foot))
        shapes.append(Shape(kind=Kind.AREA, places=corners, colour=_BARS))
        middle = (bar.x + bar.width / 2, drawn.floor + 16)
        shapes.append(_word(middle, str(bar.total), size=12, anchor="middle"))
    if drawn.line:
        shapes.append(Shape(kind=Kind.LINE, places=_places(drawn.line), colour=_PLAIN, size=2.5))
    for edge in drawn.edges:
        shapes.append(_line((edge.x, 16.0), (edge.x, drawn.floor), _INK, dashed=True))
        shapes.append(_word((edge.x + 4, 14.0), f"«{edge.mark}»", size=13, colour=_INK))
    return Picture(width=drawn.width, height=drawn.height, label=label, shapes=tuple(shapes))


def _places(points: str) -> tuple[Place, ...]:
    pairs = (pair.split(",") for pair in points.split())
    return tuple((float(x), float(y)) for x, y in pairs)


def _line(
    one: Place, other: Place, colour: str, *, size: float = 1.0, dashed: bool = False
) -> Shape:
    return Shape(kind=Kind.LINE, places=(one, other), colour=colour, size=size, dashed=dashed)


def _word(
    place: Place, text: str, *, colour: str = _QUIET, size: float = 14, anchor: Anchor = "start"
) -> Shape:
    return Shape(
        kind=Kind.TEXT, places=(place,), colour=colour, size=size, text=text, anchor=anchor
    )
