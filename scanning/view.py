"""A reading told of the kept upright picture, so that the scan need not be decoded again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scanning.geometry import Affine, moved
from scanning.reading import Barcode, PageReading, Placement
from scanning.template import PageTemplate

ROW_CORNERS = 2


def as_viewed(
    reading: PageReading, template: PageTemplate, *, width_px: int, height_px: int
) -> PageReading:
    """The reading as if the picture that `upright` drew had been the scan.

    Args:
        reading: what was read from the scan.
        template: the form of its placement.
        width_px: width of the picture.
        height_px: its height.
    """
    to_view = _scan_to_view(reading, template, width_px=width_px)
    barcodes = tuple(
        Barcode(text=code.text, corners=_through(code.corners, to_view))
        for code in reading.barcodes
    )
    placement = reading.placement
    if placement is not None:
        px_per_mm = width_px / template.page_mm[0]
        placement = replace(placement, mm_to_px=((px_per_mm, 0.0, 0.0), (0.0, px_per_mm, 0.0)))
    return replace(
        reading,
        width_px=width_px,
        height_px=height_px,
        rotation=0,
        barcodes=barcodes,
        placement=placement,
    )


def placed_by_hand(
    reading: PageReading,
    template: PageTemplate,
    *,
    left_px: tuple[float, float],
    right_px: tuple[float, float],
) -> PageReading:
    """The reading with the form laid where a person pointed.

    Args:
        reading: of a page on which no form was found, told of the picture that he saw.
        template: the form.
        left_px: upper left corner of the row of code boxes.
        right_px: its upper right corner.

    Raises:
        ValueError: the two points are one.
    """
    corners = np.array(template.code_box.corners())[:ROW_CORNERS]
    (x0, y0), (x1, y1) = corners
    turn = complex(right_px[0] - left_px[0], right_px[1] - left_px[1]) / complex(x1 - x0, y1 - y0)
    if turn == 0:
        raise ValueError("the corners of a row of boxes lie at two places")
    start = complex(*left_px) - turn * complex(x0, y0)
    mm_to_px = (
        (turn.real, -turn.imag, start.real),
        (turn.imag, turn.real, start.imag),
    )
    return replace(reading, placement=Placement(template=0, mm_to_px=mm_to_px, score=0.0))


def _scan_to_view(reading: PageReading, template: PageTemplate, *, width_px: int) -> Affine:
    """The map from pixels of the scan to pixels of the picture."""
    if reading.placement is None:
        factor = width_px / reading.width_px
        return np.array([[factor, 0, 0], [0, factor, 0]], float)
    to_scan = np.array(reading.placement.mm_to_px)
    back = np.linalg.inv(to_scan[:, :2]) * (width_px / template.page_mm[0])
    return np.column_stack([back, -back @ to_scan[:, 2]])


def _through(
    corners: tuple[tuple[float, float], ...], affine: Affine
) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in moved(np.array(corners), affine))
