"""Variance components, what readers are worth, and how many doubles a question needs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.fairness.components import components
from scoring.fairness.generalizability import Generalizability, generalizability
from scoring.fairness.ratings import ratings_of
from scoring.fairness.samples import SampleError, doubles_for_share, doubles_for_shift
from scoring.fairness.sentence import Few

TABLES = json.loads((Path(__file__).parents[3] / "data/fairness/tables.json").read_text())


def grid(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)


def test_a_complete_table_gives_the_components_of_analysis_of_variance():
    table = np.array(TABLES["shrout_fleiss"]["rows"], dtype=float)
    script, rater = grid(*table.shape)
    found = components(table.ravel(), {"script": script, "rater": rater})
    icc2 = TABLES["shrout_fleiss"]["six_places"]["ICC2"]
    assert found is not None
    assert found["script"] / sum(found.values()) == pytest.approx(icc2, abs=1e-6)


def test_components_are_unbiased_with_readings_missing():
    rng = np.random.default_rng(3)
    drawn = []
    for _ in range(100):
        script, rater = grid(100, 6)
        truth = rng.normal(0, 3, 100)[script] + rng.normal(0, 1, 6)[rater]
        there = rng.random(600) < 0.4
        values = truth + rng.normal(0, 2, 600)
        found = components(values[there], {"s": script[there], "r": rater[there]})
        assert found is not None
        drawn.append([found["s"], found["r"], found["residual"]])
    assert np.mean(drawn, axis=0) == pytest.approx([9, 1, 4], rel=0.15)


def test_nested_raters_are_told_by_labels_of_their_own():
    rng = np.random.default_rng(5)
    school, reading = grid(200, 6)
    rater = school * 2 + reading // 3
    values = rng.normal(0, 2, 200)[school] + rng.normal(0, 1, 400)[rater] + rng.normal(0, 1, 1200)
    found = components(values, {"school": school, "rater": rater})
    assert found is not None
    assert list(found.values()) == pytest.approx([4, 1, 1], rel=0.3)


def test_a_design_that_cannot_tell_effects_apart_has_no_answer():
    level = np.array([0, 0, 1, 1])
    assert components(np.array([1.0, 2, 3, 4]), {"a": level, "b": level}) is None


def ratings(table: np.ndarray, names: str = "ab"):
    script, rater = grid(*table.shape)
    return ratings_of(
        scripts=[f"s{place}" for place in script],
        raters=[names[place] for place in rater],
        tasks=["1"] * table.size,
        points=table.ravel().tolist(),
    )


def test_two_readers_are_worth_more_than_one():
    rng = np.random.default_rng(2)
    table = rng.integers(2, 9, (80, 1)) + rng.integers(-1, 2, (80, 2))
    (found,) = generalizability(ratings(table))
    assert isinstance(found, Generalizability)
    one, two, three = found.worth
    assert one.absolute < two.absolute < three.absolute < 1
    assert one.error > two.error > three.error
    # Spearman and Brown: doubling one reader's coefficient.
    assert two.relative == pytest.approx(2 * one.relative / (1 + one.relative))
    assert "Один эксперт: надёжность" in str(found.told)


def test_too_few_scripts_are_told_and_still_measured():
    (found,) = generalizability(ratings(np.array([[1, 2], [3, 3], [0, 1]])))
    assert isinstance(found, Generalizability)
    assert found.enough is not None


def test_equal_points_and_no_doubles_are_sentences():
    (equal,) = generalizability(ratings(np.full((60, 2), 3)))
    assert isinstance(equal, Generalizability)
    assert "не различаются" in str(equal.told)
    (alone,) = generalizability(ratings(np.array([[1], [2]])))
    assert isinstance(alone, Few)


def test_thirty_one_doubles_show_one_point():
    assert doubles_for_shift(variance=1.97, shift=1) == 31


def test_power_is_what_comes_out():
    rng = np.random.default_rng(8)
    mean = (1 + rng.normal(0, np.sqrt(2 * 1.97), (20_000, 31))).mean(axis=1)
    seen = np.abs(mean) / np.sqrt(2 * 1.97 / 31) > 1.96
    assert seen.mean() == pytest.approx(0.8, abs=0.02)


def test_agreement_within_five_points_needs_about_three_hundred():
    assert doubles_for_share(share=0.71, half_width=0.05) == 317


@pytest.mark.parametrize("wrong", [{"variance": 0, "shift": 1}, {"variance": 1, "shift": 0}])
def test_impossible_questions_are_refused(wrong):
    with pytest.raises(SampleError):
        doubles_for_shift(**wrong)
    with pytest.raises(SampleError):
        doubles_for_share(share=1.2, half_width=0.05)
