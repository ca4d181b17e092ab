"""Where a located page is dark, on a grid of one millimetre: to compare pages of a bundle."""

from __future__ import annotations

import base64
import zlib

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import Affine, cut_out
from scanning.raw import Pixels

CELLS_PER_MM = 1.0
DRAWN_PX_PER_MM = 2.0
INK_OVER_PAPER = 0.8
ONE_OF_FOUR = 64  # of 255: one of the four drawn pixels of a cell is dark

Ink = npt.NDArray[np.bool_]


def ink_map(grey: Pixels, mm_to_px: Affine, page_mm: tuple[float, float]) -> str:
    """The dark cells of the upright page, packed into text that `unpacked` reads."""
    width, height = page_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    page = cut_out(grey, mm_to_px, corners, px_per_mm=DRAWN_PX_PER_MM)
    paper = cv2.blur(page, (61, 61)).astype(np.float32)
    dark = (page < INK_OVER_PAPER * paper).astype(np.uint8)
    cells = cv2.resize(
        dark * 255,
        (round(width * CELLS_PER_MM), round(height * CELLS_PER_MM)),
        interpolation=cv2.INTER_AREA,
    )
    filled = cells >= ONE_OF_FOUR
    packed = zlib.compress(np.packbits(filled).tobytes(), 6)
    return f"{filled.shape[1]}x{filled.shape[0]}:{base64.b64encode(packed).decode('ascii')}"


def unpacked(text: str) -> Ink:
    """The cells (height, width) that `ink_map` packed."""
    size, _, packed = text.partition(":")
    width, height = (int(part) for part in size.split("x"))
    bits = np.unpackbits(np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8))
    return bits[: width * height].reshape(height, width).astype(bool)
