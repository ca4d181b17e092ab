"""Boxed handwritten digits -> a probability for every digit, and for "not a digit"."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from scanning.order import quantile

# Its makers' build tells them of every process that loads it, unless this stands before it does.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Ink = npt.NDArray[np.float32]

CELL_PX = 28
DIGIT_PX = 20  # MNIST scales a digit to 20 pixels and centres it by mass in 28
NOT_A_DIGIT = 10
CLASSES = 11

WORK_PX = 64  # longer side of a box while it is cleaned: 7 pixels a millimetre for a box of 9 mm
FRAME_ZONE = 0.26  # a printed frame lies in this outer part of a crop up to 1.5 mm beside its box
FRAME_LENGTH = 0.7  # of the crop, at least, is the length of a side of the frame
MOST_LINE_PX = 6  # of a printed line's width at the working size: 0.8 mm
BRIDGE_PX = 9  # a stroke across such a line is closed over this gap
FRINGE_PX = 1  # on either side of a line, where its blur ends
EDGE = 0.12  # of the crop; pieces that lie wholly within it are remnants of the frame
LEAST_CONTRAST = 18.0  # grey levels between paper and ink; scanner noise stays below it
LEAST_INK = 0.006  # of the box; a dot of 0.6 mm, below the thinnest 1
LEAST_PIECE = 0.08  # of the largest piece of ink; smaller ones are specks of dust
_SQUARE = np.ones((3, 3), np.uint8)
_BESIDE = np.ones((1, 3), np.uint8)
_BRIDGE = np.ones((BRIDGE_PX, BRIDGE_PX), np.uint8)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Cell:
    """What is written in one box.

    Attributes:
        picture: (28, 28), the ink bright on black.
        height_px: of what is written, pixels of the given picture.
        stroke_px: width of its strokes.
        darkness: grey levels between the paper and the strokes.
    """

    picture: Grey
    height_px: float
    stroke_px: float
    darkness: float


def normalise_cell(box_image: Grey) -> Grey | None:
    """The picture of `cell_of`, None where the box is empty."""
    cell = cell_of(box_image)
    return None if cell is None else cell.picture


def cell_of(box_image: Grey) -> Cell | None:
    """A grey picture of one box (dark ink on white paper, any size) -> a (28, 28) cell.

    What is left of the printed frame is taken out, what was written over it stays where the picture
    shows it (a margin of about a millimetre round the box does); the ink, bright on black, is
    scaled to 20 pixels and centred by mass as in MNIST. None where the box is empty.
    """
    if min(box_image.shape) < 2:  # noqa: PLR2004  nothing to look at
        return None
    ink = _ink_over_paper(box_image)
    lines, outside = _frame(_dark(ink))
    mask = _written(ink, lines, outside)
    if mask.mean() < LEAST_INK:
        return None
    inked = mask.astype(np.uint8)
    picture = _centred(np.where(cv2.dilate(inked, _SQUARE) > 0, ink, 0), mask)
    scale = max(box_image.shape) / WORK_PX
    rows = np.flatnonzero(mask.any(axis=1))
    edge = cv2.countNonZero(inked) - cv2.countNonZero(cv2.erode(inked, _SQUARE))
    return Cell(
        picture=picture,
        height_px=float(rows[-1] - rows[0] + 1) * scale,
        stroke_px=2 * cv2.countNonZero(inked) / max(edge, 1) * scale,
        darkness=quantile(ink[mask], 0.5),
    )


def recognise(cells: Grey) -> npt.NDArray[np.float32]:
    """Cells (n, 28, 28), ink bright on black -> calibrated probabilities (n, 11).

    Columns 0-9 are the digits; column 10 is "not a digit": a blank, a blot, a letter, a crossing
    out. Rows sum to one.
    """
    if len(cells) == 0:
        return np.zeros((0, CLASSES), np.float32)
    batch = cells.reshape(-1, 1, CELL_PX, CELL_PX).astype(np.float32) / 255.0
    (probabilities,) = _session(os.getpid()).run(None, {"cells": batch})
    return np.asarray(probabilities, np.float32)


@lru_cache(maxsize=1)
def _session(_process: int) -> onnxruntime.InferenceSession:
    """The network, loaded once a process: a session does not survive a fork."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    model = resources.files("scanning").joinpath("model", "digits.onnx").read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _ink_over_paper(box_image: Grey) -> Ink:
    """How much darker than its paper every pixel is, at the working size."""
    scale = WORK_PX / max(box_image.shape)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image = cv2.resize(box_image, None, fx=scale, fy=scale, interpolation=kind)
    image = cv2.GaussianBlur(image, (3, 3), 0)
    paper = _quantile(image, 0.75)
    return np.asarray(np.clip(paper - image.astype(np.float32), 0, None), np.float32)


def _quantile(values: MatLike, share: float) -> float:
    """The value that a share of the values does not exceed."""
    place = int(share * (values.size - 1))
    return float(np.partition(values, place, axis=None)[place])


