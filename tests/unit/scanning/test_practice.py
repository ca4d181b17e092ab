"""Practice scans: what the truth says of a page is what its picture shows."""

import io
import zipfile
from dataclasses import replace

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanning.practice import (
    Box,
    BundleFormat,
    CodeBoxes,
    CodeScheme,
    Colour,
    FormLayout,
    PracticeError,
    PracticeSpec,
    Scanner,
    Trap,
    hostile_files,
    make_practice_set,
)
from scanning.practice.form import FormText, box_corners, printed_page
from scanning.practice.hand import NAME_WORDS, InkSheet, draw_hand
from scanning.practice.stack import differing, issue

TIDY = PracticeSpec(pupils=2, pages=2, traps=frozenset(), scanner=Scanner(dpi=100))
ODD_LAYOUT = FormLayout(
    page_mm=(148, 210),
    code_box=CodeBoxes(x=30, y=180, w=9, h=11, pitch=10, n=4, angle=4),
    name_field=Box(x=14, y=12, w=100, h=8),
    sticker=Box(x=112, y=170, w=24, h=24),
    fiducials_mm=((8, 8), (140, 8), (8, 202), (140, 202)),
)
ONE_BOX = FormLayout(code_box=CodeBoxes(n=1))


def pictures(practice):
    """Every page's picture as a grey array, in the order of the truth."""
    found = []
    for file in practice.files:
        found += [np.asarray(image.convert("L")) for image in _images(file)]
    return found


