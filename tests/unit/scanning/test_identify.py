"""All pages of a bundle are decided together: never a wrong code, doubt goes to a person."""

import numpy as np
import pytest

from scanning import (
    CodeError,
    CodeSource,
    IssuedCodes,
    PageKind,
    PageReading,
    PageVerdict,
    WhyPerson,
    identify,
)
from scanning.barcode import claim_of
from scanning.evidence import CodeDigits, field_evidence
from scanning.stack import posteriors

from .scenes import reading, row_of

SCATTERED = IssuedCodes.of(["10332", "20580", "41448", "65130", "74343"])
CONSECUTIVE = IssuedCodes.of([str(code) for code in range(28463, 28477)])


def decided(readings, issued=CONSECUTIVE, pages=3):
    return identify(readings, issued, pages_expected=pages)


def scripts(*codes, pages=3):
    return [reading(code) for code in codes for _ in range(pages)]


def test_consecutive_codes_in_whole_scripts_are_named():
    verdicts = decided(scripts("28463", "28464", "28465"))
    assert [verdict.code for verdict in verdicts] == ["28463"] * 3 + ["28464"] * 3 + ["28465"] * 3
    assert all(verdict.source is CodeSource.DIGITS for verdict in verdicts)
    assert all(verdict.confidence >= 0.999 for verdict in verdicts)


def test_without_a_known_length_the_usual_one_counts():
    verdicts = decided(scripts("28463", "28464", "28465", "28466"), pages=None)
    assert all(verdict.code for verdict in verdicts)


def test_a_code_off_the_list_is_never_named_as_one_on_it():
    stack = scripts("41448", "65130")
    stack[1] = reading("41498")
    verdicts = decided(stack, SCATTERED)
    assert verdicts[1].code is None
    assert verdicts[1].why is WhyPerson.NOT_ON_LIST
    assert verdicts[1].candidates[0].code == "41448"
    assert [verdict.code for verdict in verdicts[3:]] == ["65130"] * 3


def test_a_clear_code_off_the_list_is_not_excused_by_a_digit_that_might_be_another():
    stack = scripts("41448", "65130")
    last = tuple({9: 0.985, 8: 0.0125}.get(at, 0.0) for at in range(11))
    off = [*(row_of(int(digit), 0.995) for digit in "4144"), last]
    stack[:3] = [reading(None, digits=off) for _ in range(3)]
    assert all(verdict.code is None for verdict in decided(stack, SCATTERED)[:3])


def test_an_unclear_page_beside_a_code_off_the_list_is_not_taken_for_the_nearest_issued_one():
    last = tuple({9: 0.8, 8: 0.1}.get(at, 0.0) for at in range(11))
    unclear = [*(row_of(int(digit), 0.995) for digit in "4144"), last]
    page = reading(None, digits=unclear)
    alone = decided([*scripts("41448")[:2], page, *scripts("65130")], SCATTERED)
    assert alone[2].code == "41448"
    beside = decided([*scripts("41449")[:2], page, *scripts("65130")], SCATTERED)
    assert beside[2].code is None
    assert [verdict.code for verdict in beside[3:]] == ["65130"] * 3


def test_a_neighbours_code_inside_another_script_goes_to_a_person():
    stack = scripts("28463", "28464", "28465")
    stack[4] = reading("28465")
    verdicts = decided(stack)
    assert verdicts[4].needs_person
    assert verdicts[4].candidates[0].code in ("28464", "28465")
    assert verdicts[0].code == "28463"


def test_two_pupils_with_one_code_go_to_a_person():
    verdicts = decided(scripts("28463", "28472", "28465", "28472"))
    assert [verdict.code for verdict in verdicts[3:6] + verdicts[9:]] == [None] * 6
    assert verdicts[3].why is WhyPerson.TOO_MANY_PAGES
    assert verdicts[0].code == "28463"


