"""Boxed handwritten digits -> a probability for every digit, and for "not a digit"."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CELL_PX = 28
NOT_A_DIGIT = 10


def normalise_cell(box_image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """A grey picture of one box (dark ink on white paper, any size) -> a (28, 28) cell.

    What is left of the printed frame is cut off; the ink, bright on black, is scaled to 20 pixels
    and centred by mass as in MNIST. None where the box is empty.
    """
    raise NotImplementedError(box_image)


def recognise(cells: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Cells (n, 28, 28), ink bright on black -> calibrated probabilities (n, 11).

    Columns 0-9 are the digits, column 10 is "not a digit": a blank, a blot, a letter, a crossing out.
    """
    raise NotImplementedError(cells)
