"""The code field of a placed page: its boxes cut out, cleaned and read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scanning.digits import NOT_A_DIGIT, Cell, cell_of, recognise
from scanning.geometry import Affine, Points, cut_out, scale_of
from scanning.raw import Pixels
from scanning.template import CodeBox

# Pupils write over their frames: a 4 without what lies outside is a 2. Up to the neighbour's frame.
MARGIN_MM = 1.0
LEAST_MARGIN_MM = 0.4  # the printed frame stands whole in the picture of a box
SHARE_OF_GAP = 0.7  # between two boxes
MOST_CELL_PX_PER_MM = 12.0
STEEP = 0.7  # sine of the row's angle: past 45 degrees it is a column of boxes

Probabilities = tuple[float, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeField:
    """What stands in the boxes.

    Attributes:
        cells: the cleaned picture of every box; None for an empty one.
        digits: eleven probabilities for every box; None for an empty one.
        hand: how it was written, on average: height and width of strokes in mm, grey levels between
            paper and strokes; () where all boxes are empty.
    """

    cells: tuple[Pixels | None, ...]
    digits: tuple[Probabilities, ...]
    hand: tuple[float, ...]


def read_code_field(grey: Pixels, mm_to_px: Affine, box: CodeBox) -> CodeField:
    """Read every box; in a column of boxes digits may stand upright on the page or lie with it."""
    pictures = _box_pictures(grey, mm_to_px, box)
    px_per_mm = _picture_px_per_mm(mm_to_px)
    along = _read(pictures, px_per_mm)
    lean = math.sin(math.radians(box.angle))
    if abs(lean) < STEEP:
        return along
    turned = [np.rot90(picture, -1 if lean > 0 else 1) for picture in pictures]
    upright = _read(turned, px_per_mm)
    return max(along, upright, key=_sureness)


def _read(pictures: Sequence[Pixels], px_per_mm: float) -> CodeField:
    cells = tuple(cell_of(np.ascontiguousarray(picture)) for picture in pictures)
    written = [cell for cell in cells if cell is not None]
    if not written:
        nothing = (None,) * len(cells)
        return CodeField(cells=nothing, digits=nothing, hand=())
    rows = iter(recognise(np.stack([cell.picture for cell in written])))
    digits = tuple(
        None if cell is None else tuple(round(float(p), 6) for p in next(rows)) for cell in cells
    )
    return CodeField(
        cells=tuple(None if cell is None else cell.picture for cell in cells),
        digits=digits,
        hand=_hand(written, px_per_mm),
    )


def _hand(written: Sequence[Cell], px_per_mm: float) -> tuple[float, ...]:
    measures = [
        (cell.height_px / px_per_mm, cell.stroke_px / px_per_mm, cell.darkness) for cell in written
    ]
    return tuple(round(float(value), 3) for value in np.mean(measures, axis=0))


def _sureness(field: CodeField) -> float:
    """How well the boxes show digits: the mean of their best logarithms."""
    best = [max(row[:NOT_A_DIGIT]) for row in field.digits if row is not None]
    return float(np.mean(np.log(np.array(best) + 1e-6))) if best else -math.inf


def _box_pictures(grey: Pixels, mm_to_px: Affine, box: CodeBox) -> list[Pixels]:
    px_per_mm = _picture_px_per_mm(mm_to_px)
    return [
        cut_out(grey, mm_to_px, _with_margin(box, index), px_per_mm=px_per_mm)
        for index in range(box.n)
    ]


def _picture_px_per_mm(mm_to_px: Affine) -> float:
    return min(scale_of(mm_to_px), MOST_CELL_PX_PER_MM)


def _with_margin(box: CodeBox, index: int) -> Points:
    """The corners of a box and what is written just over its frame."""
    beside = float(np.clip(SHARE_OF_GAP * (box.pitch - box.w), LEAST_MARGIN_MM, MARGIN_MM))
    corners = np.array(box.corners(index))
    across = (corners[1] - corners[0]) * (beside / box.w)
    down = (corners[3] - corners[0]) * (MARGIN_MM / box.h)
    return np.asarray(
        corners + np.array([-across - down, across - down, across + down, down - across])
    )
