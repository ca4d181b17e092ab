"""A row of boxes looked for everywhere at once, for rows whose boxes are scribbled or crossed."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import Affine, Points, rotation, similarity
from scanning.template import CodeBox

LOOK_PX_PER_MM = 2.5
SKEWS_DEG = np.arange(-12.0, 12.01, 0.75)
SKEW_PX = 360  # longer side of the picture in which lines of text are told apart
LINE_MM = 0.6  # a line counts when it lies so near to where it should
MOAT_MM = (0.9, 2.2)  # round the row paper is white
MOAT_WEIGHT = 0.5
PEAKS = 4

Mask = npt.NDArray[np.bool_]
Map = npt.NDArray[np.float32]


def swept(dark: Mask, px_per_mm: float, box: CodeBox) -> Affine:
    """Maps (m, 2, 3) from millimetres to pixels of `dark` that may put the row on printed boxes."""
    factor = LOOK_PX_PER_MM / px_per_mm
    ink = cv2.resize(
        dark.astype(np.uint8) * 255, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA
    )
    near = _near(ink > 255 * 0.15)
    skew = np.radians(page_skew(dark))
    maps = [np.zeros((0, 2, 3))]
    for quarter in range(2):
        turn = skew + quarter * np.pi / 2
        peaks = _peaks(near, _kernel(box, turn))
        maps += [_both_ways(box, turn, middle) for middle in peaks]
    return np.asarray(np.concatenate(maps) / factor)


def page_skew(dark: Mask) -> float:
    """By how many degrees lines of print lean clockwise, whichever way the page lies."""
    factor = SKEW_PX / max(dark.shape)
    small = cv2.resize(
        dark.astype(np.uint8) * 255, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA
    )
    height, width = small.shape[:2]
    scores = []
    for angle in SKEWS_DEG:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        level = cv2.warpAffine(small, turn, (width, height))
        rows, columns = (
            cv2.reduce(level, side, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for side in (1, 0)
        )
        scores.append(max(float((np.diff(rows) ** 2).sum()), float((np.diff(columns) ** 2).sum())))
    return float(SKEWS_DEG[int(np.argmax(scores))])


def _near(ink: Mask) -> Map:
    side = 2 * round(LINE_MM * LOOK_PX_PER_MM / 2) + 1
    return np.asarray(cv2.dilate(ink.astype(np.float32), np.ones((side, side))), np.float32)


def _kernel(box: CodeBox, turn: float) -> Map:
    """Positive on the frames of the turned row, negative on the white paper round it."""
    corners = np.array(box.corners())
    middle = corners.mean(axis=0)
    linear = LOOK_PX_PER_MM * rotation(turn)
    reach = np.abs((corners - middle) @ linear.T).max(axis=0) + MOAT_MM[1] * LOOK_PX_PER_MM + 2
    half = np.ceil(reach).astype(int)
    canvas = np.zeros((2 * half[1] + 1, 2 * half[0] + 1), np.float32)
    _moat(canvas, corners, middle, linear, half)
    frames = np.zeros_like(canvas)
    for index in range(box.n):
        at = (np.array(box.corners(index)) - middle) @ linear.T + half
        cv2.polylines(frames, [np.rint(at).astype(np.int32)], True, 1.0)  # noqa: FBT003
    moat = canvas * (frames == 0)
    return np.asarray(
        frames / frames.sum() - MOAT_WEIGHT * moat / max(float(moat.sum()), 1.0), np.float32
    )


def _moat(
    canvas: Map, corners: Points, middle: Points, linear: npt.NDArray[np.float64], half: Points
) -> None:
    """Fill a ring round the row."""
    outward = np.sign(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float))
    along = corners[1] - corners[0]
    down = corners[3] - corners[0]
    axes = np.stack([along / np.hypot(*along), down / np.hypot(*down)])
    for margin, level in ((MOAT_MM[1], 1.0), (MOAT_MM[0], 0.0)):
        at = (corners + margin * (outward @ axes) - middle) @ linear.T + half
        cv2.fillConvexPoly(canvas, np.rint(at).astype(np.int32), level)


def _peaks(near: Map, kernel: Map) -> list[Points]:
    """Where the middle of the row fits best, looked-at pixels."""
    pad_y, pad_x = kernel.shape[0] // 2, kernel.shape[1] // 2
    wide = cv2.copyMakeBorder(near, pad_y, pad_y, pad_x, pad_x, cv2.BORDER_CONSTANT, value=0)
    fit = cv2.matchTemplate(wide, kernel, cv2.TM_CCORR)
    found = []
    for _ in range(PEAKS):
        _, _, _, (x, y) = cv2.minMaxLoc(fit)
        found.append(np.array([x, y], float) + 0.5)
        cv2.circle(fit, (x, y), round(LOOK_PX_PER_MM * 1.5), -1.0, -1)
    return found


def _both_ways(box: CodeBox, turn: float, middle: Points) -> Affine:
    """The row with its first box at either end."""
    centre = np.array(box.corners()).mean(axis=0)
    return np.stack(
        [similarity(LOOK_PX_PER_MM, turn + half_turn, centre, middle) for half_turn in (0.0, np.pi)]
    )
