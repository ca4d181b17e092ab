"""What is written in the boxes, kept small: to see that two pages are scans of one sheet."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from scanning.digits import Grey

KEPT_PX = 14  # half a cell: a stroke of a pen keeps its pixel
GREY_STEP = 16  # sixteen levels tell strokes from paper
LEAST_WRITTEN = 4  # boxes: one 1 in ten is like another by the same measure, four of them never
# Two scans of one sheet agree to 0.967 on average and 0.954 in the worst box (one bit, 150 dpi);
# the same code in the same hand on another sheet to 0.87 and 0.80 at most (practice pages).
SAME_ON_AVERAGE = 0.93
SAME_IN_EVERY_BOX = 0.88

Vectors = npt.NDArray[np.float32]


def packed(cells: Sequence[Grey | None]) -> str:
    """The cells of a row, None for an empty box, as text that `unpacked` reads."""
    small = [
        np.zeros((KEPT_PX, KEPT_PX), np.uint8)
        if cell is None
        else cv2.resize(cell, (KEPT_PX, KEPT_PX), interpolation=cv2.INTER_AREA) // GREY_STEP
        for cell in cells
    ]
    levels = np.asarray(np.stack(small), np.uint8).reshape(-1)
    pairs = (levels[0::2] << 4) | levels[1::2]
    return base64.b64encode(zlib.compress(pairs.astype(np.uint8).tobytes(), 6)).decode("ascii")


def unpacked(text: str) -> Vectors:
    """The boxes (n, 196) that `packed` kept, each with mean 0 and length 1; zeros where empty."""
    pairs = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    levels = np.column_stack([pairs >> 4, pairs & 15]).reshape(-1, KEPT_PX**2).astype(np.float32)
    levels -= levels.mean(axis=1, keepdims=True)
    length = np.sqrt((levels**2).sum(axis=1, keepdims=True))
    return np.asarray(levels / np.where(length > 0, length, 1), np.float32)


def scanned_again(rows: Sequence[str]) -> dict[int, int]:
    """Which rows are on a sheet that was there already: place -> place of its first scan.

    Args:
        rows: what `packed` kept of every page, "" where nothing was kept.
    """
    again: dict[int, int] = {}
    known = [place for place, row in enumerate(rows) if row]
    boxes = {place: unpacked(rows[place]) for place in known}
    for count in sorted({len(found) for found in boxes.values()}):
        places = [place for place in known if _can_be_told(boxes[place], count)]
        again |= _among(places, boxes)
    return again


def _can_be_told(found: Vectors, count: int) -> bool:
    return len(found) == count and int(found.any(axis=1).sum()) >= LEAST_WRITTEN


def _among(places: Sequence[int], boxes: dict[int, Vectors]) -> dict[int, int]:
    """Rows of one length held against all earlier ones, one row at a time."""
    again: dict[int, int] = {}
    if not places:
        return again
    every = np.stack([boxes[place] for place in places])
    filled = np.asarray(every.any(axis=2))
    for index in range(1, len(places)):
        alike = np.einsum("pbk,bk->pb", every[:index], every[index])
        both_empty = ~filled[:index] & ~filled[index]
        alike = np.where(both_empty, 1.0, alike)
        written = np.where(filled[index], alike, 0.0).sum(axis=1) / filled[index].sum()
        same = (written >= SAME_ON_AVERAGE) & (alike.min(axis=1) >= SAME_IN_EVERY_BOX)
        if same.any():
            first = places[int(same.argmax())]
            again[places[index]] = again.get(first, first)
    return again