def _images(file):
    if file.media_type == "application/pdf":
        document = pypdfium2.PdfDocument(file.content)
        return [next(iter(page.get_objects())).get_bitmap().to_pil() for page in document]
    if file.media_type == "application/zip":
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            return [Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    image = Image.open(io.BytesIO(file.content))
    return [image.copy() for k in range(getattr(image, "n_frames", 1)) if image.seek(k) is None]


def test_the_same_seed_gives_the_same_bytes():
    assert make_practice_set(TIDY, seed=3) == make_practice_set(TIDY, seed=3)


def test_another_seed_gives_another_class():
    assert make_practice_set(TIDY, seed=3).issued != make_practice_set(TIDY, seed=4).issued


@pytest.mark.parametrize("colour", list(Colour))
@pytest.mark.parametrize("bundle", list(BundleFormat))
def test_a_bundle_holds_the_pages_its_truth_tells_of(bundle, colour):
    spec = replace(TIDY, bundle=bundle, scanner=Scanner(dpi=75, colour=colour))
    practice = make_practice_set(spec, seed=1)
    assert [page.shape for page in pictures(practice)] == [(877, 620)] * 4
    named = {(page.file, page.index) for page in practice.pages}
    assert len(named) == len(practice.pages) == 4
    assert {page.file for page in practice.pages} == {file.name for file in practice.files}


def test_a_long_stack_is_cut_into_files():
    practice = make_practice_set(replace(TIDY, pages_per_file=3), seed=1)
    assert [(page.file, page.index) for page in practice.pages] == [
        ("scan_0000.pdf", 0),
        ("scan_0000.pdf", 1),
        ("scan_0000.pdf", 2),
        ("scan_0001.pdf", 0),
    ]


@pytest.mark.parametrize("colour", [Colour.GREY, Colour.BILEVEL])
@pytest.mark.parametrize("layout", [FormLayout(), ODD_LAYOUT])
def test_the_truth_leads_from_paper_to_the_printed_boxes(layout, colour):
    traps = frozenset({Trap.UPSIDE_DOWN, Trap.SIDEWAYS})
    scanner = Scanner(dpi=150, colour=colour, skew_degrees=4)
    spec = replace(TIDY, layout=layout, traps=traps, scanner=scanner)
    practice = make_practice_set(spec, seed=8)
    assert len({page.rotation for page in practice.pages}) == 3
    for page, image in zip(practice.pages, pictures(practice), strict=True):
        assert _frame_darkness(image, layout.code_box, page.mm_to_px) > 0.9


def _frame_darkness(image, boxes, mm_to_px):
    """The share of points along the frames' lines that lie on something dark."""
    steps = np.linspace(0.1, 0.9, 9)[:, None]
    points = []
    for place in range(boxes.n):
        corners = box_corners(boxes, place)
        for one, other in zip(corners, np.roll(corners, 1, axis=0), strict=True):
            points.append(one + steps * (other - one))
    way = np.array(mm_to_px).reshape(2, 3)
    pixels = np.round(np.concatenate(points) @ way[:, :2].T + way[:, 2]).astype(int)
    darkest = cv2.erode(image, np.ones((3, 3)))
    return (darkest[pixels[:, 1], pixels[:, 0]] < 150).mean()


@pytest.mark.parametrize("layout", [FormLayout(), ODD_LAYOUT])
def test_nothing_is_printed_inside_the_code_boxes(layout):
    text = FormText(head=("ВПР. История. 6 класс", "Вариант 1"), page=1, number="КИМ 1")
    image = printed_page(layout, text, 4.0).image
    for place in range(layout.code_box.n):
        corners = box_corners(layout.code_box, place)
        inside = corners.mean(0) + 0.8 * (corners - corners.mean(0))
        mask = cv2.fillPoly(np.zeros_like(image), [np.round(inside * 4).astype(np.int32)], 1)
        assert image[mask > 0].min() > 200


def test_every_trap_asked_for_happens_once():
    practice = make_practice_set(PracticeSpec(pupils=14, scanner=Scanner(dpi=75)), seed=2)
    pages = practice.pages
    owned = [page for page in pages if page.kind == "script"]
    twins = [p for p in owned if p.written_code and p.written_code != p.code and p.page == 1]
    assert sum(page.kind == "foreign" for page in pages) == 1
    assert sum(page.kind == "duplicate" for page in pages) == 1
    assert sum(page.kind == "blank" for page in pages) > 5
    assert sum(page.written_code is None for page in owned) == 2
    assert len(owned) == 14 * 3 - 1
    assert {page.rotation for page in pages} > {0, 180}
    slips = [p for p in owned if p.code and p.written_code not in {None, *practice.issued}]
    assert len(slips) == 1
    assert sum(page.code is None for page in owned) == 3
    assert twins


def test_a_page_with_a_doubtful_code_is_expected_to_go_to_a_person():
    practice = make_practice_set(PracticeSpec(pupils=14, scanner=Scanner(dpi=75)), seed=2)
    doubtful = [p for p in practice.pages if p.kind == "script" and p.written_code != p.code]
    assert {page.expect for page in doubtful} == {"human"}


def test_an_unreadable_code_beside_a_printed_one_can_be_identified():
    traps = frozenset({Trap.EMPTY_CODE, Trap.SCRIBBLED_CODE})
    practice = make_practice_set(replace(TIDY, traps=traps, qr_share=1.0), seed=2)
    assert [p.expect for p in practice.pages if p.written_code is None] == ["identify"] * 2


def test_a_class_too_small_for_its_traps_has_as_many_as_fit():
    practice = make_practice_set(replace(TIDY, pupils=1, pages=1, traps=frozenset(Trap)), seed=2)
    assert len([page for page in practice.pages if page.kind == "script"]) == 1


def test_a_code_cannot_be_a_neighbours_where_there_is_no_neighbour():
    traps = frozenset({Trap.NEIGHBOURS_CODE})
    spec = replace(TIDY, pupils=1, issued=("12345",), traps=traps)
    assert {page.expect for page in make_practice_set(spec, seed=1).pages} == {"identify"}


def test_a_slip_of_the_pen_is_left_out_where_every_code_is_issued():
    digits = tuple(str(digit) for digit in range(10))
    traps = frozenset({Trap.WRONG_DIGIT})
    spec = replace(TIDY, layout=ONE_BOX, issued=digits, traps=traps)
    assert {page.expect for page in make_practice_set(spec, seed=1).pages} == {"identify"}


@pytest.mark.parametrize("seed", range(4))
def test_a_duplicate_follows_its_page_and_may_be_the_very_same_image(seed):
    spec = replace(
        TIDY, traps=frozenset({Trap.DUPLICATE_PAGE, Trap.FOREIGN_PAGE, Trap.BLANK_BACKS})
    )
    practice = make_practice_set(spec, seed=seed)
    images = pictures(practice)
    (place,) = (k for k, page in enumerate(practice.pages) if page.kind == "duplicate")
    copy = practice.pages[place]
    first = next(p for p in practice.pages if (p.code, p.page) == (copy.code, copy.page))
    start = practice.pages.index(first)
    assert start < place
    assert (images[start] == images[place]).all() == (first.mm_to_px == copy.mm_to_px)


def test_a_printed_qr_reads_as_the_truth_says():
    spec = replace(TIDY, qr_share=1.0, scanner=Scanner(dpi=150, wear=0, skew_degrees=0))
    practice = make_practice_set(spec, seed=1)
    for page, image in zip(practice.pages, pictures(practice), strict=True):
        assert [found.text for found in zxingcpp.read_barcodes(image)] == [page.printed_code]
        assert page.printed_code == f"s001-{page.code}-{page.page}"


def test_a_blank_back_is_paper_with_a_shadow_of_its_front():
    spec = replace(TIDY, pupils=6, traps=frozenset({Trap.BLANK_BACKS}))
    practice = make_practice_set(spec, seed=1)
    blank = [
        image
        for page, image in zip(practice.pages, pictures(practice), strict=True)
        if page.kind == "blank"
    ]
    assert blank
    assert all(150 < np.percentile(image[100:-100, 100:-100], 1) < 255 for image in blank)


@pytest.mark.parametrize("bundle", list(BundleFormat))
def test_names_and_codes_are_planted_in_metadata_only_where_asked(bundle):
    spec = replace(TIDY, bundle=bundle, pupils=1, pages=1)
    marked = make_practice_set(spec, seed=6)
    plain = make_practice_set(replace(spec, plant_marks=False), seed=6)
    code = marked.issued[0]
    in_pdf = code.encode("utf-16-le").hex().encode()
    coded = in_pdf if bundle is BundleFormat.PDF else code.encode()
    traces = [coded in made.files[0].content for made in (marked, plain)]
    assert traces == [bundle is not BundleFormat.PNG, False]


def test_ink_beside_the_sheet_is_lost():
    rng = np.random.default_rng(1)
    hand = draw_hand(rng, pencil=0)
    sheet = InkSheet(page_mm=(50, 50), px_mm=4, hand=hand, rng=rng)
    sheet.digit("3", at_mm=(-40, 20))
    assert sheet.ink.max() == 0
    sheet.digit("3", at_mm=(0, 20))
    assert sheet.ink[:, :20].max() > 100


def test_names_are_nonsense_words():
    practice = make_practice_set(replace(TIDY, pupils=8), seed=6)
    words = {word for name in practice.written_names() for word in name.split()}
    assert words
    assert words <= set(NAME_WORDS)


def test_the_roster_says_what_was_issued_and_printed():
    practice = make_practice_set(replace(TIDY, layout=ODD_LAYOUT), seed=6)
    roster = practice.roster()
    assert roster["format"] == "vpr-roster/1"
    assert roster["codes"] == list(practice.issued)
    assert roster["pages"] == 2
    assert roster["layout"]["code_box"] == {
        "x": 30, "y": 180, "w": 9, "h": 11, "pitch": 10, "n": 4, "angle": 4,
    }  # fmt: skip
    assert roster["layout"]["fiducials_mm"] == [[8, 8], [140, 8], [8, 202], [140, 202]]


def test_a_form_without_name_and_sticker_says_so_and_asks_for_none():
    layout = FormLayout(
        page_mm=(215.9, 279.4),
        code_box=CodeBoxes(x=5, y=100),
        name_field=None,
        sticker=None,
    )
    practice = make_practice_set(replace(TIDY, layout=layout, qr_share=1.0), seed=6)
    assert practice.roster()["layout"]["name_field"] is None
    assert not practice.written_names()
    assert {page.printed_code for page in practice.pages} == {None}


def test_given_codes_are_used_in_their_order():
    spec = replace(TIDY, issued=("00017", "40001", "40002"))
    practice = make_practice_set(spec, seed=6)
    assert practice.issued == ("00017", "40001", "40002")
    assert [page.code for page in practice.pages] == ["00017"] * 2 + ["40001"] * 2


def test_consecutive_codes_follow_each_other():
    codes = issue(replace(TIDY, scheme=CodeScheme.CONSECUTIVE), np.random.default_rng(1))
    assert np.diff([int(code) for code in codes]).tolist() == [1, 1, 1]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), pupils=st.integers(1, 40))
