"""Boxed handwritten digits -> a probability for every digit, and for "not a digit"."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
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
FRAME_LENGTH = 0.8  # and is at least this long; the stroke of a 1 is shorter or further inside
LEAST_CONTRAST = 18.0  # grey levels between paper and ink; scanner noise stays below it
LEAST_INK = 0.006  # of the box; a dot of 0.6 mm, below the thinnest 1
LEAST_PIECE = 0.08  # of the largest piece of ink; smaller ones are specks of dust


def normalise_cell(box_image: Grey) -> Grey | None:
    """A grey picture of one box (dark ink on white paper, any size) -> a (28, 28) cell.

    What is left of the printed frame is cut off; the ink, bright on black, is scaled to 20 pixels
    and centred by mass as in MNIST. None where the box is empty.
    """
    if min(box_image.shape) < 2:  # noqa: PLR2004  nothing to look at
        return None
    ink = _ink_over_paper(box_image)
    ink[_frame(_dark(ink))] = 0  # first: a dark frame must not hide a pencil's digit
    mask = _without_specks(_dark(ink))
    if mask.mean() < LEAST_INK:
        return None
    return _centred(np.where(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3))) > 0, ink, 0), mask)


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
    paper = float(np.percentile(image, 75))
    return np.asarray(np.clip(paper - image.astype(np.float32), 0, None), np.float32)


def _dark(ink: Ink) -> Mask:
    """Where there is ink: above Otsu's threshold, a little lowered, and above the paper's noise."""
    strength = float(np.percentile(ink, 99.5))
    if strength < LEAST_CONTRAST:
        return np.zeros(ink.shape, np.bool_)
    scaled = np.clip(ink * (255 / strength), 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_OTSU)
    level = max(0.7 * otsu / 255, 0.25) * strength
    return np.asarray(ink > max(level, LEAST_CONTRAST / 2))


def _frame(mask: Mask) -> Mask:
    """The printed frame: long straight lines in the outer zone, on the four sides."""
    return _upright_lines(mask) | _upright_lines(mask.T).T


def _upright_lines(mask: Mask) -> Mask:
    """Upright lines of the frame at the left and right edge, a little wider than they are."""
    height, width = mask.shape
    zone = max(2, round(FRAME_ZONE * width))
    lines = np.zeros_like(mask)
    for side in (slice(0, zone), slice(width - zone, width)):
        # Closing over three columns lets a line tilted by a few degrees count as one.
        strip = cv2.dilate(mask[:, side].astype(np.uint8), np.ones((1, 3)))
        rod = np.ones((max(3, round(FRAME_LENGTH * height)), 1))
        found = cv2.morphologyEx(strip, cv2.MORPH_OPEN, rod, borderValue=0)
        lines[:, side] = cv2.dilate(found, np.ones((3, 3))) > 0
    return _and_outside(lines)


def _and_outside(lines: Mask) -> Mask:
    """The lines and all that lies between them and the edge of the crop."""
    width = lines.shape[1]
    half = width // 2
    left = np.flip(np.maximum.accumulate(np.flip(lines[:, :half], 1), axis=1), 1)
    right = np.maximum.accumulate(lines[:, half:], axis=1)
    return np.concatenate([left, right], axis=1)


def _without_specks(mask: Mask) -> Mask:
    """Only the pieces of ink that are large beside the largest, and not remnants of the frame."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    if count == 1:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    areas[_thin_at_the_edge(stats, mask.shape)] = 0
    return np.asarray((areas >= max(1.0, LEAST_PIECE * areas.max()))[labels])


def _thin_at_the_edge(stats: npt.NDArray[Any], shape: tuple[int, ...]) -> Mask:
    """Which pieces lie wholly in the outermost part of the crop: broken pieces of the frame."""
    height, width = shape
    x, y, w, h = (stats[:, k] for k in range(4))
    margin = 0.12
    beside = (x + w <= margin * width) | (x >= (1 - margin) * width)
    above = (y + h <= margin * height) | (y >= (1 - margin) * height)
    return np.asarray(beside | above)


def _centred(ink: Ink, mask: Mask) -> Grey:
    """The ink scaled so that its longer side is 20 pixels, its mass in the middle of 28."""
    ys, xs = np.nonzero(mask)
    piece = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    scale = DIGIT_PX / max(piece.shape)
    size = (max(1, round(piece.shape[1] * scale)), max(1, round(piece.shape[0] * scale)))
    small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    small = np.clip(small * (255 / max(float(np.percentile(small, 97)), 1.0)), 0, 255)
    moments = cv2.moments(small)
    dx = (CELL_PX - 1) / 2 - moments["m10"] / moments["m00"]
    dy = (CELL_PX - 1) / 2 - moments["m01"] / moments["m00"]
    shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return np.asarray(cv2.warpAffine(small, shift, (CELL_PX, CELL_PX)).round(), np.uint8)
