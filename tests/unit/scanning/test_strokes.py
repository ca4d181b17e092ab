"""Two scans of one sheet are known by their strokes; two sheets with one code are not one."""

from dataclasses import replace

import cv2
import numpy as np

from scanning import IssuedCodes, PageKind, identify
from scanning.practice.hand import _glyphs
from scanning.strokes import packed, scanned_again, unpacked

from .scenes import reading

CLASS = IssuedCodes.of([str(code) for code in range(31180, 31192)])


def written(code, *, start):
    """Cells of a code, every digit the kept one at `start` of its kind."""
    return [_glyphs(0, int(digit))[start + place] for place, digit in enumerate(code)]


def rescanned(cells, *, seed=1):
    """The same cells through another scan: shifted a little, noisier."""
    lot = np.random.default_rng(seed)
    shift = np.array([[1, 0, 0.3], [0, 1, -0.2]], np.float32)
    moved = [cv2.warpAffine(cell, shift, (28, 28)).astype(float) for cell in cells]
    return [
        np.clip(cell + lot.normal(0, 10, cell.shape), 0, 255).astype(np.uint8) for cell in moved
    ]


def page(code, cells):
    return replace(reading(code), strokes=packed(cells))


def test_what_is_kept_holds_every_box_and_leaves_empty_ones_empty():
    cells = [*written("31", start=0), None]
    boxes = unpacked(packed(cells))
    assert boxes.shape == (3, 196)
    assert np.allclose((boxes[:2] ** 2).sum(axis=1), 1, atol=1e-5)
    assert not boxes[2].any()


def test_a_sheet_scanned_again_is_known_and_another_of_the_same_code_is_not():
    first, other = written("31184", start=0), written("31184", start=20)
    rows = [packed(first), packed(other), "", packed(rescanned(first))]
    assert scanned_again(rows) == {3: 0}


def test_a_third_scan_is_one_of_the_first():
    first = written("31184", start=0)
    rows = [packed(first), packed(rescanned(first)), packed(rescanned(first, seed=2))]
    assert scanned_again(rows) == {1: 0, 2: 0}


def test_rows_of_other_lengths_and_nearly_empty_ones_are_left_alone():
    one = written("31184", start=0)
    sparse, short = packed([*one[:3], None, None]), packed(one[:3])
    assert scanned_again([packed(one), packed(one[:4]), sparse, sparse, short, short]) == {}
    assert scanned_again([]) == {}


def test_a_page_scanned_twice_is_a_duplicate_and_its_script_is_named():
    stack = []
    for code, start in (("31184", 0), ("31185", 10), ("31186", 20)):
        stack += [page(code, written(code, start=start + 5 * number)) for number in range(3)]
    stack.append(page("31184", rescanned(written("31184", start=5))))
    verdicts = identify(stack, CLASS, pages_expected=3)
    assert [verdict.code for verdict in verdicts[:9]] == ["31184"] * 3 + ["31185"] * 3 + [
        "31186"
    ] * 3
    assert (verdicts[9].kind, verdicts[9].code, verdicts[9].same_as) == (
        PageKind.DUPLICATE,
        "31184",
        1,
    )