def test_a_twin_of_a_script_that_is_hard_to_read_goes_to_a_person():
    torn = [row_of(int(digit)) for digit in "2846"]
    last = tuple({4: 0.8, 9: 0.2}.get(at, 0) for at in range(11))
    hard = [reading(None, digits=[*torn, last]) for _ in range(3)]
    verdicts = decided([*hard, *scripts("28464", "28466")])
    assert all(verdict.code is None for verdict in verdicts[3:6])


def test_one_page_scanned_twice_between_whole_scripts_is_named():
    stack = scripts("28463", "28464", "28465")
    stack.insert(4, reading("28464"))
    assert all(verdict.code for verdict in decided(stack))


def test_a_page_too_many_beside_a_script_that_misses_one_goes_to_a_person():
    stack = scripts("28463", "28464", "28465")
    stack[3] = reading("28463")
    verdicts = decided(stack)
    assert [verdict.code for verdict in verdicts[1:3]] == ["28463"] * 2
    assert verdicts[3].needs_person


def test_a_barcode_names_a_page_with_an_empty_field_and_tells_its_number():
    (verdict,) = decided([reading(None, barcode="s001-41448-2")], SCATTERED)
    assert (verdict.code, verdict.page, verdict.source) == ("41448", 2, CodeSource.BARCODE)


def test_a_barcode_against_handwriting_goes_to_a_person():
    (verdict,) = decided([reading("65130", barcode="s001-41448-2")], SCATTERED)
    assert verdict.why is WhyPerson.BARCODE_AGAINST_DIGITS
    assert [item.code for item in verdict.candidates[:2]] == ["41448", "65130"]


def test_a_barcode_that_differs_from_the_handwriting_by_one_digit_goes_to_a_person():
    (verdict,) = decided([reading("28464", barcode="s001-28463-2")])
    assert verdict.why is WhyPerson.BARCODE_AGAINST_DIGITS
    assert [item.code for item in verdict.candidates[:2]] == ["28463", "28464"]


def test_a_page_claimed_by_two_pupils_goes_to_a_person_on_both_sides():
    stack = [
        reading("65130", barcode="s001-41448-2"),
        reading("65130", barcode="s001-65130-1"),
        reading("65130", barcode="s001-65130-2"),
    ]
    verdicts = decided(stack, SCATTERED)
    assert verdicts[1].code == "65130"
    assert verdicts[2].why is WhyPerson.CODE_TWICE


def test_barcodes_of_two_pupils_on_one_page_go_to_a_person():
    (verdict,) = decided([reading(None, barcode="41448 65130")], SCATTERED)
    assert verdict.why is WhyPerson.TWO_BARCODES


def test_a_barcode_of_another_school_is_foreign():
    (verdict,) = decided([reading(None, barcode="s002-99999-1")], SCATTERED)
    assert (verdict.kind, verdict.why) == (PageKind.FOREIGN, WhyPerson.FOREIGN_BARCODE)


def test_a_page_without_a_form_is_foreign():
    (verdict,) = decided([reading(None, placed=False)])
    assert (verdict.kind, verdict.why) == (PageKind.FOREIGN, WhyPerson.NO_FORM)


def test_a_blank_back_needs_nobody():
    (verdict,) = decided([reading(None, placed=False, blank=True)])
    assert verdict.kind is PageKind.BLANK
    assert not verdict.needs_person
    assert verdict.sentence == ""


def test_the_same_image_again_is_a_duplicate_of_the_first():
    stack = scripts("28463")
    stack.append(reading("28463", digest=stack[0].digest))
    verdict = decided(stack)[3]
    assert (verdict.kind, verdict.code, verdict.same_as) == (PageKind.DUPLICATE, "28463", 0)


def test_the_same_printed_page_again_is_a_duplicate():
    stack = [reading("41448", barcode="s001-41448-2") for _ in range(2)]
    verdicts = decided(stack, SCATTERED)
    assert [verdict.kind for verdict in verdicts] == [PageKind.SCRIPT, PageKind.DUPLICATE]
    assert verdicts[1].code == "41448"


