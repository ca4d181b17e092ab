"""Blank, blurred, dark, cropped, faint: measures of a scan, and verdicts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import MM_PER_INCH, Affine, moved, reduced, scale_of
from scanning.raw import Pixels
from scanning.reading import Fault, Quality

LOOK_PX_PER_MM = 2.5

DARKEST_PAPER = 110.0  # grey level; grey recycled paper scans at 170 to 210
FAINTEST_CONTRAST = 50.0  # grey levels between paper and print; a hard pencil leaves 60
BLURRIEST_EDGE = 0.3  # share of the contrast crossed in 0.4 mm; sharp print crosses 0.6 and more
LEAST_DPI = 140.0  # below it a digit in a box of 7 mm has under 38 pixels
MOST_CUT_MM = 15.0  # of a corner; forms keep a margin of 15 mm, and skew costs no more

INK_OVER_PAPER = 0.8  # of the local grey level of the paper; show-through stays above 0.85
# Beside a tilted page the lid shows, darker than any paper: whole, it touches the edge.
LEAST_PAPER = 0.8
TRACE_OVER_PAPER = 0.93
TRACES_MM2 = 30.0  # the boxes of a code alone cover 40
EDGE_MM = 12.0  # shadows of the lid, punched holes and staples lie within
SPECK_MM = 1.0  # dust is smaller, a comma is larger
LINE_MM = 0.9  # a fold, a scratch on the glass, a ruled line is thinner
LINE_ASPECT = 10  # and longer than so many times its width
BLANK_INK_MM2 = 4.0  # a word of three letters covers 6
MOST_SHORT_LABELS = 65_535


@dataclass(frozen=True, kw_only=True, slots=True)
class InkMeasures:
    """What a look at the whole page at 2.5 pixels a millimetre tells.

    `blank` means no ink; `traces` that something lighter is there: show-through of the other side,
    or a form scanned too faintly, which only the search for its boxes can tell. `digest` is the
    SHA-256 of what was looked at, and of the size of the page.
    """

    digest: str
    paper: float
    contrast: float
    sharpness: float
    ink: float
    blank: bool
    traces: bool


def ink_measures(grey: Pixels, *, px_per_mm: float) -> InkMeasures:
    """Measures that need no form: grey levels, edges, ink."""
    factor = LOOK_PX_PER_MM / px_per_mm
    small = reduced(grey, factor)
    level, darkest = _levels(small, 0.8, 0.005)
    contrast = level - darkest
    paper = np.maximum(_local_paper(small), np.uint8(LEAST_PAPER * level))
    ink_mm2 = _written_mm2(small < cv2.convertScaleAbs(paper, alpha=INK_OVER_PAPER))
    blank = ink_mm2 < BLANK_INK_MM2
    return InkMeasures(
        digest=hashlib.sha256(repr(grey.shape).encode() + small.tobytes()).hexdigest(),
        paper=level,
        contrast=contrast,
        sharpness=_sharpness(small, contrast),
        ink=ink_mm2 / (small.size / LOOK_PX_PER_MM**2),
        blank=blank,
        traces=not blank
        or _written_mm2(small < cv2.convertScaleAbs(paper, alpha=TRACE_OVER_PAPER)) > TRACES_MM2,
    )


def judged(
    measures: InkMeasures,
    *,
    shape: tuple[int, ...],
    mm_to_px: Affine | None,
    page_mm: tuple[float, float],
    told_dpi: float,
) -> Quality:
    """Measures and faults; a located page also tells its resolution and what was cut off."""
    blank = measures.blank and mm_to_px is None
    dpi = scale_of(mm_to_px) * MM_PER_INCH if mm_to_px is not None else told_dpi
    checks = {
        Fault.BLURRED: not blank and measures.sharpness < BLURRIEST_EDGE,
        Fault.DARK: measures.paper < DARKEST_PAPER,
        Fault.FAINT: not blank and measures.contrast < FAINTEST_CONTRAST,
        Fault.CROPPED: mm_to_px is not None and _cut_mm(mm_to_px, page_mm, shape) > MOST_CUT_MM,
        Fault.LOW_RESOLUTION: dpi < LEAST_DPI,
    }
    return Quality(
        paper=round(measures.paper, 1),
        contrast=round(measures.contrast, 1),
        sharpness=round(measures.sharpness, 3),
        ink=round(measures.ink, 6),
        dpi=round(dpi, 1),
        blank=blank,
        faults=tuple(fault for fault, found in checks.items() if found),
    )


def _levels(picture: Pixels, *shares: float) -> list[float]:
    """For each share, the grey level that so many of the pixels do not exceed."""
    below = cv2.calcHist([picture], [0], None, [256], [0, 256]).ravel().cumsum()
    return [float(np.searchsorted(below, share * below[-1])) for share in shares]


def _local_paper(small: Pixels) -> Pixels:
    """The grey level of the paper round every pixel: what most of a square of 22 mm shows."""
    tiny = reduced(small, 0.125)
    paper = cv2.medianBlur(tiny, 7)
    return np.asarray(cv2.resize(paper, small.shape[::-1]), np.uint8)


def _written_mm2(dark: npt.NDArray[np.bool_]) -> float:
    """Ink, mm², without what touches the edge, lies in the margin, is a speck or a line."""
    mask = dark.astype(np.uint8)
    # There are no more pieces than dark pixels; the narrower labels take half the time.
    labels = cv2.CV_16U if cv2.countNonZero(mask) < MOST_SHORT_LABELS else cv2.CV_32S
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=labels)
    left, top, wide, high, area = (stats[:, column] for column in range(5))
    margin = round(EDGE_MM * LOOK_PX_PER_MM)
    height, width = dark.shape
    inside = (left + wide > margin) & (left < width - margin)
    inside &= (top + high > margin) & (top < height - margin)
    free = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    large = np.maximum(wide, high) > SPECK_MM * LOOK_PX_PER_MM
    thin = np.minimum(wide, high)
    line = (thin <= LINE_MM * LOOK_PX_PER_MM) & (np.maximum(wide, high) > LINE_ASPECT * thin)
    kept = inside & free & large & ~line
    kept[0] = False
    return float(area[kept].sum()) / LOOK_PX_PER_MM**2


def _sharpness(small: Pixels, contrast: float) -> float:
    """The steepest edges of the page: share of the contrast crossed in one pixel, 0.4 mm."""
    across = cv2.absdiff(small[:, 1:], small[:, :-1])
    (steepest,) = _levels(np.asarray(across, np.uint8), 0.997)
    return min(1.0, steepest / max(contrast, 1.0))


def _cut_mm(mm_to_px: Affine, page_mm: tuple[float, float], shape: tuple[int, ...]) -> float:
    """How far the page reaches out of the scan at its farthest corner, mm."""
    width, height = page_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    at = moved(corners, mm_to_px[None])[0]
    beyond = np.maximum(-at, at - np.array([shape[1], shape[0]], float))
    return max(0.0, float(beyond.max())) / scale_of(mm_to_px)
