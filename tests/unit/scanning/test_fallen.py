"""A stack that lost its order: pages and codes matched kind by kind, the hand weighed beside."""

from dataclasses import replace

import numpy as np

from scanning import IssuedCodes, WhyPerson, identify
from scanning.hands import MOST_ODDS, hand_odds
from scanning.matching import matched

from .scenes import reading, sheet

PAGES = 3
CODES = tuple(str(code) for code in range(28463, 28475))
LOW, HIGH = [3.0, 0.3, 60.0], [8.0, 0.9, 180.0]
HANDS = dict(zip(CODES, np.random.default_rng(11).uniform(LOW, HIGH, (12, 3)), strict=True))


def hand_of(owner, lot):
    return tuple(HANDS[owner] * lot.normal(1.0, 0.01, 3))


def page(owner, kind, *, written, lot):
    """A page in its owner's hand, on which `written` stands."""
    return replace(reading(written), hand=hand_of(owner, lot), look=sheet(kind, lot))


def fallen(*, slips=(), lost=()):
    """Owners, kinds and readings of a class in any order; slips as (owner, kind, written)."""
    lot = np.random.default_rng(5)
    wrong = {(owner, kind): written for owner, kind, written in slips}
    stack = [
        (owner, kind, page(owner, kind, written=wrong.get((owner, kind), owner), lot=lot))
        for owner in CODES
        for kind in range(PAGES)
        if (owner, kind) not in lost
    ]
    return [stack[place] for place in lot.permutation(len(stack))]


def decided(stack):
    return identify([item for *_, item in stack], IssuedCodes.of(CODES), pages_expected=PAGES)


def test_consecutive_codes_of_a_fallen_stack_are_named_though_a_page_is_lost():
    stack = fallen(lost=[("28465", 1), ("28470", 2)])
    verdicts = decided(stack)
    assert all(
        verdict.code in (None, owner) for (owner, *_), verdict in zip(stack, verdicts, strict=True)
    )
    assert sum(verdict.code is not None for verdict in verdicts) >= 0.9 * len(stack)


def test_a_slip_that_stands_where_the_codes_own_page_is_lost_is_told_by_the_hand():
    stack = fallen(slips=[("28465", 1, "28470")], lost=[("28470", 1)])
    verdicts = decided(stack)
    place = next(at for at, (owner, kind, _) in enumerate(stack) if (owner, kind) == ("28465", 1))
    assert verdicts[place].needs_person


def test_who_writes_anothers_code_throughout_leaves_both_to_a_person():
    slips = [("28465", kind, "28470") for kind in range(PAGES)]
    stack = fallen(slips=slips, lost=[("28470", 2)])
    codes = [verdict.code for verdict in decided(stack)]
    owners = [owner for owner, *_ in stack]
    both = ("28465", "28470")
    assert all(code in (None, owner) for code, owner in zip(codes, owners, strict=True))
    assert not any(code for code, owner in zip(codes, owners, strict=True) if owner in both)
    assert sum(code is not None for code in codes) > 0.8 * sum(o not in both for o in owners)


def test_two_pages_of_one_kind_and_code_say_why_they_wait():
    stack = fallen(slips=[("28465", 1, "28470")])
    whys = {
        (owner, kind): verdict.why
        for (owner, kind, _), verdict in zip(stack, decided(stack), strict=True)
    }
    assert whys["28470", 1] in (WhyPerson.CODE_TWICE, WhyPerson.UNSURE)
    assert whys["28465", 1] is not None


def test_no_code_has_two_pages_of_one_kind():
    clear, flat = [1e5, 1.0], [1.0, 1.0]
    shares = matched(np.array([clear, flat, [1.0, 1e5]]), (0, 0, 1), pages=2)
    assert shares[0, 0] > 0.99
    assert shares[1, 1] > 0.9
    assert shares[1, 0] < 0.01


def test_a_code_seen_on_one_page_only_is_no_pupil_for_certain():
    everyone = np.kron(np.eye(4), np.ones((3, 1))) * 1e5 + 0.01
    kinds = tuple(range(3)) * 4
    whole = matched(everyone, kinds, pages=3)
    alone = matched(everyone[:10], kinds[:10], pages=3)
    assert alone[9, 3] < whole[9, 3]


def test_a_hand_tips_the_scales_and_settles_nothing():
    owners = [place // 3 for place in range(18)]
    lot = np.random.default_rng(3)
    hands = [hand_of(CODES[owner], lot) for owner in owners]
    odds = hand_odds(hands, owners, codes=7)
    assert odds.max() <= MOST_ODDS + 1e-9
    own = odds[np.arange(18), owners]
    assert (own > 1).all()
    assert np.median(odds[:, :6]) < 1
    assert (odds[:, 6] == 1).all()


def test_where_hands_are_not_known_nothing_is_said_of_them():
    assert (hand_odds([(), (1.0, 2.0, 3.0)], [0, 0], codes=2) == 1).all()
