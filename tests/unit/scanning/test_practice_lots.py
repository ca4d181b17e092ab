"""Classes drawn by lot: other forms, other mishaps, and still the truth is what the pages show."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from scanning import PageTemplate, open_bundle
from scanning.practice import (
    CodeBoxes,
    CodeScheme,
    FormLayout,
    PracticeError,
    PracticeSpec,
    Scanner,
    Trap,
    class_by_lot,
    make_practice_set,
)

SMALL = PracticeSpec(pupils=3, pages=2, traps=frozenset(), scanner=Scanner(dpi=75))
LOW = FormLayout(page_mm=(148, 210), code_box=CodeBoxes(x=30, y=150))


def test_the_same_lot_is_drawn_twice_and_another_one_differs():
    drawn = [class_by_lot(seed=seed, scheme=CodeScheme.RANDOM) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_fields_of_forms_by_lot_lie_apart_on_their_paper():
    seen = set()
    for seed in range(60):
        for layout in class_by_lot(seed=seed, scheme=CodeScheme.RANDOM).layouts:
            template = PageTemplate.from_layout(layout.as_roster_layout())
            width, height = template.page_mm
            row = template.code_box.bounds()
            assert row.x >= 0
            assert row.y >= 0
            assert row.right <= width
            assert row.bottom <= height
            fields = [
                each for each in (row, template.name_field, template.sticker) if each is not None
            ]
            assert not any(
                one.overlaps(other)
                for place, one in enumerate(fields)
                for other in fields[place + 1 :]
            )
            seen.add((template.page_mm, template.code_box.n))
    assert len(seen) > 12


def test_a_work_on_two_forms_has_pages_of_both_sizes():
    spec = replace(SMALL, more_layouts=(LOW,), scanner=Scanner(dpi=110))
    practice = make_practice_set(spec, seed=1)
    heights = [
        page.pixels.shape[0]
        for file in practice.files
        for page in open_bundle(file.content, name=file.name)
    ]
    assert heights == [1286, 909] * 3
    assert [form["page_mm"] for form in practice.roster()["layouts"]] == [[210, 297], [148, 210]]


def test_forms_of_one_work_hold_codes_of_one_length():
    with pytest.raises(PracticeError):
        replace(SMALL, more_layouts=(FormLayout(code_box=CodeBoxes(n=4)),))


def test_a_guest_writes_a_code_that_was_not_issued_and_is_nobodys():
    spec = replace(SMALL, traps=frozenset({Trap.NOT_ON_LIST}), scheme=CodeScheme.CONSECUTIVE)
    practice = make_practice_set(spec, seed=1)
    guests = [page for page in practice.pages if page.code is None]
    assert len(guests) == spec.pages
    assert {page.expect for page in guests} == {"human"}
    assert guests[0].written_code not in practice.issued
    assert int(guests[0].written_code) == int(practice.issued[-1]) + 1


def test_a_dropped_stack_holds_the_same_sheets_in_another_order():
    tidy, dropped = (
        make_practice_set(replace(SMALL, pupils=8, dropped=fell), seed=1).pages
        for fell in (False, True)
    )
    assert [(p.code, p.page) for p in tidy] != [(p.code, p.page) for p in dropped]
    assert Counter((p.code, p.page) for p in tidy) == Counter((p.code, p.page) for p in dropped)


def test_an_unsharp_lens_and_a_faded_scan_leave_weaker_edges():
    plain = replace(SMALL, scanner=Scanner(dpi=150, wear=0, skew_degrees=0))
    worse = replace(plain, scanner=replace(plain.scanner, blur_mm=0.2, contrast=0.6))
    sharp, soft = (
        next(open_bundle(made.files[0].content, name="x")).pixels.astype(int)
        for made in (make_practice_set(spec, seed=1) for spec in (plain, worse))
    )
    assert np.abs(np.diff(soft)).max() < 0.5 * np.abs(np.diff(sharp)).max()
    assert soft.min() > sharp.min() + 40
