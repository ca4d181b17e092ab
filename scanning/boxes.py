"""The row of code boxes: found by its size and spacing, it tells how the page lies in the scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import (
    Affine,
    Points,
    angle_of,
    fit_similarity,
    moved,
    quarter_turns,
    reduced,
    scale_of,
    scaled,
)
from scanning.raw import Pixels
from scanning.template import CodeBox, PageTemplate

MM_PER_INCH = 25.4
WORK_PX_PER_MM = 5.0  # 127 dpi: a printed line of 0.3 mm keeps its pixel
SCALE_RANGE = (0.75, 1.33)  # of what the file or the size of the image tells
STEEPEST_SKEW_DEG = 20.0
INSIDE_TOLERANCE = 0.3  # a frame and a stroke that touches it take this much of a box
MOST_CANDIDATES = 400
REACH_MM = 0.9  # how far a printed line may lie from where the row puts it
FREE_OVERHANG_MM = 8.0  # a page leaves the scan by so much without being the worse for it
MOST_OVERHANG_MM = 45.0
OVERHANG_COST = 0.01  # a millimetre
OFFSET_COST = 0.002  # a millimetre
LEAST_SCORE = 0.68
TRIED = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A page made ready for the search.

    Attributes:
        dark: True where ink or print is, at the working size.
        distance: from every pixel to the nearest dark one, pixels.
        factor: working pixels a pixel of the scan.
        px_per_mm: what the file tells, in working pixels.
    """

    dark: npt.NDArray[np.bool_]
    distance: npt.NDArray[np.float32]
    factor: float
    px_per_mm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A row of boxes: the map from millimetres to pixels of the scan, and how well it fits."""

    mm_to_px: Affine
    outline: float
    score: float


def nominal_px_per_mm(
    size_px: tuple[int, int], dpi: float | None, templates: Sequence[PageTemplate]
) -> float:
    """Pixels a millimetre before anything is found: told by the file, else by the paper's size."""
    fits = [
        float(np.sqrt(size_px[0] * size_px[1] / (item.page_mm[0] * item.page_mm[1])))
        for item in templates
    ]
    told = dpi / MM_PER_INCH if dpi else None
    if told is not None and any(0.5 * told < fit < 2.5 * told for fit in fits):
        return told
    return fits[0]


def prepared(grey: Pixels, *, px_per_mm: float) -> Work:
    """The page at the working size, with its dark pixels and the way to them."""
    factor = min(1.0, WORK_PX_PER_MM / px_per_mm)
    small = reduced(grey, factor)
    per_mm = px_per_mm * factor
    block = 2 * round(4 * per_mm) + 1
    blurred = cv2.GaussianBlur(small, (3, 3), 0)
    light = cv2.adaptiveThreshold(
        blurred, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, 12
    )
    distance = cv2.distanceTransform(light, cv2.DIST_L2, 3)
    return Work(
        dark=light == 0,
        distance=np.asarray(distance, np.float32),
        factor=factor,
        px_per_mm=per_mm,
    )


def find_row(work: Work, template: PageTemplate) -> Found | None:
    """The row of code boxes of this form, or None."""
    box = template.code_box
    guesses = _guesses(work, template)
    if len(guesses) == 0:
        return None
    outline = _outline_points(box)
    rough = _rough_scores(work, template, guesses)
    best: Found | None = None
    for index in _distinct(guesses, rough, box):
        fine = _refined(work, guesses[index], outline)
        found = _judged(work, template, fine)
        if best is None or found.score > best.score:
            best = found
    if best is None or best.score < LEAST_SCORE:
        return None
    return Found(
        mm_to_px=scaled(best.mm_to_px, 1 / work.factor), outline=best.outline, score=best.score
    )


def _guesses(work: Work, template: PageTemplate) -> Affine:
    """Maps (m, 2, 3) that put two neighbouring boxes on two light patches of a box's size."""
    box = template.code_box
    centres = _patches(work, box)
    if len(centres) < 2:  # noqa: PLR2004
        return np.zeros((0, 2, 3))
    step = centres[None, :] - centres[:, None]
    length = np.hypot(step[..., 0], step[..., 1])
    maps = []
    for boxes_apart in range(1, min(box.n, 4)):
        scale = length / (box.pitch * boxes_apart)
        low, high = (work.px_per_mm * share for share in SCALE_RANGE)
        first, second = np.nonzero((scale > low) & (scale < high))
        maps.append(
            _maps_of_pairs(box, centres[first], step[first, second], boxes_apart=boxes_apart)
        )
    every = np.concatenate(maps)
    return every[_plausible(every, template, work)]