def _dark(ink: Ink) -> Mask:
    """Where there is ink: above Otsu's threshold, a little lowered, and above the paper's noise."""
    strength = _quantile(ink, 0.995)
    if strength < LEAST_CONTRAST:
        return np.zeros(ink.shape, np.bool_)
    scaled = np.clip(ink * (255 / strength), 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_OTSU)
    level = max(0.7 * otsu / 255, 0.25) * strength
    return np.asarray(ink > max(level, LEAST_CONTRAST / 2))


def _frame(mask: Mask) -> tuple[Mask, Mask]:
    """The printed frame: its lines on the four sides, and what lies outside of them."""
    upright, beside = _upright_lines(mask)
    level, above = _upright_lines(mask.T)
    return upright | level.T, beside | above.T


def _upright_lines(mask: Mask) -> tuple[Mask, Mask]:
    """The frame's lines at the left and the right edge, and the columns outside of them.

    Each is the outermost long straight line of its zone, if any: a digit's own long stroke lies
    further inside.
    """
    height, width = mask.shape
    zone = max(2, round(FRAME_ZONE * width))
    line, outside = np.zeros_like(mask), np.zeros_like(mask)
    # Both zones side by side, the right one mirrored: a column of paper parts them.
    strips = np.zeros((height, 2 * zone + 1), np.uint8)
    strips[:, :zone], strips[:, zone + 1 :] = mask[:, :zone], mask[:, : -zone - 1 : -1]
    # Over three columns, a line tilted by a few degrees counts as one.
    strips = cv2.dilate(strips, _BESIDE, dst=strips)
    rod = np.ones((max(3, round(FRAME_LENGTH * height)), 1), np.uint8)
    rods = cv2.erode(strips, rod, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    long = np.asarray(rods.max(axis=0) > 0)
    for columns, way in ((long[:zone], 1), (long[zone + 1 :], -1)):
        inward = np.flatnonzero(columns)
        if len(inward):
            start = max(0, int(inward[0]) - FRINGE_PX)
            end = min(_end_of_run(inward), int(inward[0]) + MOST_LINE_PX) + FRINGE_PX
            line[:, ::way][:, start : end + 1] = True
            outside[:, ::way][:, :start] = True
    return line, outside


def _end_of_run(columns: npt.NDArray[np.intp]) -> int:
    """The last of the columns that follow the first one without a gap."""
    gaps = np.flatnonzero(np.diff(columns) > 1)
    return int(columns[gaps[0]] if len(gaps) else columns[-1])


def _written(ink: Ink, lines: Mask, outside: Mask) -> Mask:
    """Where something was written: strong ink without the frame, without specks.

    The level is found anew without the frame, so that dark print does not hide a pencil's digit. A
    stroke across a line is made whole again where it shows on both sides.
    """
    rest = _dark(np.where(lines | outside, 0, ink))
    rest |= _dark_as(ink, rest) & outside
    rest &= ~lines
    closed = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_CLOSE, _BRIDGE)
    return _without_specks(rest | ((closed > 0) & lines), outside)


def _dark_as(ink: Ink, written: Mask) -> Mask:
    """Where ink is as dark as what was written."""
    if not written.any():
        return np.zeros(ink.shape, np.bool_)
    return np.asarray(ink >= ink[written].min())


def _without_specks(mask: Mask, outside: Mask) -> Mask:
    """Only the pieces of ink that are large beside the largest, and reach into the box."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count == 1:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    inside = np.bincount(labels[~outside], minlength=count)
    areas[inside < areas / 2] = 0
    areas[0] = 0
    areas[_thin_at_the_edge(stats, mask.shape)] = 0
    return np.asarray((areas >= max(1.0, LEAST_PIECE * areas.max()))[labels])


def _thin_at_the_edge(stats: npt.NDArray[Any], shape: tuple[int, ...]) -> Mask:
    """Which pieces lie wholly in the outermost part of the crop: broken pieces of the frame."""
    height, width = shape
    x, y, w, h = (stats[:, k] for k in range(4))
    beside = (x + w <= EDGE * width) | (x >= (1 - EDGE) * width)
    above = (y + h <= EDGE * height) | (y >= (1 - EDGE) * height)
    return np.asarray(beside | above)


def _centred(ink: Ink, mask: Mask) -> Grey:
    """The ink scaled so that its longer side is 20 pixels, its mass in the middle of 28."""
    ys, xs = np.nonzero(mask)
    piece = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    scale = DIGIT_PX / max(piece.shape)
    size = (max(1, round(piece.shape[1] * scale)), max(1, round(piece.shape[0] * scale)))
    small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    small = np.clip(small * (255 / max(_quantile(small, 0.97), 1.0)), 0, 255)
    moments = cv2.moments(small)
    dx = (CELL_PX - 1) / 2 - moments["m10"] / moments["m00"]
    dy = (CELL_PX - 1) / 2 - moments["m01"] / moments["m00"]
    shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return np.asarray(cv2.warpAffine(small, shift, (CELL_PX, CELL_PX)).round(), np.uint8)
