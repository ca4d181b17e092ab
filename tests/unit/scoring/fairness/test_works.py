"""A10, A11: works to read again, and classes whose answers agree."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.fairness.alike import Alike, AlikeError, find_alike
from scoring.fairness.offsets import Comparisons, Offsets, estimate_offsets
from scoring.fairness.recheck_list import BudgetError, chances_of_change, recheck_list
from scoring.fairness.school_sentences import told_alike
from scoring.fairness.sentence import Few
from scoring.fairness.simulated_pupils import Recipe, draw_pupils
from scoring.fairness.totals import Totals

NONE = Comparisons(
    first=np.zeros(0, dtype=np.int64), second=np.zeros(0, dtype=np.int64), gap=np.zeros(0)
)


def made(works: int = 200) -> tuple[Totals, np.ndarray]:
    rng = np.random.default_rng(2)
    total = rng.integers(0, 23, works)
    school = np.arange(works) % 10
    return Totals(
        school=school,
        total=total,
        journal=np.full(works, np.nan),
        boundaries=(7, 12, 17),
        most=22,
    ), rng.integers(0, 4, works)


def known(offset: float = 0.0) -> Offsets:
    return Offsets(offset=np.full(4, offset), error=np.zeros(4), reading_variance=1.0, pairs=50)


def test_works_at_a_boundary_change_oftener_than_works_far_from_any():
    totals, expert = made()
    chance = chances_of_change(totals, expert, known())
    assert chance[totals.total == 12].min() > chance[totals.total == 9].max()
    assert ((chance >= 0) & (chance <= 1)).all()


def test_works_of_a_mild_expert_fall_from_the_boundary():
    totals, expert = made()
    mild, fair = (chances_of_change(totals, expert, known(shift)) for shift in (2.0, 0.0))
    assert (mild > fair)[totals.total == 12].all()


def test_disputes_come_first_then_chance_then_a_tenth_at_random():
    totals, expert = made()
    disputed = np.zeros(200, dtype=bool)
    disputed[[5, 9]] = True
    chance = chances_of_change(totals, expert, known())
    found = recheck_list(totals, chance, expert=expert, disputed=disputed, budget=42, seed=1)
    whys = [each.why for each in found.works]
    assert [each.work for each in found.works[:2]] == [5, 9]
    assert (whys.count("dispute"), whys.count("chance"), whys.count("random")) == (2, 36, 4)
    assert len({each.work for each in found.works}) == 42
    assert found.expected > found.expected_at_random


def test_no_school_takes_more_than_its_share():
    totals, expert = made()
    chance = np.where(totals.school == 3, 0.9, 0.1)
    found = recheck_list(
        totals, chance, expert=expert, disputed=np.zeros(200, dtype=bool), budget=20, seed=1
    )
    likely = [each.work for each in found.works if each.why == "chance"]
    assert (totals.school[likely] == 3).sum() == 5


def test_all_disputes_are_read_even_beyond_the_budget():
    totals, expert = made()
    disputed = np.ones(200, dtype=bool)
    found = recheck_list(
        totals, np.full(200, 0.5), expert=expert, disputed=disputed, budget=3, seed=1
    )
    assert len(found.works) == 200
    with pytest.raises(BudgetError):
        recheck_list(totals, np.full(200, 0.5), expert=expert, disputed=disputed, budget=0, seed=1)


def test_offsets_come_from_controls_doubles_and_lots_together():
    rng = np.random.default_rng(1)
    truth = np.array([-1.5, 0.0, 1.5])
    first = rng.integers(0, 3, 300)
    second = np.where(rng.random(300) < 0.5, -1, (first + 1) % 3)
    gap = truth[first] - np.where(second >= 0, truth[second], 0) + rng.normal(0, 1, 300)
    expert = rng.integers(0, 3, 400)
    found = estimate_offsets(
        Comparisons(first=first, second=second, gap=gap),
        truth[expert] + rng.normal(0, 3, 400),
        expert,
        3,
    )
    assert isinstance(found, Offsets)
    assert found.offset == pytest.approx(truth, abs=0.35)


def test_without_doubles_there_is_a_sentence_unless_the_spread_is_known():
    expert = np.zeros(5, dtype=np.int64)
    assert isinstance(estimate_offsets(NONE, np.zeros(5), expert, 1), Few)
    found = estimate_offsets(NONE, np.zeros(5), expert, 1, reading_variance=2.0)
    assert isinstance(found, Offsets)
    assert found.offset[0] == 0


def test_a_class_that_copied_stands_out_and_others_do_not():
    pupils = draw_pupils(Recipe(), np.random.default_rng(6))
    found = dict(find_alike(pupils.answers, pupils.points.sum(axis=1), pupils.klass, seed=1))
    copied = found.pop(pupils.copied_class)
    assert isinstance(copied, Alike)
    assert copied.stands_out
    assert "повод" in str(told_alike(copied))
    others = [each for each in found.values() if isinstance(each, Alike)]
    assert sum(each.stands_out for each in others) <= 1
    assert "не больше" in str(told_alike(next(each for each in others if not each.stands_out)))


def test_small_classes_and_one_class_alone_are_too_few():
    answers = np.ones((12, 3), dtype=np.int64)
    total = np.zeros(12, dtype=np.int64)
    alone = dict(find_alike(answers, total, np.zeros(12, dtype=np.int64), seed=1))
    small = dict(find_alike(answers, total, np.arange(12) // 6, seed=1))
    assert all(isinstance(each, Few) for each in [*alone.values(), *small.values()])
    with pytest.raises(AlikeError):
        find_alike(answers, total[:3], total, seed=1)


def test_blank_answers_are_no_agreement():
    answers = np.full((60, 3), -1)
    found = find_alike(answers, np.zeros(60, dtype=np.int64), np.arange(60) // 12, seed=1)
    assert all(isinstance(each, Alike) and each.z == 0 for _, each in found)
