"""A page made ready for the search of code boxes: its dark pixels at a working size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import MM_PER_INCH, reduced
from scanning.raw import Pixels
from scanning.template import PageTemplate

WORK_PX_PER_MM = 5.0  # 127 dpi: a printed line of 0.3 mm keeps its pixel
DARKER_BY = 12  # grey levels, than the mean of a square of 8 mm round it
FAR = 99.0
TOLD_RANGE = (0.5, 2.5)  # of the paper's size: a resolution told by the file is believed within


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A page made ready for the search.

    Attributes:
        dark: True where ink or print is, at the working size.
        rings: for every pixel, in which of the discs round it the nearest dark one lies; what
            that means in pixels tells `far_px`.
        factor: working pixels a pixel of the scan.
        px_per_mm: what the file tells, in working pixels.
    """

    dark: npt.NDArray[np.bool_]
    rings: npt.NDArray[np.uint8]
    factor: float
    px_per_mm: float


def nominal_px_per_mm(
    size_px: tuple[int, int], dpi: float | None, templates: Sequence[PageTemplate]
) -> float:
    """Pixels a millimetre before anything is found: told by the file, else by the paper's size."""
    fits = [
        float(np.sqrt(size_px[0] * size_px[1] / (item.page_mm[0] * item.page_mm[1])))
        for item in templates
    ]
    told = dpi / MM_PER_INCH if dpi else None
    if told is not None and any(_believable(told, fit) for fit in fits):
        return told
    return fits[0]


def prepared(grey: Pixels, *, px_per_mm: float) -> Work:
    """The page at the working size, with its dark pixels and the way to them."""
    factor = min(1.0, WORK_PX_PER_MM / px_per_mm)
    small = reduced(grey, factor)
    per_mm = px_per_mm * factor
    block = 2 * round(4 * per_mm) + 1
    blurred = cv2.GaussianBlur(small, (3, 3), 0)
    mean = cv2.boxFilter(blurred, -1, (block, block), borderType=cv2.BORDER_REPLICATE)
    # Below zero it stays zero: what is lighter than its surroundings is not dark.
    below = cv2.subtract(mean, blurred, dst=mean)
    _, light = cv2.threshold(below, DARKER_BY - 1, 1, cv2.THRESH_BINARY_INV, dst=below)
    return Work(
        dark=light == 0,
        rings=_rings(np.asarray(light, np.uint8)),
        factor=factor,
        px_per_mm=per_mm,
    )


def far_px(rings: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """How far the nearest dark pixel is where `Work.rings` says so; `FAR` beyond two pixels."""
    return _DISTANCES[rings]


def _rings(light: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """How many discs round a pixel hold paper alone: that takes no sweep over the page.

    A disc of radius 2 is a cross grown by a cross, one of the root of 5 is a square grown by a
    cross; the small shapes are looked through in a third of the time of the large ones.
    """
    cross, square = cv2.erode(light, _CROSS), cv2.erode(light, _SQUARE)
    rings = cv2.add(light, cross)
    cv2.add(rings, square, dst=rings)
    cv2.add(rings, cv2.erode(cross, _CROSS, dst=cross), dst=rings)
    cv2.add(rings, cv2.erode(square, _CROSS, dst=square), dst=rings)
    return np.asarray(rings, np.uint8)


_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), np.uint8)
# Nobody asks beyond half a millimetre, which is two pixels and a half at most.
_RADII_SQUARED = (0, 1, 2, 4, 5)
_DISTANCES = np.full(256, FAR, np.float32)
_DISTANCES[: len(_RADII_SQUARED)] = np.sqrt(_RADII_SQUARED)


def _believable(told: float, fit: float) -> bool:
    low, high = TOLD_RANGE
    return low * told < fit < high * told