def test_distant_codes_differ_in_two_digits_at_least(seed, pupils):
    spec = PracticeSpec(pupils=pupils, scheme=CodeScheme.DISTANT)
    codes = issue(spec, np.random.default_rng(seed))
    assert len(codes) == pupils + 2
    pairs = [(one, other) for one in codes for other in codes if one < other]
    assert all(differing(one, other) >= 2 for one, other in pairs)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Box(x=-1, y=0, w=1, h=1),
        lambda: CodeBoxes(n=0),
        lambda: CodeBoxes(pitch=2),
        lambda: Scanner(dpi=10),
        lambda: PracticeSpec(pupils=0),
        lambda: PracticeSpec(issued=("12345",)),
        lambda: PracticeSpec(pupils=1, issued=("123",)),
        lambda: make_practice_set(replace(TIDY, layout=ONE_BOX, pupils=11), seed=1),
        lambda: issue(
            PracticeSpec(layout=ONE_BOX, scheme=CodeScheme.DISTANT, pupils=1),
            np.random.default_rng(1),
        ),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(make):
    with pytest.raises(PracticeError) as refusal:
        make()
    assert refusal.value.text % refusal.value.params == str(refusal.value)


def test_hostile_files_are_small_seeded_and_of_every_kind():
    files = hostile_files(seed=1)
    assert files == hostile_files(seed=1)
    assert sum(len(file.content) for file in files) < 2_000_000
    assert len({file.name for file in files}) == len(files) == 11
    assert len({file.reason for file in files}) == 7


@pytest.mark.parametrize("name", ["password.pdf", "truncated.pdf", "empty.pdf", "not_a_scan.pdf"])
def test_a_broken_pdf_does_not_open(name):
    (file,) = (file for file in hostile_files(seed=1) if file.name == name)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(file.content)


@pytest.mark.parametrize(
    ("name", "size"),
    [("bomb.png", (24000, 24000)), ("bomb.jpg", (24000, 24000)), ("tiny.tif", (8, 8))],
)
def test_a_hostile_picture_claims_its_size_in_its_head(name, size, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    (file,) = (file for file in hostile_files(seed=1) if file.name == name)
    assert Image.open(io.BytesIO(file.content)).size == size