@pytest.mark.parametrize(
    ("digits", "why"),
    [
        ([None] * 5, WhyPerson.CODE_EMPTY),
        ([row_of(10, 0.99)] * 5, WhyPerson.CODE_UNREADABLE),
    ],
)
def test_a_field_that_says_nothing_is_never_named(digits, why):
    stack = scripts("28463", "28464")
    stack[1] = reading(None, digits=digits)
    verdict = decided(stack)[1]
    assert verdict.why is why
    assert verdict.candidates[0].code == "28463"


def test_a_doubtful_digit_is_settled_by_the_pages_around_it():
    stack = scripts("28463", "28464", "28465")
    torn = [row_of(int(digit)) for digit in "2846"]
    stack[4] = reading(None, digits=[*torn, tuple(0.5 if at in (4, 9) else 0 for at in range(11))])
    assert decided(stack)[4].code == "28464"


def test_a_single_doubtful_page_goes_to_a_person():
    torn = [row_of(int(digit)) for digit in "2846"]
    last = tuple(0.5 if at in (4, 9) else 0 for at in range(11))
    (verdict,) = decided([reading(None, digits=[*torn, last])])
    assert verdict.why is WhyPerson.UNSURE
    assert {item.code for item in verdict.candidates[:2]} == {"28464", "28469"}


def test_without_a_length_a_code_at_two_places_goes_to_a_person():
    verdicts = decided(scripts("28463", "28470", "28463", pages=2), pages=None)
    assert all(verdict.needs_person for verdict in verdicts[:2] + verdicts[4:])


def test_no_pages_make_no_verdicts():
    assert decided([]) == ()


def test_a_shorter_code_may_stand_at_either_end_of_the_boxes():
    issued = CodeDigits.of(["123", "987"])
    left = field_evidence([*(row_of(int(digit)) for digit in "123"), None, None], issued)
    right = field_evidence([None, None, *(row_of(int(digit)) for digit in "123")], issued)
    for field in (left, right):
        assert field.exact[0] > 100 * field.exact[1]
        assert field.written == "123"
    assert field_evidence([row_of(1)], issued).exact.tolist() == [0, 0]
    assert field_evidence([row_of(1), None, row_of(2)], issued).written == ""


def test_a_barcode_names_a_code_only_as_a_whole_word():
    form_number = reading(None, barcode="KIM 1041448").barcodes
    assert claim_of(form_number, SCATTERED).codes == ()
    assert not claim_of(form_number, SCATTERED).foreign
    assert claim_of(reading(None, barcode="41448").barcodes, SCATTERED).page is None
    assert claim_of(reading(None, barcode="41448-123").barcodes, SCATTERED).page is None


def test_shares_of_codes_sum_to_one():
    likelihoods = np.random.default_rng(1).uniform(0.1, 5, (6, 4))
    for pages in (None, 1, 3):
        assert np.allclose(posteriors(likelihoods, pages=pages).sum(axis=1), 1)


def test_lists_that_no_school_has_are_refused():
    with pytest.raises(CodeError, match="строка 2"):
        IssuedCodes.of(["123", "12a"])
    with pytest.raises(CodeError, match="пуст"):
        IssuedCodes.of([])
    with pytest.raises(CodeError, match="повторяется"):
        IssuedCodes.of(["123", "123"])


def test_a_reading_is_kept_as_json_and_read_back():
    kept = reading("28463", barcode="41448")
    assert PageReading.from_dict(kept.to_dict()) == kept
    loose = reading(None, placed=False)
    assert PageReading.from_dict(loose.to_dict()) == loose
    with pytest.raises(ValueError, match="format"):
        PageReading.from_dict({**kept.to_dict(), "format": 99})


def test_a_verdict_has_either_a_code_or_a_reason():
    whole = {
        "kind": PageKind.SCRIPT,
        "page": None,
        "rotation": 0,
        "source": None,
        "confidence": 0.5,
    }
    with pytest.raises(ValueError, match="reason"):
        PageVerdict(**whole, code=None, needs_person=True, why=None)
    with pytest.raises(ValueError, match="no person"):
        PageVerdict(**whole, code="1", needs_person=True, why=WhyPerson.UNSURE)
