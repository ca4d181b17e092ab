"""Pictures of a page for the school's own eyes: the page upright, and its code field alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from scanning.raw import Pixels, RawPage
from scanning.reading import PageReading
from scanning.template import PageTemplate

# Expert images have 150 dpi; a third more leaves room for drawing them anew from this picture.
VIEW_DPI = 200.0
JPEG_QUALITY = 80
FIELD_MARGIN_MM = 6.0
QUARTER = 90
Affine = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """Two JPEG files; the code field is None where the page was not located."""

    page: bytes
    code_field: bytes | None


def page_view(raw: RawPage, reading: PageReading, template: PageTemplate) -> PageView:
    """The upright page at no more than 200 dpi, and the row of code boxes with a margin.

    Args:
        raw: the page as the file stores it.
        reading: what was read from it.
        template: the form that its placement speaks of.
    """
    upright = np.rot90(raw.pixels, reading.rotation // QUARTER)
    scale = min(1.0, VIEW_DPI / reading.quality.dpi) if reading.quality.dpi else 1.0
    drawn = _resized(np.ascontiguousarray(upright), scale)
    seen = as_viewed(reading, width_px=drawn.shape[1], height_px=drawn.shape[0])
    field = None if seen.placement is None else _code_field(drawn, seen, template)
    return PageView(page=_jpeg(drawn), code_field=field)


def as_viewed(reading: PageReading, *, width_px: int, height_px: int) -> PageReading:
    """The reading as if the upright picture of that size had been the scan."""
    if reading.placement is None:
        return replace(reading, width_px=width_px, height_px=height_px, rotation=0)
    to_view = _scan_to_view(reading, width_px, height_px)
    kept = np.vstack([np.array(reading.placement.mm_to_px), [0, 0, 1]])
    first, second = ([float(value) for value in row] for row in (to_view @ kept))
    moved = replace(
        reading.placement,
        mm_to_px=((first[0], first[1], first[2]), (second[0], second[1], second[2])),
    )
    return replace(reading, width_px=width_px, height_px=height_px, rotation=0, placement=moved)


def _scan_to_view(reading: PageReading, width_px: int, height_px: int) -> Affine:
    """The (2, 3) map from pixels of the scan to pixels of the upright picture."""
    width, height = reading.width_px, reading.height_px
    turn = {
        0: np.array([[1, 0, 0], [0, 1, 0]], float),
        90: np.array([[0, 1, 0], [-1, 0, width]], float),
        180: np.array([[-1, 0, width], [0, -1, height]], float),
        270: np.array([[0, -1, height], [1, 0, 0]], float),
    }[reading.rotation]
    sideways = reading.rotation % 180 == QUARTER
    before = (height, width) if sideways else (width, height)
    return turn * np.array([[width_px / before[0]], [height_px / before[1]]])


def _resized(pixels: Pixels, scale: float) -> Pixels:
    if scale >= 1.0:
        return pixels
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _code_field(pixels: Pixels, seen: PageReading, template: PageTemplate) -> bytes | None:
    """The part of the picture that holds the row of boxes, or None where it lies outside."""
    if seen.placement is None:
        return None
    bounds = template.code_box.bounds().grown(FIELD_MARGIN_MM)
    corners = np.array(
        [(x, y, 1) for x in (bounds.x, bounds.right) for y in (bounds.y, bounds.bottom)]
    )
    places = corners @ np.array(seen.placement.mm_to_px).T
    left, top = np.clip(np.floor(places.min(axis=0)), 0, None).astype(int)
    right, bottom = np.ceil(places.max(axis=0)).astype(int)
    part = pixels[top : max(bottom, 0), left : max(right, 0)]
    return _jpeg(part) if part.size else None


def _jpeg(pixels: Pixels) -> bytes:
    ordered = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]  # noqa: PLR2004  OpenCV: BGR
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    done, encoded = cv2.imencode(".jpg", np.ascontiguousarray(ordered), settings)
    if not done:
        raise RuntimeError("OpenCV could not encode a JPEG")
    return bytes(encoded)
