"""A picture of simple shapes: the page draws it as SVG, a printed sheet as lines of the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine, String
from reportlab.graphics.shapes import Shape as Drawn
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from app.printing.fonts import PLAIN, register_fonts

Place = tuple[float, float]


class Kind(StrEnum):
    """What a shape is."""

    LINE = "line"
    AREA = "area"
    DOT = "dot"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A line of several places, an area, a dot or a word; y grows downwards.

    Attributes:
        kind: What it is.
        places: Its corners; one for dots and words.
        colour: `#rrggbb`.
        size: Thickness of a line, radius of a dot, height of a word.
        dashed: Of a line.
        text: The word.
        anchor: Where a word is held: start, middle or end.
    """

    kind: Kind
    places: tuple[Place, ...]
    colour: str
    size: float = 1.0
    dashed: bool = False
    text: str = ""
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Shapes in a frame, and what they show in words."""

    width: float
    height: float
    label: str
    shapes: tuple[Shape, ...]


def drawing(picture: Picture, *, width_mm: float) -> Drawing:
    """The picture for a printed sheet, drawn to a width."""
    register_fonts()
    share = width_mm * mm / picture.width
    made = Drawing(width_mm * mm, picture.height * share)
    made.scale(share, share)
    for shape in picture.shapes:
        made.add(_drawn(shape, picture.height))
    return made


def _drawn(shape: Shape, height: float) -> Drawn:
    colour = HexColor(shape.colour)
    flat = [number for x, y in shape.places for number in (x, height - y)]
    match shape.kind:
        case Kind.TEXT:
            word = String(flat[0], flat[1], shape.text, fontName=PLAIN, fontSize=shape.size)
            word.fillColor, word.textAnchor = colour, shape.anchor
            return word
        case Kind.DOT:
            return Circle(flat[0], flat[1], shape.size, fillColor=colour, strokeColor=None)
        case Kind.AREA:
            return Polygon(flat, fillColor=colour, strokeColor=None)
        case Kind.LINE:
            line = PolyLine(flat, strokeColor=colour, strokeWidth=shape.size)
            if shape.dashed:
                line.strokeDashArray = (5.0, 4.0)
            return line
