"""Pages of a form are told apart by their print; that names pages of a stack that fell down."""

from dataclasses import replace

import cv2
import numpy as np

from scanning import CodeSource, IssuedCodes, WhyPerson, identify
from scanning.kinds import kinds_of
from scanning.look import look_of, unpacked_look

from .scenes import FORM, UPRIGHT, blank_page, reading, row_of, sheet

CODES = ("10332", "20580", "41448", "65130", "74343", "91827")
PAGES = 3
LOT = np.random.default_rng(5)
STACK = [
    (code, page, replace(reading(code), look=sheet(page, LOT)))
    for code in CODES
    for page in range(PAGES)
]
FALLEN = [STACK[place] for place in np.random.default_rng(3).permutation(len(STACK))]


def decided(stack):
    return identify([item for _, _, item in stack], IssuedCodes.of(CODES), pages_expected=PAGES)


def test_a_look_is_small_and_leaves_out_what_differs_from_sheet_to_sheet():
    page = blank_page()
    cv2.putText(page, "Ivanov", (100, 200), 0, 1.0, 30, 3)
    look = look_of(page, UPRIGHT, FORM)
    assert len(look) < 300
    assert unpacked_look(look).reshape(52, 37)[5:10].max() == 0


def test_the_same_page_of_two_scripts_is_of_one_kind():
    kinds = kinds_of([item for _, _, item in FALLEN], [code for code, _, _ in FALLEN], pages=PAGES)
    told = {(page, kind) for (_, page, _), kind in zip(FALLEN, kinds, strict=True)}
    assert len(told) == PAGES
    assert None not in kinds


def test_pages_that_all_look_alike_are_of_no_kind():
    alike = [replace(item, look=sheet(0, LOT)) for _, _, item in STACK]
    assert set(kinds_of(alike, [code for code, _, _ in STACK], pages=PAGES)) == {None}


def test_a_whole_class_that_fell_down_is_named():
    assert [verdict.code for verdict in decided(FALLEN)] == [code for code, _, _ in FALLEN]


def test_in_a_fallen_stack_another_pupils_code_goes_to_a_person_beside_the_page_it_claims():
    stack = list(FALLEN)
    place = next(at for at, (code, page, _) in enumerate(stack) if (code, page) == ("20580", 1))
    wrong = replace(reading("41448"), look=stack[place][2].look)
    stack[place] = ("20580", 1, wrong)
    verdicts = decided(stack)
    own = next(at for at, (code, page, _) in enumerate(stack) if (code, page) == ("41448", 1))
    assert verdicts[place].needs_person
    assert verdicts[own].needs_person
    others = [at for at in range(len(stack)) if at not in (place, own)]
    assert all(verdicts[at].code in (None, stack[at][0]) for at in others)
    assert sum(verdicts[at].code is not None for at in others) > len(others) / 2


def test_in_a_fallen_stack_a_page_is_not_named_where_another_pupil_lacks_his():
    stack = [item for item in FALLEN if item[:2] != ("20580", 1)]
    for (code, page, _), verdict in zip(stack, decided(stack), strict=True):
        assert verdict.code in (None, code)
        assert page != 1 or verdict.why is WhyPerson.UNSURE


def test_a_code_that_its_place_in_the_stack_decides_says_so():
    codes = IssuedCodes.of([str(code) for code in range(28463, 28477)])
    stack = [reading(code) for code in ("28463", "28464", "28465") for _ in range(PAGES)]
    either = [0.0] * 11
    either[4], either[9] = 0.55, 0.45
    doubtful = [*(row_of(int(digit), 0.995) for digit in "2846"), tuple(either)]
    stack[4] = reading(None, digits=doubtful)
    verdict = identify(stack, codes, pages_expected=PAGES)[4]
    assert (verdict.code, verdict.source) == ("28464", CodeSource.SEQUENCE)
