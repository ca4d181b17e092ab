"""The row of code boxes: found by its size and spacing, it tells how the page lies in the scan."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from scanning.fit import Found, judged, overhang_mm, refined, rough_scores
from scanning.geometry import Affine, Points, moved, quarter_turns, scaled
from scanning.sweep import swept
from scanning.template import CodeBox, PageTemplate
from scanning.work import Work

SCALE_RANGE = (0.75, 1.33)  # of what the file or the size of the image tells
STEEPEST_SKEW_DEG = 20.0
INSIDE_TOLERANCE = 0.3  # a frame and a stroke that touches it take this much of a box
MOST_CANDIDATES = 400
MOST_OVERHANG_MM = 45.0
TRIED = 12
BEHIND = 0.35  # by how much a guess that is still worth a try may be rougher than the best
REFINED_BY = 0.12  # a guess becomes better by no more when it is moved to where it fits best
LEAST_SCORE = 0.7
SURE_SCORE = 0.93  # below it the row is also looked for everywhere at once


def find_row(work: Work, template: PageTemplate) -> Found | None:
    """The row of code boxes of this form, or None."""
    best = _best_of(work, template, _guesses(work, template))
    if best is None or best.score < SURE_SCORE:
        maps = swept(work.dark, work.px_per_mm, template.code_box)
        found = _best_of(work, template, maps[_plausible(maps, template, work)])
        if found is not None and (best is None or found.score > best.score):
            best = found
    if best is None or best.score < LEAST_SCORE:
        return None
    return Found(
        mm_to_px=scaled(best.mm_to_px, 1 / work.factor), outline=best.outline, score=best.score
    )


def _best_of(work: Work, template: PageTemplate, guesses: Affine) -> Found | None:
    """The best of the guesses, each moved to where it fits best."""
    if len(guesses) == 0:
        return None
    scores = rough_scores(work, template, guesses)
    box = template.code_box
    best: Found | None = None
    for index in _distinct(guesses, scores, box):
        hopeless = best is not None and scores[index] < best.score - REFINED_BY
        if hopeless and best is not None and best.score >= SURE_SCORE:
            break
        found = judged(work, template, refined(work, guesses[index], box))
        if best is None or found.score > best.score:
            best = found
    return best


def _guesses(work: Work, template: PageTemplate) -> Affine:
    """Maps (m, 2, 3) that put two neighbouring boxes on two light patches of a box's size."""
    box = template.code_box
    centres = _patches(work, box)
    if len(centres) < 2 or box.n == 1:  # noqa: PLR2004  a pair is what tells scale and angle
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
    """Centres of light patches as large as the inside of a box, upright or on its side.

    A patch is a hole in the dark: that is found by walking along its edge, without a look at the
    rest of the page.
    """
    dark = work.dark.astype(np.uint8)
    edges, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not edges:
        return np.zeros((0, 2))
    holes = [int(hole) for hole in np.flatnonzero(tree[0, :, 3] >= 0)]
    sides = np.zeros((len(holes), 4))
    for place, hole in enumerate(holes):
        sides[place] = cv2.boundingRect(edges[hole])
    # The edge of a hole is walked on the dark pixels round it.
    wide, high = sides[:, 2] - 2, sides[:, 3] - 2
    small, large = sorted((box.w * work.px_per_mm, box.h * work.px_per_mm))
    short, long = np.minimum(wide, high), np.maximum(wide, high)
    least, most = SCALE_RANGE[0] * (1 - INSIDE_TOLERANCE), SCALE_RANGE[1] * 1.25
    fits = (short > least * small) & (short < most * small)
    fits &= (long > least * large) & (long < most * large)
    kept = np.flatnonzero(fits)
    full = [cv2.contourArea(edges[holes[k]]) > 0.3 * small * large * least for k in kept]
    kept = kept[np.array(full, bool)][:MOST_CANDIDATES]
    return np.asarray(sides[kept, :2] + sides[kept, 2:] / 2)


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
    near = overhang_mm(maps, template, work) < MOST_OVERHANG_MM
    return np.asarray((skew < STEEPEST_SKEW_DEG) & near)


def _distinct(maps: Affine, scores: npt.NDArray[np.float64], box: CodeBox) -> list[int]:
    """The best guesses, none within a millimetre or so of a better one."""
    ends = moved(np.array([box.corners()[0], box.corners()[2]]), maps)
    tolerance = 0.15 * box.pitch * np.sqrt(np.abs(np.linalg.det(maps[:, :, :2]))).mean()
    chosen: list[int] = []
    order = np.argsort(-scores, kind="stable")[:MOST_CANDIDATES]
    for index in order[scores[order] > scores[order[0]] - BEHIND]:
        apart = [np.abs(ends[index] - ends[other]).max() for other in chosen]
        if not apart or min(apart) > tolerance:
            chosen.append(int(index))
        if len(chosen) == TRIED:
            break
    return chosen


def rotation_of(mm_to_px: Affine) -> int:
    """Degrees clockwise by which the content of the scan is turned: 0, 90, 180 or 270."""
    return 90 * quarter_turns(mm_to_px)
