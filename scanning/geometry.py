"""Millimetres <-> pixels: affine maps as (2, 3) arrays, and pictures cut out along them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from scanning.raw import Pixels

MM_PER_INCH = 25.4

# A page is the work of one processor; several pages are read by several processes.
cv2.setNumThreads(1)

Points = npt.NDArray[np.float64]
Affine = npt.NDArray[np.float64]


def moved(points: Points, affine: Affine) -> Points:
    """Points (..., 2) through a map (2, 3), or through many maps (m, 2, 3): then (m, ..., 2)."""
    return points @ np.swapaxes(affine[..., :2], -1, -2) + affine[..., None, :, 2]


def similarity(scale: float, angle_rad: float, source: Points, target: Points) -> Affine:
    """The map that scales and turns, and takes the point `source` to the point `target`."""
    turn = scale * rotation(angle_rad)
    return np.column_stack([turn, target - turn @ source])


def rotation(angle_rad: float) -> npt.NDArray[np.float64]:
    """The (2, 2) matrix that turns clockwise on a page, whose y axis points down."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[cos, -sin], [sin, cos]])


def scaled(affine: Affine, factor: float) -> Affine:
    """The map to an image `factor` times as large."""
    return affine * factor


def scale_of(affine: Affine) -> float:
    """Pixels a millimetre."""
    return float(np.sqrt(abs(np.linalg.det(affine[:, :2]))))


def angle_of(affine: Affine) -> float:
    """By how many degrees clockwise the page is turned in the image, 0 to 360."""
    return float(np.degrees(np.arctan2(affine[1, 0], affine[0, 0])) % 360)


def quarter_turns(affine: Affine) -> int:
    """The angle as the nearest number of quarter turns, 0 to 3."""
    return round(angle_of(affine) / 90) % 4


def fit_similarity(source: Points, target: Points, weight: npt.NDArray[np.float64]) -> Affine:
    """The similarity nearest to taking `source` (n, 2) to `target` (n, 2), by weighted squares.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    1991, in its closed form for the plane.
    """
    share = weight / weight.sum()
    mean_source, mean_target = share @ source, share @ target
    a, b = source - mean_source, target - mean_target
    spread = float(share @ (a * a).sum(axis=1))
    along = float(share @ (a * b).sum(axis=1)) / spread
    across = float(share @ (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])) / spread
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, mean_target - turn @ mean_source])


def cut_out(
    pixels: Pixels, mm_to_px: Affine, corners_mm: Points, *, px_per_mm: float, paper: int = 255
) -> Pixels:
    """The parallelogram of the page with these corners, drawn upright.

    Args:
        pixels: the scan, grey or colour.
        mm_to_px: how the page lies in it.
        corners_mm: at least three corners, clockwise from the top left.
        px_per_mm: resolution of the result.
        paper: what stands where the scan ends.
    """
    across, down = corners_mm[1] - corners_mm[0], corners_mm[-1] - corners_mm[0]
    width = max(1, round(float(np.hypot(*across)) * px_per_mm))
    height = max(1, round(float(np.hypot(*down)) * px_per_mm))
    to_mm = np.column_stack([across / width, down / height, corners_mm[0]])
    turn = mm_to_px[:, :2]
    to_scan = np.column_stack([turn @ to_mm[:, :2], turn @ to_mm[:, 2] + mm_to_px[:, 2]])
    # Pixel centres lie at halves; OpenCV counts them from whole numbers.
    to_scan[:, 2] += to_scan[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return _warped(pixels, to_scan, (width, height), paper)


def reduced(pixels: Pixels, factor: float) -> Pixels:
    """The picture made smaller by averaging; a pixel at (x, y) comes to (x, y) * factor.

    It is halved while that is not too much and drawn between the lines for the rest: ten times
    faster than averages over areas of broken sizes, and no stroke is lost.
    """
    small = pixels
    while factor <= 0.5 and min(small.shape[:2]) > 1:  # noqa: PLR2004  one half
        height, width = small.shape[0] // 2, small.shape[1] // 2
        even = small[: 2 * height, : 2 * width]
        small = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
        factor *= 2
    if factor != 1:
        small = np.asarray(cv2.resize(small, None, fx=factor, fy=factor))
    return np.asarray(small, np.uint8)


def _warped(pixels: Pixels, to_scan: Affine, size: tuple[int, int], paper: int) -> Pixels:
    """Warp; where the result is much coarser, the scan is first made smaller by averaging."""
    shrink = scale_of(to_scan)
    if shrink > 1.3:  # noqa: PLR2004  below it linear interpolation loses no stroke
        left, top, part = _needed_part(pixels, to_scan, size)
        small = reduced(part, 1 / shrink)
        shifted = to_scan - np.array([[0, 0, left - 0.5], [0, 0, top - 0.5]])
        to_scan, pixels = shifted / shrink - np.array([[0, 0, 0.5], [0, 0, 0.5]]), small
    border = (paper, paper, paper)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(pixels, to_scan, size, flags=flags, borderValue=border), np.uint8
    )


def _needed_part(pixels: Pixels, to_scan: Affine, size: tuple[int, int]) -> tuple[int, int, Pixels]:
    """The part of the scan that the result shows, and where it begins."""
    width, height = size
    corners = moved(np.array([[0, 0], [width, 0], [width, height], [0, height]], float), to_scan)
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int) - 4, 0, None)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 5
    part = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    if part.size == 0:
        return 0, 0, pixels
    return int(left), int(top), part
