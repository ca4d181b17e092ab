"""What is printed on a page, kept coarsely: it tells the pages of a form apart."""

from __future__ import annotations

import base64
import zlib

import cv2
import numpy as np
import numpy.typing as npt

from scanning.geometry import Affine, cut_out
from scanning.order import quantile
from scanning.raw import Pixels
from scanning.template import PageTemplate

CELL_MM = 4.0  # a line of print and the white under it
PAPER_CELLS = 7  # half of so many by so many cells are paper: scanners shade a page
EDGE_CELLS = 2  # beside the paper the scanner's lid shows
LEVELS = 15
DARKEST_SHARE = 0.99  # of the cells; what is darker counts as they do
LEAST_DARKNESS = 20.0  # grey levels; a page on which nothing is darker is empty

Vector = npt.NDArray[np.float32]


def look_of(grey: Pixels, mm_to_px: Affine, template: PageTemplate) -> str:
    """How dark the page is, cell by cell, as text that `unpacked_look` reads.

    What differs from sheet to sheet is left out: the code, the name and the sticker.
    """
    width, height = template.page_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    cells = cut_out(grey, mm_to_px, corners, px_per_mm=1 / CELL_MM)
    paper = cv2.medianBlur(cells, PAPER_CELLS)
    dark = cv2.subtract(paper, cells).astype(np.float32)
    dark[:EDGE_CELLS], dark[-EDGE_CELLS:] = 0, 0
    dark[:, :EDGE_CELLS], dark[:, -EDGE_CELLS:] = 0, 0
    for field in template.private_fields():
        left, top = (max(0, int(side / CELL_MM)) for side in (field.x, field.y))
        right, bottom = (int(np.ceil(side / CELL_MM)) for side in (field.right, field.bottom))
        dark[top : max(bottom, 0), left : max(right, 0)] = 0
    scale = max(quantile(dark, DARKEST_SHARE), LEAST_DARKNESS)
    levels = np.rint(np.clip(dark / scale, 0, 1) * LEVELS).astype(np.uint8).ravel()
    pairs = np.append(levels, np.zeros(levels.size % 2, np.uint8)).reshape(-1, 2)
    packed = zlib.compress((pairs[:, 0] << 4 | pairs[:, 1]).astype(np.uint8).tobytes(), 6)
    return base64.b64encode(packed).decode("ascii")


def unpacked_look(text: str) -> Vector:
    """The cells that `look_of` kept, 0 to 15, row by row."""
    pairs = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    return np.column_stack([pairs >> 4, pairs & LEVELS]).reshape(-1).astype(np.float32)
