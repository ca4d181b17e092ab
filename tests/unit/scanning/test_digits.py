"""The recogniser on digits it has never seen, in boxes as scanners leave them."""

import io
import multiprocessing
from dataclasses import replace
from importlib import resources

import cv2
import numpy as np
import pytest
from PIL import Image

from scanning.digits import NOT_A_DIGIT, normalise_cell, recognise
from scanning.model.boxes import scanned_box, spoilt_box
from scanning.practice import (
    BundleFormat,
    Colour,
    PracticeSpec,
    Scanner,
    make_practice_set,
)

PX_MM = 8
MARGIN_MM = 0.5


@pytest.fixture(scope="module")
def kept():
    """The kept digits: x, y, src."""
    with resources.files("scanning").joinpath("practice", "digits.npz").open("rb") as file:
        return dict(np.load(file))


def paper(noise=3.0):
    """An empty box of 7 x 9 mm in white, noisy paper."""
    return np.random.default_rng(0).normal(230, noise, (9 * PX_MM, 7 * PX_MM))


def framed(image, dark=40, shift=0):
    """The paper with a printed frame at its edge."""
    height, width = image.shape
    corners = (1 + shift, 1), (width - 2 + shift, height - 2)
    return cv2.rectangle(image.copy(), *corners, dark, 2)


def with_digit(image, digit, dark=1.0):
    """A digit of 28 x 28 in the middle of the box, 5.5 mm high."""
    large = cv2.resize(digit, (56, 56), interpolation=cv2.INTER_CUBIC)[:, 1:-1]
    padded = np.zeros(image.shape)
    padded[8:64, 1:55] = large
    return (image * (1 - 0.8 * dark * padded / 255)).clip(0, 255).astype(np.uint8)


def named(boxes):
    cells = [normalise_cell(box) for box in boxes]
    return recognise(np.stack(cells)).argmax(1)


@pytest.mark.parametrize(("source", "least"), [(0, 0.985), (1, 0.96)])
def test_unseen_digits_are_read(kept, source, least):
    chosen = kept["src"] == source
    right = recognise(kept["x"][chosen]).argmax(1) == kept["y"][chosen]
    assert right.mean() >= least


def test_probabilities_are_calibrated(kept):
    probabilities = recognise(kept["x"])
    sure, right = probabilities.max(1), probabilities.argmax(1) == kept["y"]
    assert abs(sure.mean() - right.mean()) < 0.03
    assert right[sure > 0.99].mean() > 0.998


def test_every_row_sums_to_one(kept):
    assert recognise(kept["x"][:7]).sum(1) == pytest.approx(np.ones(7), abs=1e-5)


def test_no_cells_give_no_rows():
    assert recognise(np.zeros((0, 28, 28), np.uint8)).shape == (0, 11)


def test_a_black_cell_is_not_a_digit():
    assert recognise(np.zeros((1, 28, 28), np.uint8))[0, NOT_A_DIGIT] > 0.9


@pytest.mark.parametrize(
    "image",
    [
        np.full((50, 40), 230, np.uint8),
        np.full((1, 40), 0, np.uint8),
        paper().clip(0, 255).astype(np.uint8),
        framed(paper()).astype(np.uint8),
        framed(paper(), shift=4).astype(np.uint8),
        framed(np.full((72, 56), 255.0), dark=0).astype(np.uint8),
    ],
    ids=["white", "too small", "noise", "frame", "frame aside", "one bit"],
)
def test_an_empty_box_has_no_cell(image):
    assert normalise_cell(image) is None


def test_a_speck_of_dust_has_no_cell():
    image = framed(paper())
    image[30:32, 20:22] = 30
    assert normalise_cell(image.astype(np.uint8)) is None


def test_a_cell_is_centred_by_mass_and_twenty_pixels_long(kept):
    cell = normalise_cell(with_digit(framed(paper()), kept["x"][5]))
    assert cell.shape == (28, 28)
    assert cell.dtype == np.uint8
    moments = cv2.moments(cell)
    middle = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    assert middle == pytest.approx((13.5, 13.5), abs=0.6)
    assert 18 <= np.ptp(np.nonzero(cell.max(1) > 60)) + 1 <= 22


