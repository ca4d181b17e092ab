"""Made-up pages of handwriting, as large and as heavy as those that experts really get."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

WIDE, HIGH = 1240, 1754  # A4 at 150 dpi
TOP, LINE = 120, 54
QUALITY = 60

Picture = npt.NDArray[np.uint8]


def draw_page(seed: int) -> Picture:
    """A page with grain, ruled lines and connected strokes; every seed another one."""
    chance = np.random.default_rng(seed)
    page = np.clip(chance.normal(243, 4, (HIGH, WIDE)), 0, 255).astype(np.uint8)
    for top in range(TOP, HIGH - LINE, LINE):
        cv2.line(page, (60, top), (WIDE - 60, top), 215, 1)
        _write(page, top, chance)
    return page


def _write(page: Picture, line: int, chance: np.random.Generator) -> None:
    steps = np.arange(90, WIDE - 120, 7)
    heights = line - 4 - np.abs(chance.normal(0, 11, len(steps)))
    points = np.stack([steps + chance.normal(0, 2.5, len(steps)), heights], axis=1)
    for word in np.array_split(points, int(chance.integers(6, 11))):
        cv2.polylines(page, [word[:-1].astype(np.int32)], isClosed=False, color=70, thickness=2)


def as_jpeg(picture: Picture) -> bytes:
    """The picture as the anonymiser stores its own."""
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded)
