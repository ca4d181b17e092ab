"""Percentages of a group beside those of the municipality, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from app.printing.picture import Kind, Picture, Place, Shape

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP, _FOOT = 760, 120, 60, 30, 34, 26
_OWN, _WHOLE, _QUIET, _LINE = "#1f5a73", "#b4bdc3", "#4d5860", "#d9dcd6"


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One row: what it is, its own percentage and the municipality's."""

    label: str
    own: float
    whole: float | None


def shares_picture(shares: Sequence[Share], label: str) -> Picture:
    """A row a share: the dark bar is one's own, the light one under it the municipality's."""
    height = _TOP + _ROW * len(shares) + _FOOT
    shapes = [*_grid(height), *_legend(whole=any(one.whole is not None for one in shares))]
    for at, one in enumerate(shares):
        shapes += _bars(one, _TOP + _ROW * at)
    return Picture(width=_WIDTH, height=height, label=label, shapes=tuple(shapes))


def _x(percent: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * percent / 100, 1)


def _grid(height: int) -> list[Shape]:
    shapes: list[Shape] = []
    for percent in (0, 25, 50, 75, 100):
        places = ((_x(percent), float(_TOP)), (_x(percent), float(height - _FOOT)))
        shapes.append(Shape(kind=Kind.LINE, places=places, colour=_LINE))
        shapes.append(_word((_x(percent), height - 8), f"{percent} %", anchor="middle"))
    return shapes


def _legend(*, whole: bool) -> list[Shape]:
    """Which bar is whose, where there are two."""
    if not whole:
        return []
    return [
        _box(_LEFT, 8, _LEFT + 16, 20, _OWN),
        _word((_LEFT + 22, 19), _("здесь")),
        _box(_LEFT + 120, 8, _LEFT + 136, 20, _WHOLE),
        _word((_LEFT + 142, 19), _("муниципалитет")),
    ]


def _bars(one: Share, top: float) -> list[Shape]:
    shapes = [_word((_LEFT - 10, top + 18), one.label, anchor="end")]
    if one.whole is not None:
        shapes.append(_box(_LEFT, top + 16, _x(one.whole), top + 24, _WHOLE))
    shapes.append(_box(_LEFT, top + 5, _x(one.own), top + 15, _OWN))
    shapes.append(_word((_x(one.own) + 6, top + 15), f"{one.own:.0f} %"))
    return shapes


def _box(left: float, top: float, right: float, foot: float, colour: str) -> Shape:
    corners: tuple[Place, ...] = ((left, top), (right, top), (right, foot), (left, foot))
    return Shape(kind=Kind.AREA, places=corners, colour=colour)


def _word(place: Place, text: str, *, anchor: Literal["start", "middle", "end"] = "start") -> Shape:
    return Shape(kind=Kind.TEXT, places=(place,), colour=_QUIET, size=13, text=text, anchor=anchor)
