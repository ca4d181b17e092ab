"""The place of a row of boxes to a tenth of a pixel, from the grey levels of its printed lines."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import Affine, Points, fit_similarity, moved
from scanning.order import quantile
from scanning.raw import Pixels
from scanning.template import CodeBox

POINTS_A_SIDE = 11
REACHES_MM = (0.8, 0.5, 0.4)  # how far the line may lie, step by step
PROFILE_STEPS = 17
LEAST_SHARE = 0.3  # of the points, on lines that can be seen
KEPT_SHARE = 0.7  # strokes of digits near a line mislead the rest


@lru_cache(maxsize=64)
def frame_points(box: CodeBox, *, points: int) -> tuple[Points, Points]:
    """Points on the printed frames and the normals of their lines: (boxes, 4, points, 2)."""
    along = np.linspace(0.08, 0.92, points)[:, None]
    spots, normals = [], []
    for index in range(box.n):
        corners = np.array(box.corners(index))
        after = np.roll(corners, -1, axis=0)
        for start, end in zip(corners, after, strict=True):
            step = end - start
            spots.append(start + along * step)
            normal = np.array([step[1], -step[0]]) / np.hypot(*step)
            normals.append(np.repeat(normal[None], points, axis=0))
    shape = (box.n, 4, points, 2)
    return np.stack(spots).reshape(shape), np.stack(normals).reshape(shape)


def polished(grey: Pixels, mm_to_px: Affine, box: CodeBox) -> Affine:
    """The map moved so that the frames of the row lie on the darkest of the lines near them."""
    spots, normals = (array.reshape(-1, 2) for array in frame_points(box, points=POINTS_A_SIDE))
    current = mm_to_px
    for reach_mm in REACHES_MM:
        shift, strength = _darkest(grey, current, spots, normals, reach_mm)
        dark = strength > 0.4 * quantile(strength, 0.5)
        kept = dark
        if kept.sum() < LEAST_SHARE * len(spots):
            return current
        for _ in range(2):
            target = spots + shift[:, None] * normals
            step = fit_similarity(spots, target, kept.astype(float))
            left = np.abs(((target - moved(spots, step[None])[0]) * normals).sum(axis=1))
            kept = dark & (left <= quantile(left, KEPT_SHARE))
        current = _after(step, current)
    return current


def _after(first: Affine, then: Affine) -> Affine:
    """The map that does one after the other."""
    linear = then[:, :2] @ first[:, :2]
    return np.column_stack([linear, then[:, :2] @ first[:, 2] + then[:, 2]])


def _darkest(
    grey: Pixels, current: Affine, spots: Points, normals: Points, reach_mm: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For every point, where along its normal the darkest line lies (mm), and how dark it is."""
    offsets = np.linspace(-reach_mm, reach_mm, PROFILE_STEPS)
    at = moved(spots[None] + offsets[:, None, None] * normals[None], current[None])
    # Pixel centres lie at halves.
    places = (at - 0.5).astype(np.float32)
    levels = cv2.remap(
        grey, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(float)
    darkness = np.max(levels, axis=0) - levels
    smooth = (darkness + np.roll(darkness, 1, 0) + np.roll(darkness, -1, 0)) / 3
    smooth[[0, -1]] = 0
    peak = smooth.argmax(axis=0)
    window = np.clip(peak[None] + np.arange(-2, 3)[:, None], 0, PROFILE_STEPS - 1)
    weight = np.take_along_axis(darkness, window, axis=0) + 1e-6
    centre = (weight * offsets[window]).sum(axis=0) / weight.sum(axis=0)
    return centre, np.take_along_axis(smooth, peak[None], axis=0)[0]