def _patches(work: Work, box: CodeBox) -> Points:
    """Centres of light patches as large as the inside of a box, upright or on its side."""
    light = (~work.dark).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(light, connectivity=4)
    left, top, wide, high, area = (stats[:, column].astype(float) for column in range(5))
    small, large = sorted((box.w * work.px_per_mm, box.h * work.px_per_mm))
    short, long = np.minimum(wide, high), np.maximum(wide, high)
    least, most = SCALE_RANGE[0] * (1 - INSIDE_TOLERANCE), SCALE_RANGE[1] * 1.25
    fits = (short > least * small) & (short < most * small)
    fits &= (long > least * large) & (long < most * large) & (area > 0.3 * small * large * least)
    kept = np.flatnonzero(fits)[:MOST_CANDIDATES]
    return np.column_stack([left + wide / 2, top + high / 2])[kept]


def _maps_of_pairs(box: CodeBox, centre: Points, step: Points, *, boxes_apart: int) -> Affine:
    """For every pair and every place it may have in the row, the map it makes."""
    turn = np.arctan2(step[:, 1], step[:, 0]) - np.radians(box.angle)
    scale = np.hypot(step[:, 0], step[:, 1]) / (box.pitch * boxes_apart)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    maps = []
    for index in range(box.n - boxes_apart):
        middle = np.array(box.corners(index)).mean(axis=0)
        shift = centre - linear @ middle
        maps.append(np.concatenate([linear, shift[..., None]], axis=-1))
    return np.concatenate(maps)


def _plausible(maps: Affine, template: PageTemplate, work: Work) -> npt.NDArray[np.bool_]:
    """Which maps are nearly square to the scan and keep the page in it."""
    angle = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    skew = np.abs((angle + 45) % 90 - 45)
    near = _overhang_mm(maps, template, work) < MOST_OVERHANG_MM
    return np.asarray((skew < STEEPEST_SKEW_DEG) & near)


def _overhang_mm(maps: Affine, template: PageTemplate, work: Work) -> npt.NDArray[np.float64]:
    """How far the page reaches out of the scan, the farthest side, mm."""
    width, height = template.page_mm
    middles = np.array([[width / 2, 0], [width, height / 2], [width / 2, height], [0, height / 2]])
    at = moved(middles, maps)
    size = np.array(work.dark.shape[::-1], float)
    beyond = np.maximum(-at, at - size).max(axis=(1, 2))
    scale = np.sqrt(np.abs(np.linalg.det(maps[:, :, :2])))
    return np.asarray(np.clip(beyond / scale, 0, None))


def _outline_points(box: CodeBox) -> Points:
    """Points on the printed frames, (boxes, 4 sides, points, 2), mm."""
    along = np.linspace(0.08, 0.92, 9)[:, None]
    frames = []
    for index in range(box.n):
        corners = np.array(box.corners(index))
        after = np.roll(corners, -1, axis=0)
        sides = [start + along * (end - start) for start, end in zip(corners, after, strict=True)]
        frames.append(np.stack(sides))
    return np.stack(frames)