@pytest.mark.parametrize("dark", [1.0, 0.4])
@pytest.mark.parametrize("size", [(41, 53), (56, 72), (83, 106)])
def test_pen_and_pencil_are_read_at_every_resolution(kept, size, dark):
    few = slice(0, 1000, 25)
    boxes = [cv2.resize(with_digit(framed(paper()), x, dark), size) for x in kept["x"][few]]
    assert (named(boxes) == kept["y"][few]).mean() >= 0.95


def test_a_frame_in_the_crop_does_not_change_what_is_read(kept):
    few = slice(0, 1000, 25)
    plain = named([with_digit(paper(), x) for x in kept["x"][few]])
    beside = named([with_digit(framed(paper(), shift=3), x) for x in kept["x"][few]])
    assert (plain == beside).mean() >= 0.95


def test_one_bit_fax_is_read(kept):
    few = slice(0, 1000, 25)
    boxes = [
        np.where(with_digit(framed(paper()), x) < 150, 0, 255).astype(np.uint8)
        for x in kept["x"][few]
    ]
    assert (named(boxes) == kept["y"][few]).mean() >= 0.95


def test_a_scribble_is_not_a_digit():
    image = framed(paper())
    lot = np.random.default_rng(4)
    points = (lot.uniform(0.15, 0.85, (40, 2)) * (56, 72)).astype(np.int32)
    cv2.polylines(image, [points], False, 40, 3, cv2.LINE_AA)
    assert named([image.astype(np.uint8)]).tolist() == [NOT_A_DIGIT]


def test_digits_crossed_out_are_seldom_taken_for_certain(kept):
    boxes = []
    for digit in kept["x"][::25]:
        image = with_digit(framed(paper()), digit)
        cv2.line(image, (8, 12), (48, 60), 40, 3, cv2.LINE_AA)
        cv2.line(image, (48, 12), (8, 60), 40, 3, cv2.LINE_AA)
        boxes.append(image)
    probabilities = recognise(np.stack([normalise_cell(box) for box in boxes]))
    assert (probabilities[:, :NOT_A_DIGIT].max(1) > 0.9).mean() < 0.1


@pytest.mark.parametrize("colour", list(Colour))
def test_codes_on_practice_pages_are_read_box_by_box(colour):
    scanner = Scanner(dpi=150, colour=colour, skew_degrees=3)
    spec = PracticeSpec(pupils=15, pages=1, traps=frozenset(), scanner=scanner)
    practice = make_practice_set(replace(spec, bundle=BundleFormat.TIFF), seed=12)
    written = [int(digit) for page in practice.pages for digit in page.written_code]
    boxes = [box for page in practice.pages for box in _boxes(practice, page)]
    assert (named(boxes) == written).mean() >= 0.95


def _boxes(practice, page):
    """The five boxes of a page, cut out with a margin by the truth about their place."""
    (content,) = (file.content for file in practice.files if file.name == page.file)
    stored = Image.open(io.BytesIO(content))
    stored.seek(page.index)
    image = np.asarray(stored.convert("L"))
    row = practice.layout.code_box
    way = np.vstack([np.array(page.mm_to_px).reshape(2, 3), [0, 0, 1]])
    size = round((row.w + 2 * MARGIN_MM) * PX_MM), round((row.h + 2 * MARGIN_MM) * PX_MM)
    for place in range(row.n):
        left, top = row.x + place * row.pitch - MARGIN_MM, row.y - MARGIN_MM
        cut = way @ np.array([[1 / PX_MM, 0, left], [0, 1 / PX_MM, top], [0, 0, 1]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        yield cv2.warpAffine(image, cut[:2], size, flags=flags)


def test_a_forked_process_reads_too(kept):
    here = recognise(kept["x"][:5])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        there = pool.apply(recognise, (kept["x"][:5],))
    assert np.array_equal(here, there)


def test_training_boxes_can_be_cleaned_and_are_the_same_for_the_same_seed(kept):
    lot = np.random.default_rng(2)
    cells = [normalise_cell(scanned_box(digit, lot)) for digit in kept["x"][:60]]
    assert sum(cell is not None for cell in cells) > 50
    again = scanned_box(kept["x"][0], np.random.default_rng(2))
    assert np.array_equal(again, scanned_box(kept["x"][0], np.random.default_rng(2)))


def test_spoilt_training_boxes_come_in_every_kind(kept):
    lot = np.random.default_rng(2)
    boxes = [spoilt_box(kept["x"], lot) for _ in range(60)]
    assert any(normalise_cell(box) is None for box in boxes)
    assert any(normalise_cell(box) is not None for box in boxes)
