"""Corner marks, where the form has them, hold a placed page at its far corners."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import Affine, Points, cut_out, fit_similarity, moved, scale_of
from scanning.order import quantile
from scanning.raw import Pixels
from scanning.template import PageTemplate

LOOK_PX_PER_MM = 5.0
REACH_MM = 9.0  # a short row of boxes puts a far corner so far off
RING_MM = 1.0  # of white paper round a mark
LEAST_FIT = 0.7  # share of the square that is dark, less that of the ring
LEAST_MARKS = 2
LEAST_SIDE_MM = 2.0  # smaller ones look like dots and dust
ROW_OFF_MM = 0.4  # how far the marks may move the row of boxes, which was placed to a tenth
MARK_OFF_MM = 1.0
DARK = 0.6  # of the paper's grey


def held_by_marks(grey: Pixels, mm_to_px: Affine, template: PageTemplate) -> Affine:
    """The map with the row of boxes and the corner marks in their places.

    A layout may list marks that are not printed, and other print may look like one: unless two or
    more agree with the row, the map is left as it is.
    """
    if template.fiducials is None or template.fiducial_size < LEAST_SIDE_MM:
        return mm_to_px
    found = {
        mark: _seen(grey, mm_to_px, mark, template.fiducial_size) for mark in template.fiducials
    }
    marks = np.array([mark for mark, at in found.items() if at is not None])
    places = np.array([at for at in found.values() if at is not None])
    row = np.array(template.code_box.corners())
    while len(marks) >= LEAST_MARKS:
        fitted, row_off, mark_off = _fitted(mm_to_px, row, marks, places)
        if row_off <= ROW_OFF_MM and mark_off.max() <= MARK_OFF_MM:
            return fitted
        kept = np.arange(len(marks)) != mark_off.argmax()
        marks, places = marks[kept], places[kept]
    return mm_to_px


def _seen(
    grey: Pixels, mm_to_px: Affine, mark: tuple[float, float], side_mm: float
) -> Points | None:
    """Where in the scan the mark's middle lies, if there is a dark square near its place."""
    half = REACH_MM + side_mm / 2 + RING_MM
    x, y = mark
    corners = np.array([[-half, -half], [half, -half], [half, half], [-half, half]]) + mark
    picture = cut_out(grey, mm_to_px, corners, px_per_mm=LOOK_PX_PER_MM)
    dark = (picture < DARK * quantile(picture, 0.9)).astype(np.float32)
    fit = cv2.matchTemplate(dark, _kernel(side_mm), cv2.TM_CCORR)
    _, best, _, (left, top) = cv2.minMaxLoc(fit)
    if best < LEAST_FIT:
        return None
    side = round((side_mm + 2 * RING_MM) * LOOK_PX_PER_MM)
    ys, xs = np.nonzero(dark[top : top + side, left : left + side])
    middle = np.array([left + xs.mean() + 0.5, top + ys.mean() + 0.5]) / LOOK_PX_PER_MM
    place = moved(middle[None] + np.array([x - half, y - half]), mm_to_px[None])[0, 0]
    return np.asarray(place)


def _kernel(side_mm: float) -> npt.NDArray[np.float32]:
    """A dark square in a ring of white: 1 on the one, -1 on the other, in the mean."""
    inner, ring = round(side_mm * LOOK_PX_PER_MM), round(RING_MM * LOOK_PX_PER_MM)
    side = inner + 2 * ring
    kernel = np.full((side, side), -1 / (side**2 - inner**2), np.float32)
    kernel[ring : ring + inner, ring : ring + inner] = 1 / inner**2
    return kernel


def _fitted(
    mm_to_px: Affine, row: Points, marks: Points, places: Points
) -> tuple[Affine, float, npt.NDArray[np.float64]]:
    """The map through row and marks, and how far off it leaves the row and each mark, mm."""
    row_at = moved(row, mm_to_px[None])[0]
    source, target = np.concatenate([row, marks]), np.concatenate([row_at, places])
    fitted = fit_similarity(source, target, np.ones(len(source)))
    off = np.hypot(*(moved(source, fitted[None])[0] - target).T) / scale_of(fitted)
    return fitted, float(off[: len(row)].max()), off[len(row) :]
