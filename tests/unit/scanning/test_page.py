"""One page: the row of boxes tells how it lies; quality, barcodes and what experts may see."""

import cv2
import numpy as np
import pytest
import segno

from scanning import (
    CodeBox,
    Fault,
    NotPlacedError,
    PageTemplate,
    Rect,
    VisibleArea,
    anonymise,
    code_crop,
    read_page,
    upright,
)

from .scenes import DPI, FORM, PX_PER_MM, blank_page, printed_form, raw, skewed, turned

PAGE = printed_form()


def placed_error_mm(reading, quarters, shape):
    """How far a corner of the page lies from where it should, mm."""
    height, width = shape
    found = np.array(reading.placement.mm_to_px)
    spots = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    at = (spots / PX_PER_MM) @ found[:, :2].T + found[:, 2]
    expected = {
        0: spots,
        1: np.column_stack([height - spots[:, 1], spots[:, 0]]),
        2: np.array([width, height]) - spots,
        3: np.column_stack([spots[:, 1], width - spots[:, 0]]),
    }[quarters]
    return float(np.abs(at - expected).max()) / PX_PER_MM


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_row_of_boxes_tells_place_and_direction(quarters):
    reading = read_page(raw(turned(PAGE, quarters)), [FORM])
    assert reading.rotation == 90 * quarters
    assert placed_error_mm(reading, quarters, PAGE.shape) < 1.5
    assert reading.digits == (None,) * 5


@pytest.mark.parametrize("degrees", [-9, 4])
def test_a_leaning_page_is_found(degrees):
    reading = read_page(raw(skewed(PAGE, degrees)), [FORM])
    first, _ = np.array(reading.placement.mm_to_px)[:, :2].T
    assert np.degrees(np.arctan2(first[1], first[0])) == pytest.approx(degrees, abs=0.2)


def test_boxes_that_share_their_sides_and_are_struck_through_are_found():
    box = CodeBox(x=60, y=180, w=8, h=9, pitch=8, n=6, angle=3)
    form = PageTemplate(page_mm=FORM.page_mm, code_box=box)
    page = printed_form(form)
    middle = np.array(box.corners()).mean(axis=0) * PX_PER_MM
    for offset in range(-120, 121, 24):
        start = (round(middle[0] + offset), round(middle[1] - 24))
        cv2.line(page, start, (start[0] + 20, round(middle[1] + 24)), 40, 4)
    reading = read_page(raw(page), [form])
    assert placed_error_mm(reading, 0, page.shape) < 2


def test_the_fitting_form_of_several_is_chosen():
    other = PageTemplate(
        page_mm=FORM.page_mm, code_box=CodeBox(x=20, y=190, w=5, h=6, pitch=6, n=8)
    )
    assert read_page(raw(PAGE), [other, FORM]).placement.template == 1
    assert read_page(raw(printed_form(other)), [other, FORM]).placement.template == 0


def test_a_page_without_a_row_of_boxes_is_not_placed():
    page = blank_page()
    for row in range(8, 200, 12):
        cv2.putText(page, "Drugaya rabota", (60, row * 6), 0, 1.2, 40, 2)
    reading = read_page(raw(page), [FORM])
    assert reading.placement is None
    assert not reading.quality.blank
    with pytest.raises(NotPlacedError):
        anonymise(raw(page), reading, FORM, page=None)
    assert cv2.imdecode(np.frombuffer(upright(raw(page), reading, FORM), np.uint8), 0) is not None


@pytest.mark.parametrize("told", [None, 20])
def test_a_resolution_that_the_file_does_not_tell_follows_from_the_paper(told):
    assert read_page(raw(PAGE, dpi=told), [FORM]).placement is not None


def test_dust_a_fold_and_show_through_leave_a_page_blank_and_a_word_does_not():
    page = blank_page()
    cv2.line(page, (300, 0), (305, 1259), 180, 2)
    cv2.circle(page, (500, 700), 2, 30, -1)
    cv2.putText(page, "na oborote", (200, 900), 0, 2.0, 212, 3)
    assert read_page(raw(page), [FORM]).quality.blank
    cv2.putText(page, "Otvet 5", (200, 500), 0, 1.0, 60, 3)
    assert not read_page(raw(page), [FORM]).quality.blank


@pytest.mark.parametrize(
    ("fault", "spoil"),
    [
        (Fault.BLURRED, lambda page: cv2.GaussianBlur(page, (0, 0), 7)),
        (Fault.DARK, lambda page: (page * 0.4).astype(np.uint8)),
        (Fault.FAINT, lambda page: (235 - (235.0 - page) * 0.22).clip(0, 255).astype(np.uint8)),
    ],
)
def test_a_spoilt_scan_is_told_and_a_good_one_is_not(fault, spoil):
    assert read_page(raw(PAGE), [FORM]).quality.faults == ()
    assert fault in read_page(raw(spoil(PAGE)), [FORM]).quality.faults


