"""The mark on what experts see: all over the picture, light, and cheap."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from scanning import watermarked


def page(height: int = 1754, width: int = 1240, channels: int = 3) -> bytes:
    """A page of 150 dpi with writing on it."""
    shape = (height, width, channels) if channels > 1 else (height, width)
    pixels = np.full(shape, 246, np.uint8)
    for line in range(60, height - 20, 46):
        cv2.putText(
            pixels,
            "otvet 12 + 7 = 19",
            (60, line),
            cv2.FONT_HERSHEY_SIMPLEX,
            1,
            (70,) * channels,
            2,
        )
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 60])[1].tobytes()


def grey(picture: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE).astype(int)


@pytest.mark.parametrize(
    ("height", "width", "channels"), [(1754, 1240, 3), (1754, 1240, 1), (90, 700, 3), (60, 200, 1)]
)
def test_every_part_of_a_picture_carries_a_light_mark(
    height: int, width: int, channels: int
) -> None:
    blank = np.full((height, width, channels), 246, np.uint8).squeeze()
    before = cv2.imencode(".jpg", blank)[1].tobytes()
    after = grey(watermarked(before, "a1b2-c3d4-e5f6"))
    assert after.shape == (height, width)
    darkened = grey(before) - after > 15
    for top in range(0, height - 329, 320):
        for left in range(0, width - 929, 460):
            assert darkened[top : top + 330, left : left + 930].sum() > 100, (top, left)
    assert darkened.sum() > 50
    assert after.min() > 170, "words under the mark stay readable"


def test_two_assignments_have_two_pictures_of_one_page() -> None:
    one, other = (watermarked(page(), mark) for mark in ("a1b2-c3d4-e5f6", "a1b2-c3d4-e5f7"))
    assert one != other
    assert one == watermarked(page(), "a1b2-c3d4-e5f6")


def test_the_mark_costs_some_20_ms_of_a_processor() -> None:
    picture, spent = page(), []
    for _ in range(7):
        begun = time.process_time()
        watermarked(picture, "a1b2-c3d4-e5f6")
        spent.append(time.process_time() - begun)
    assert min(spent) <= 0.035, "16 ms measured; a processor half as fast passes"


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="no picture"):
        watermarked(b"%PDF", "a1b2")
