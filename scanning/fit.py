"""How well a row of boxes fits at a place of the scan, and the place nearby where it fits best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scanning.geometry import Affine, Points, fit_similarity, moved, scale_of
from scanning.polish import frame_points
from scanning.template import CodeBox, PageTemplate
from scanning.work import Work, far_px

POINTS_A_SIDE = 9
REACHES_MM = (0.9, 0.6, 0.4)  # how far a printed line may lie from where the row puts it
LINE_MM = 0.28  # half a printed line and a pixel
FREE_OVERHANG_MM = 8.0  # a page leaves the scan by so much without being the worse for it
OVERHANG_COST = 0.01  # a millimetre
OFFSET_COST = 0.002  # a millimetre
GOES_ON_COST = 0.3
MOAT_MM = 1.5
CROWDED_FROM = 0.25  # of the line round the row: strokes and a label cross less
CROWDED_COST = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A row of boxes: the map from millimetres to pixels of the scan, and how well it fits."""

    mm_to_px: Affine
    outline: float
    score: float


def overhang_mm(maps: Affine, template: PageTemplate, work: Work) -> npt.NDArray[np.float64]:
    """How far the page reaches out of the scan, the farthest side, mm."""
    width, height = template.page_mm
    middles = np.array([[width / 2, 0], [width, height / 2], [width / 2, height], [0, height / 2]])
    at = moved(middles, maps)
    size = np.array(work.dark.shape[::-1], float)
    beyond = np.maximum(-at, at - size).max(axis=(1, 2))
    scale = np.sqrt(np.abs(np.linalg.det(maps[:, :, :2])))
    return np.asarray(np.clip(beyond / scale, 0, None))


def _dark_near(
    work: Work, at: Points, *, within_px: float | npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Which points have a dark pixel near; points outside the scan have none."""
    height, width = work.dark.shape
    x, y = np.rint(at[..., 0]).astype(int), np.rint(at[..., 1]).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    rings = work.rings[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return np.asarray(inside & (far_px(rings) <= within_px))


def rough_scores(work: Work, template: PageTemplate, maps: Affine) -> npt.NDArray[np.float64]:
    """Share of outline points near something dark, less what an overhanging page costs."""
    spots, _ = frame_points(template.code_box, points=POINTS_A_SIDE)
    points = spots[:, :, 1::3].reshape(-1, 2)
    near = _dark_near(work, moved(points, maps), within_px=0.5 * work.px_per_mm)
    overhang = np.clip(overhang_mm(maps, template, work) - FREE_OVERHANG_MM, 0, None)
    return np.asarray(near.mean(axis=1) - OVERHANG_COST * overhang)


def refined(work: Work, guess: Affine, box: CodeBox) -> Affine:
    """The guess moved so that the frames lie on the printed lines."""
    points, normals = (array.reshape(-1, 2) for array in frame_points(box, points=POINTS_A_SIDE))
    current = guess
    for reach_mm in REACHES_MM:
        shift, found = _shift_to_line(work, current, points, normals, reach_mm)
        if found.sum() < len(points) // 3:
            break
        target = moved(points, current) + shift[:, None] * (normals @ current[:, :2].T)
        current = fit_similarity(points, target, found.astype(float))
    return current


def judged(work: Work, template: PageTemplate, fine: Affine) -> Found:
    """How well the row fits: frames found, paper round them, no further box beyond the ends."""
    box = template.code_box
    spots, _ = frame_points(box, points=POINTS_A_SIDE)
    at = moved(spots.reshape(-1, 2), fine)
    share = float(_dark_near(work, at, within_px=LINE_MM * scale_of(fine)).mean())
    overhang = float(overhang_mm(fine[None], template, work)[0])
    cost = OVERHANG_COST * max(0.0, overhang - FREE_OVERHANG_MM)
    cost += OFFSET_COST * _offset_mm(work, template, fine)
    cost += GOES_ON_COST * _goes_on(work, box, fine)
    cost += CROWDED_COST * _crowded(work, box, fine)
    return Found(mm_to_px=fine, outline=share, score=share - cost)


def _crowded(work: Work, box: CodeBox, fine: Affine) -> float:
    """Share of a line round the whole row that is dark, beyond what digits and a label reach."""
    corners = np.array(box.corners())
    middle = corners.mean(axis=0)
    sides = np.array([box.length / 2 + MOAT_MM, box.h / 2 + MOAT_MM])
    wide = middle + (corners - middle) * (sides / (sides - MOAT_MM)).mean()
    after = np.roll(wide, -1, axis=0)
    along = np.linspace(0, 1, 4 * POINTS_A_SIDE)[:, None]
    ring = np.concatenate([a + along * (b - a) for a, b in zip(wide, after, strict=True)])
    dark = _dark_near(work, moved(ring, fine), within_px=0.5)
    return max(0.0, float(dark.mean()) - CROWDED_FROM)


def _shift_to_line(
    work: Work, current: Affine, points: Points, normals: Points, reach_mm: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """How far, in mm along its normal, the nearest dark line lies from every point."""
    offsets = np.linspace(-reach_mm, reach_mm, 13)
    at = moved(points[None] + offsets[:, None, None] * normals[None], current[None])
    dark = _dark_near(work, at.reshape(len(offsets), len(points), 2), within_px=0.5)
    weight = dark * (1.2 * reach_mm - np.abs(offsets))[:, None]
    total = weight.sum(axis=0)
    shift = (weight * offsets[:, None]).sum(axis=0) / np.where(total > 0, total, 1)
    return shift, total > 0


def _offset_mm(work: Work, template: PageTemplate, fine: Affine) -> float:
    """How far the middle of the page lies from the middle of the scan, mm."""
    middle = moved(np.array([[template.page_mm[0] / 2, template.page_mm[1] / 2]]), fine[None])[0, 0]
    height, width = work.dark.shape
    return float(np.hypot(*(middle - np.array([width, height]) / 2))) / scale_of(fine)


def _goes_on(work: Work, box: CodeBox, fine: Affine) -> float:
    """Share of the outline of one more box before the first or after the last that is there."""
    points = frame_points(box, points=POINTS_A_SIDE)[0][0]
    step = np.array(box.corners(0)[1]) - np.array(box.corners(0)[0])
    step *= box.pitch / box.w
    shares = []
    for number, side in ((-1, 3), (box.n, 1)):
        # The side next to the row may be the row's own; the three others are looked at.
        others = np.delete(points, 4 - side, axis=0) + number * step
        near = _dark_near(work, moved(others.reshape(-1, 2), fine), within_px=0.2 * scale_of(fine))
        shares.append(float(near.mean()))
    return max(0.0, max(shares) - 0.5) * 2
