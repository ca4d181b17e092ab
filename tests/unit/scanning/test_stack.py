"""What a stack tells of itself: whether scripts lie together, and in the order of the list."""

import numpy as np

from scanning import IssuedCodes, identify
from scanning.stack import habits_of, posteriors

from .scenes import reading, row_of

CLASS = IssuedCodes.of([str(code) for code in range(31180, 31192)])


def decided(stack, pages=1):
    return identify(stack, CLASS, pages_expected=pages)


def clear(places, codes=12):
    """Likelihoods of pages that show the code at each place of the list."""
    table = np.full((len(places), codes), 1.0)
    table[np.arange(len(places)), places] = 1e5
    return table


def test_a_stack_in_the_order_of_the_list_is_known_from_either_end():
    upwards = habits_of(clear(range(10)), pages=1)
    downwards = habits_of(clear(range(9, -1, -1)), pages=1)
    assert upwards.in_order > 0.4
    assert (upwards.forward, downwards.forward) == (True, False)
    assert downwards.in_order == upwards.in_order


def test_a_shuffled_stack_is_not_taken_for_one_in_order():
    shuffled = np.random.default_rng(7).permutation(12)
    assert habits_of(clear(shuffled), pages=1).in_order < 0.2
    assert habits_of(clear([0, 1]), pages=1).in_order == 0


def test_pages_that_lie_apart_are_not_taken_for_neighbours():
    together = habits_of(clear(np.repeat(range(6), 3)), pages=3)
    apart = habits_of(clear(np.tile(range(6), 3)), pages=3)
    assert together.goes_on > 0.9
    assert apart.goes_on < 0.4


def test_the_order_settles_a_digit_that_could_be_two():
    stack = [reading(code) for code in CLASS.codes]
    torn = tuple({4: 0.5, 9: 0.5}.get(at, 0) for at in range(11))
    stack[4] = reading(None, digits=[*(row_of(int(digit)) for digit in "3118"), torn])
    assert decided(stack)[4].code == "31184"


def test_a_neighbours_code_out_of_order_goes_to_a_person():
    stack = [reading(code) for code in CLASS.codes[:9]]
    stack[3], stack[7] = reading(None), reading("31183")
    verdict = decided(stack)[7]
    assert verdict.needs_person
    assert verdict.confidence < 0.99


def test_a_script_of_one_page_is_not_named_while_its_own_page_may_be_another():
    shuffled = ["31184", "31189", "31180", "31187", "31182", "31190", "31185"]
    stack = [reading(code) for code in shuffled]
    assert all(verdict.code for verdict in decided(stack))
    stack.insert(3, reading(None))
    assert not any(verdict.code for verdict in decided(stack))


def test_an_unreadable_page_does_not_make_a_script_complete():
    stack = [reading(code) for code in ("31184", "31184", "31189", "31180", "31180")]
    stack.insert(3, reading(None))
    verdicts = decided(stack, pages=2)
    assert verdicts[2].needs_person
    assert verdicts[0].code == "31184"


def test_a_script_that_lies_complete_leaves_its_code_to_no_other():
    half = clear(np.repeat(range(6), 3))
    half[15:, 0] = half[15:, 5] / 2  # the last script looks nearly as much like the first code
    shares = posteriors(half, pages=3)
    assert shares[16, 5] > 0.99
    assert shares[1, 0] > 0.99
