"""Code fields are read in rows, in columns of boxes, and in a single box."""

import cv2
import numpy as np
import pytest

from scanning import PageTemplate, read_page
from scanning.field import _box_pictures, read_code_field
from scanning.practice.hand import _glyphs
from scanning.template import CodeBox

from .scenes import DPI, PX_PER_MM, raw

CODE = "31842"
A4 = (210, 297)


def column(angle, n=5):
    """A form whose boxes stand one under another."""
    return PageTemplate.from_layout(
        {
            "page_mm": list(A4),
            "code_box": {"x": 60, "y": 90, "w": 8, "h": 9, "pitch": 9.5, "n": n, "angle": angle},
        }
    )


def page_of(form, *, quarters):
    """The form's boxes with a code, every digit turned clockwise by quarters; and some print."""
    page = np.full((round(A4[1] * PX_PER_MM), round(A4[0] * PX_PER_MM)), 235, np.uint8)
    for index, digit in zip(range(form.code_box.n), CODE, strict=False):
        corners = np.array(form.code_box.corners(index)) * PX_PER_MM
        cv2.polylines(
            page, [np.rint(corners).astype(np.int32)], isClosed=True, color=60, thickness=2
        )
        large = cv2.resize(np.rot90(_glyphs(0, int(digit))[3], -quarters), (40, 40))
        x, y = np.rint(corners.mean(axis=0)).astype(int) - 20
        page[y : y + 40, x : x + 40] -= (large * 0.7).astype(np.uint8)
    for row in range(150, 260, 12):
        cv2.putText(page, "Reshite uravnenie", (90, row * 6), 0, 1.0, 50, 2)
    return page


def read(field):
    return "".join(str(int(np.argmax(row))) for row in field.digits)


@pytest.mark.parametrize(("angle", "quarters"), [(90, 0), (90, 1), (-90, 0), (-90, -1)])
def test_a_column_of_boxes_is_read_whichever_way_its_digits_stand(angle, quarters):
    form = column(angle)
    to_px = np.array([[PX_PER_MM, 0, 0], [0, PX_PER_MM, 0]], float)
    page = page_of(form, quarters=quarters)
    assert read(read_code_field(page, to_px, form.code_box)) == CODE
    blank = np.full_like(page, 235)
    assert read_code_field(blank, to_px, form.code_box).digits == (None,) * 5


def test_a_form_with_a_single_box_is_placed():
    form = column(0, n=1)
    reading = read_page(raw(page_of(form, quarters=0), dpi=DPI), [form])
    assert reading.placement is not None
    assert reading.rotation == 0
    assert int(np.argmax(reading.digits[0])) == int(CODE[0])


def test_a_box_is_cut_out_with_what_is_over_its_frame_up_to_the_next_one():
    to_px = np.array([[10, 0, 0], [0, 10, 0]], float)
    page = np.full((600, 600), 235, np.uint8)
    sizes = {
        pitch: _box_pictures(page, to_px, CodeBox(x=10, y=10, w=8, h=9, pitch=pitch, n=2))[0].shape
        for pitch in (8, 9, 12)
    }
    assert sizes == {8: (110, 88), 9: (110, 94), 12: (110, 100)}
