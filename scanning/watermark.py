"""A light mark over a picture that somebody is shown: a copy of it says whose view it was."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np

# Better than the pictures were drawn with, so that a second encoding costs them nothing visible.
_QUALITY = 70
_SHADE = 205
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_SCALE = 0.7
_PAD_PX = 6
# One mark in every part of the page, so that none of an answer's size is without one.
_STEP_DOWN_PX, _STEP_ACROSS_PX = 320, 460
_FIRST_PX = 12


def watermarked(picture: bytes, text: str) -> bytes:
    """The picture as a JPEG with the text all over it, light enough to read through.

    Args:
        picture: a JPEG or PNG of our own drawing.
        text: Latin letters, digits and signs.

    Raises:
        ValueError: the bytes are no picture.
    """
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("no picture")
    stamp = _stamp(text, 1 if pixels.ndim == 2 else pixels.shape[2])  # noqa: PLR2004 - grey has two
    for row, top in enumerate(range(_FIRST_PX, pixels.shape[0], _STEP_DOWN_PX)):
        shift = (row % 2) * _STEP_ACROSS_PX // 2
        for left in range(_FIRST_PX + shift, pixels.shape[1], _STEP_ACROSS_PX):
            _darken(pixels[top : top + stamp.shape[0], left : left + stamp.shape[1]], stamp)
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return encoded.tobytes()


def _darken(part: Any, stamp: Any) -> None:
    cut = stamp[: part.shape[0], : part.shape[1]]
    part[...] = cv2.multiply(part, cut, scale=1 / 255).reshape(part.shape)


@lru_cache(maxsize=64)
def _stamp(text: str, channels: int) -> Any:
    (width, height), below = cv2.getTextSize(text, _FONT, _SCALE, 1)
    size = (height + below + 2 * _PAD_PX, width + 2 * _PAD_PX)
    made = np.full(size, 255, np.uint8)
    at = (_PAD_PX, _PAD_PX + height)
    cv2.putText(made, text, at, _FONT, _SCALE, _SHADE, 1, cv2.LINE_AA)
    return made if channels == 1 else np.repeat(made[:, :, None], channels, axis=2)
