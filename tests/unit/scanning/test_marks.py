"""Corner marks hold the far corners of a page; what only looks like one does not."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from scanning import PageTemplate, read_page
from scanning.geometry import moved, similarity
from scanning.marks import held_by_marks

from .scenes import DPI, PX_PER_MM, raw, skewed

MARKS = [[8, 8], [202, 8], [8, 289], [202, 289]]
FORM = PageTemplate.from_layout(
    {
        "page_mm": [210, 297],
        "code_box": {"x": 150, "y": 20, "w": 7, "h": 9, "pitch": 8, "n": 3},
        "fiducials_mm": MARKS,
        "fiducial_size": 4,
    }
)
TRUE = np.array([[PX_PER_MM, 0, 0], [0, PX_PER_MM, 0]], float)
CORNERS = np.array([[0, 0], [210, 0], [210, 297], [0, 297]], float)


def page(marks):
    sheet = np.full((round(297 * PX_PER_MM), round(210 * PX_PER_MM)), 235, np.uint8)
    for index in range(3):
        corners = np.array(FORM.code_box.corners(index)) * PX_PER_MM
        cv2.polylines(
            sheet, [np.rint(corners).astype(np.int32)], isClosed=True, color=60, thickness=2
        )
    for x, y in marks:
        low, high = (np.array([x, y]) - 2) * PX_PER_MM, (np.array([x, y]) + 2) * PX_PER_MM
        cv2.rectangle(sheet, [int(v) for v in low], [int(v) for v in high], 20, -1)
    for row in range(60, 180, 12):
        cv2.putText(sheet, "Reshite uravnenie", (90, row * 6), 0, 1.0, 50, 2)
    return sheet


def askew():
    """The page's map turned a little about the row of boxes, as a short row leaves it."""
    middle = np.array(FORM.code_box.corners()).mean(axis=0)
    return similarity(PX_PER_MM * 1.01, np.radians(1.0), middle, middle * PX_PER_MM)


def off_mm(affine):
    return float(np.abs(moved(CORNERS, affine) - moved(CORNERS, TRUE)).max() / PX_PER_MM)


def test_marks_bring_the_far_corners_into_place():
    assert off_mm(askew()) > 4
    assert off_mm(held_by_marks(page(MARKS), askew(), FORM)) < 0.5


@pytest.mark.parametrize("marks", [[], [[8, 8]], [[14, 13], [196, 15]]])
def test_marks_that_are_not_printed_or_lie_elsewhere_change_nothing(marks):
    assert np.array_equal(held_by_marks(page(marks), TRUE, FORM), TRUE)


def test_a_square_that_is_no_mark_is_left_out():
    stray = [*MARKS[:3], [197, 284]]
    assert off_mm(held_by_marks(page(stray), askew(), FORM)) < 0.5


def test_forms_without_marks_or_with_dots_are_left_alone():
    for form in (replace(FORM, fiducials=None), replace(FORM, fiducial_size=1.0)):
        assert np.array_equal(held_by_marks(page(MARKS), askew(), form), askew())


def test_a_page_with_marks_is_read_where_it_lies():
    reading = read_page(raw(skewed(page(MARKS), 2), dpi=DPI), [FORM])
    assert reading.placement is not None
    far = moved(
        np.array([[202.0, 289.0], [8.0, 289.0]]), np.array(reading.placement.mm_to_px)[None]
    )
    near = cv2.getRotationMatrix2D((630, 891), -2, 1.0)
    true = moved(np.array([[202.0, 289.0], [8.0, 289.0]]) * PX_PER_MM, near[None])
    assert np.abs(far - true).max() / PX_PER_MM < 0.5