def _dark_share(
    work: Work, at: Points, *, within_px: float | npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Which points have a dark pixel near; points outside the scan have none."""
    height, width = work.dark.shape
    x, y = np.rint(at[..., 0]).astype(int), np.rint(at[..., 1]).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    distance = work.distance[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return np.asarray(inside & (distance <= within_px))


def _rough_scores(work: Work, template: PageTemplate, maps: Affine) -> npt.NDArray[np.float64]:
    """Share of outline points near something dark, less what an overhanging page costs."""
    points = _outline_points(template.code_box)[:, :, 1::3].reshape(-1, 2)
    near = _dark_share(work, moved(points, maps), within_px=0.5 * work.px_per_mm)
    overhang = np.clip(_overhang_mm(maps, template, work) - FREE_OVERHANG_MM, 0, None)
    return np.asarray(near.mean(axis=1) - OVERHANG_COST * overhang)


def _distinct(maps: Affine, scores: npt.NDArray[np.float64], box: CodeBox) -> list[int]:
    """The best guesses, none within a millimetre or so of a better one."""
    ends = moved(np.array([box.corners()[0], box.corners()[2]]), maps)
    tolerance = 0.15 * box.pitch * np.sqrt(np.abs(np.linalg.det(maps[:, :, :2]))).mean()
    chosen: list[int] = []
    for index in np.argsort(-scores, kind="stable")[:MOST_CANDIDATES]:
        apart = [np.abs(ends[index] - ends[other]).max() for other in chosen]
        if not apart or min(apart) > tolerance:
            chosen.append(int(index))
        if len(chosen) == TRIED:
            break
    return chosen


def _refined(work: Work, guess: Affine, outline: Points) -> Affine:
    """The guess moved so that the frames lie on the printed lines."""
    points = outline.reshape(-1, 2)
    along = outline[:, :, -1] - outline[:, :, 0]
    normal = np.stack([along[..., 1], -along[..., 0]], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    normals = np.repeat(normal[:, :, None], outline.shape[2], axis=2).reshape(-1, 2)
    current = guess
    for reach_mm in (REACH_MM, 0.6, 0.4):
        shift, found = _shift_to_line(work, current, points, normals, reach_mm)
        if found.sum() < len(points) // 3:
            break
        target = moved(points, current) + shift[:, None] * (normals @ current[:, :2].T)
        current = fit_similarity(points, target, found.astype(float))
    return current


def _shift_to_line(
    work: Work, current: Affine, points: Points, normals: Points, reach_mm: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """How far, in mm along its normal, the nearest dark line lies from every point."""
    offsets = np.linspace(-reach_mm, reach_mm, 13)
    at = moved(points[None] + offsets[:, None, None] * normals[None], current[None])
    dark = _dark_share(work, at.reshape(len(offsets), len(points), 2), within_px=0.5)
    weight = dark * (1.2 * reach_mm - np.abs(offsets))[:, None]
    total = weight.sum(axis=0)
    shift = (weight * offsets[:, None]).sum(axis=0) / np.where(total > 0, total, 1)
    return shift, total > 0


def _judged(work: Work, template: PageTemplate, fine: Affine) -> Found:
    """How well the row fits: frames found, nothing like a further box beyond the ends."""
    box = template.code_box
    outline = _dark_share(
        work, moved(_outline_points(box).reshape(-1, 2), fine), within_px=0.28 * scale_of(fine)
    )
    share = float(outline.mean())
    overhang = float(_overhang_mm(fine[None], template, work)[0])
    cost = OVERHANG_COST * max(0.0, overhang - FREE_OVERHANG_MM)
    cost += OFFSET_COST * _offset_mm(work, template, fine)
    return Found(mm_to_px=fine, outline=share, score=share - cost - 0.3 * _goes_on(work, box, fine))


def _offset_mm(work: Work, template: PageTemplate, fine: Affine) -> float:
    """How far the middle of the page lies from the middle of the scan, mm."""
    middle = moved(np.array([[template.page_mm[0] / 2, template.page_mm[1] / 2]]), fine[None])[0, 0]
    height, width = work.dark.shape
    return float(np.hypot(*(middle - np.array([width, height]) / 2))) / scale_of(fine)


def _goes_on(work: Work, box: CodeBox, fine: Affine) -> float:
    """Share of the outline of one more box before the first or after the last that is there."""
    points = _outline_points(box)[0]
    step = np.array(box.corners(0)[1]) - np.array(box.corners(0)[0])
    step *= box.pitch / box.w
    shares = []
    for number, side in ((-1, 3), (box.n, 1)):
        # The side next to the row may be the row's own; the three others are looked at.
        others = np.delete(points, 4 - side, axis=0) + number * step
        near = _dark_share(work, moved(others.reshape(-1, 2), fine), within_px=0.2 * scale_of(fine))
        shares.append(float(near.mean()))
    return max(0.0, max(shares) - 0.5) * 2


def rotation_of(mm_to_px: Affine) -> int:
    """Degrees clockwise by which the content of the scan is turned: 0, 90, 180 or 270."""
    return 90 * quarter_turns(mm_to_px)


def skew_of(mm_to_px: Affine) -> float:
    """What is left of the angle beside quarter turns, degrees, -45 to 45."""
    return (angle_of(mm_to_px) + 45) % 90 - 45