def test_a_coarse_or_cropped_scan_is_told():
    small = cv2.resize(PAGE, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    faults = read_page(raw(small, dpi=DPI * 0.8), [FORM]).quality.faults
    assert faults == (Fault.LOW_RESOLUTION,)
    assert read_page(raw(PAGE[:1100]), [FORM]).quality.faults == (Fault.CROPPED,)


def with_qr(page, text, *, at_mm=(14, 10), module=4):
    qr = segno.make(text, error="h", micro=False)
    marks = np.array([[0 if dark else 255 for dark in row] for row in qr.matrix], np.uint8)
    marks = np.kron(marks, np.ones((module, module), np.uint8))
    x, y = (round(side * PX_PER_MM) for side in at_mm)
    spoilt = page.copy()
    spoilt[y : y + marks.shape[0], x : x + marks.shape[1]] = marks
    return spoilt


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_printed_code_is_read_whichever_way_the_page_lies(quarters):
    page = turned(with_qr(PAGE, "s001-41448-2"), quarters)
    (barcode,) = read_page(raw(page), [FORM]).barcodes
    assert barcode.text == "s001-41448-2"


def test_a_printed_code_crossed_by_a_pen_is_read():
    page = with_qr(PAGE, "s001-41448-2")
    for start, end in (((115, 160), (190, 105)),):
        cv2.line(page, start, end, 110, 5)
    (barcode,) = read_page(raw(page), [FORM]).barcodes
    assert barcode.text == "s001-41448-2"


def test_a_printed_code_is_read_in_the_corner_of_a_form_without_a_sticker():
    form = PageTemplate(page_mm=FORM.page_mm, code_box=FORM.code_box)
    page = with_qr(PAGE, "s001-41448-2", at_mm=(120, 180))
    reading = read_page(raw(page), [form])
    assert reading.barcodes[0].text == "s001-41448-2"


def test_the_second_code_of_a_sheet_is_read_where_the_stickers_field_is_white():
    page = with_qr(PAGE, "s001-41448-2", at_mm=(120, 180))
    assert read_page(raw(page), [FORM]).barcodes[0].text == "s001-41448-2"


def test_a_printed_code_is_read_on_a_page_without_a_form():
    page = with_qr(blank_page(), "s001-41448-2", at_mm=(60, 100))
    cv2.putText(page, "bez polya", (100, 1000), 0, 2.0, 40, 3)
    assert read_page(raw(page), [FORM]).barcodes[0].text == "s001-41448-2"


def shown(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)


def test_experts_see_the_visible_areas_on_white_and_nothing_else():
    page = with_qr(PAGE, "s001-41448-2", at_mm=(110, 120))
    cv2.putText(page, "Ivan Ivanov", (100, 200), 0, 1.0, 30, 3)
    form = PageTemplate(
        page_mm=FORM.page_mm,
        code_box=FORM.code_box,
        name_field=FORM.name_field,
        areas=(
            VisibleArea(rect=Rect(x=0, y=20, w=148, h=140)),
            VisibleArea(rect=Rect(x=15, y=180, w=80, h=20), page=2, task="9.1"),
        ),
    )
    reading = read_page(raw(page), [form])
    images = anonymise(raw(page), reading, form, page=2, masks=[Rect(x=0, y=100, w=60, h=20)])
    picture = shown(images.page)
    per_mm = picture.shape[1] / 148
    for hidden in (
        Rect(x=0, y=0, w=148, h=19),
        FORM.code_box.bounds(),
        FORM.name_field,
        Rect(x=0, y=101, w=59, h=18),
        Rect(x=0, y=161, w=148, h=18),
    ):
        part = picture[
            round(hidden.y * per_mm) : round(hidden.bottom * per_mm),
            round(hidden.x * per_mm) : round(hidden.right * per_mm),
        ]
        assert part.min() > 245
    assert picture[round(62 * per_mm) : round(98 * per_mm)].min() < 120
    (crop,) = images.crops
    assert crop.task == "9.1"
    answer = shown(crop.jpeg)
    assert answer.shape[0] == pytest.approx(20 * per_mm, abs=1)
    there = picture[crop.top_px :, crop.left_px :][: answer.shape[0], : answer.shape[1]]
    assert np.abs(there.astype(int) - answer).mean() < 4
    assert b"Exif" not in images.page


def test_a_barcode_anywhere_is_painted_over():
    page = with_qr(PAGE, "s001-41448-2", at_mm=(120, 180))
    form = PageTemplate(page_mm=FORM.page_mm, code_box=FORM.code_box)
    reading = read_page(raw(page), [form])
    picture = shown(anonymise(raw(page), reading, form, page=None).page)
    per_mm = picture.shape[1] / 148
    assert (
        picture[
            round(181 * per_mm) : round(198 * per_mm), round(121 * per_mm) : round(138 * per_mm)
        ].min()
        > 245
    )


def test_an_area_beside_the_paper_shows_nothing():
    area = VisibleArea(rect=Rect(x=200, y=20, w=10, h=10))
    form = PageTemplate(page_mm=FORM.page_mm, code_box=FORM.code_box, areas=(area,))
    reading = read_page(raw(PAGE), [form])
    assert shown(anonymise(raw(PAGE), reading, form, page=1).page).min() > 245


def test_the_coordinator_sees_the_page_upright_and_the_code_field_large():
    colour = np.dstack([PAGE] * 3)
    scan = raw(turned(colour, 2))
    reading = read_page(scan, [FORM])
    page = shown(upright(scan, reading, FORM))
    assert page.shape == (round(210 / 25.4 * 150), round(148 / 25.4 * 150), 3)
    field = shown(code_crop(scan, reading, FORM))
    assert field.shape[1] == pytest.approx((FORM.code_box.length + 10) * 12, abs=2)
    assert field.min() < 100
