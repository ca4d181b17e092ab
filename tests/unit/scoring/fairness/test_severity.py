"""A2 and A3: severity against a published estimate and against planted truth; what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.fairness.linked import Unlinked
from scoring.fairness.ratings import Ratings, ratings_of
from scoring.fairness.sentence import Few
from scoring.fairness.severity import Severities, severities

FACETS = json.loads((Path(__file__).parents[3] / "data/fairness/facets.json").read_text())
MAXIMA = {"1": 1, "2": 2, "3": 3, "4": 5}


def rows(cells: list[tuple[str, str, str, int]], maxima: dict[str, int] | None = None) -> Ratings:
    scripts, raters, tasks, points = zip(*cells, strict=True)
    return ratings_of(scripts=scripts, raters=raters, tasks=tasks, points=points, maxima=maxima)


def planted(severity: dict[str, float], *, scripts: int, seed: int) -> Ratings:
    """Scripts of two random experts each, drawn from the model itself."""
    rng = np.random.default_rng(seed)
    cells = []
    for script in range(scripts):
        ability = rng.normal()
        for rater in rng.choice(sorted(severity), 2, replace=False):
            for task, maximum in MAXIMA.items():
                climb = np.cumsum(ability - severity[rater] - np.linspace(-1, 1, maximum))
                chance = np.exp(np.concatenate([[0.0], climb]))
                point = rng.choice(maximum + 1, p=chance / chance.sum())
                cells.append((f"s{script}", str(rater), task, int(point)))
    return rows(cells, MAXIMA)


@pytest.fixture(scope="module")
def published() -> Severities:
    cells = [
        (row[1], row[0], item, points)
        for row in FACETS["rows"]
        for item, points in zip(FACETS["items"], row[2:], strict=True)
        if points is not None
    ]
    found = severities(rows(cells, dict.fromkeys(FACETS["items"], 5)))
    assert isinstance(found, Severities)
    return found


def test_published_severities_are_met(published: Severities):
    ours = [one.logits for one in published.experts]
    theirs = [FACETS["published_raters"][one.expert] for one in published.experts]
    truth = [FACETS["generating_raters"][one.expert] for one in published.experts]
    assert np.corrcoef(ours, theirs)[0, 1] >= 0.998
    assert np.corrcoef(ours, truth)[0, 1] >= 0.995
    assert np.sqrt(np.mean(np.subtract(ours, truth) ** 2)) <= 0.06


def test_published_fit_is_met(published: Severities):
    for one in published.experts:
        assert one.infit == pytest.approx(FACETS["published_infit"][one.expert], abs=0.05)
        assert not one.scattered


def test_planted_severities_come_out_in_points_within_their_intervals():
    truth = dict(zip("abcdefgh", np.linspace(-0.7, 0.7, 8), strict=True))
    found = severities(planted(truth, scripts=400, seed=11))
    assert isinstance(found, Severities)
    logits = np.array([one.logits for one in found.experts])
    assert np.corrcoef(logits, list(truth.values()))[0, 1] > 0.95
    assert all(one.low < one.points < one.high for one in found.experts)
    strict, mild = found.experts[-1], found.experts[0]
    assert strict.differs
    assert mild.differs
    assert "Строже" in str(strict.told)
    assert "Мягче" in str(mild.told)


def test_interval_covers_the_truth_about_as_often_as_it_says():
    truth = dict(zip("abcdef", (-0.5, -0.3, -0.1, 0.1, 0.3, 0.5), strict=True))
    hits = []
    for seed in range(20):
        found = severities(planted(truth, scripts=200, seed=seed))
        assert isinstance(found, Severities)
        hits += [
            abs(one.logits - truth[one.expert]) <= 2 * one.logits_error for one in found.experts
        ]
    assert np.mean(hits) >= 0.88


def test_equal_experts_are_not_named():
    found = severities(planted(dict.fromkeys("abcdef", 0.0), scripts=300, seed=2))
    assert isinstance(found, Severities)
    assert not any(one.differs for one in found.experts)
    assert "заметно не отличается" in str(found.experts[0].told)


def test_experts_come_by_name_not_by_severity():
    found = severities(planted({"b": -1, "c": 0, "a": 1}, scripts=60, seed=1))
    assert isinstance(found, Severities)
    assert [one.expert for one in found.experts] == ["a", "b", "c"]


def test_experts_without_a_common_script_are_refused_by_name():
    pairs = [("s", "a"), ("s", "b"), ("t", "a"), ("t", "b"), ("u", "c"), ("u", "d"), ("v", "e")]
    cells = [(script, rater, "1", (ord(rater) + len(script)) % 2 + 1) for script, rater in pairs]
    found = severities(rows(cells, {"1": 3}))
    assert isinstance(found, Unlinked)
    assert found.groups == (("a", "b"), ("c", "d"), ("e",))
    assert "c, d" in str(found.why)


def test_a_script_full_with_everybody_links_nobody():
    cells = [
        *[("s", rater, "1", points) for rater, points in zip("ab", (1, 2), strict=True)],
        *[("t", rater, "1", 3) for rater in "bc"],
        *[("u", rater, "1", points) for rater, points in zip("cd", (1, 2), strict=True)],
    ]
    found = severities(rows(cells, {"1": 3}))
    assert isinstance(found, Unlinked)
    assert found.groups == (("a", "b"), ("c", "d"))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([("s", "a", "1", 1), ("t", "a", "1", 0)], "Эксперт один"),
        ([("s", "a", "1", 1), ("t", "b", "1", 0)], "Нет работ"),
        ([("s", "a", "1", 1), ("s", "b", "1", 1)], "Нет работ"),
    ],
)
def test_nothing_to_compare_is_a_sentence(cells: list[tuple[str, str, str, int]], said: str):
    found = severities(rows(cells))
    assert isinstance(found, Few)
    assert said in str(found.why)


def test_few_readings_and_few_links_give_no_conclusion():
    found = severities(planted({"a": -1, "b": 1, "c": 0}, scripts=12, seed=4))
    assert isinstance(found, Severities)
    assert all(one.enough is not None and not one.differs for one in found.experts)
    assert "Мало данных" in str(found.experts[0].told)


def test_a_single_common_script_has_errors_that_are_numbers():
    for seed in range(40):
        points = iter(np.random.default_rng(seed).integers(3, size=12).tolist())
        cells = [("s", f"r{rater}", task, next(points)) for rater in range(6) for task in "12"]
        found = severities(rows(cells, {"1": 2, "2": 2}))
        errors = (
            [one.logits_error for one in found.experts] if isinstance(found, Severities) else []
        )
        assert np.isfinite([error for error in errors if error is not None]).all()


def test_an_expert_who_gives_only_maxima_has_no_severity():
    cells = [("s", "a", "1", 1), ("t", "a", "1", 2), ("s", "b", "1", 3), ("t", "b", "1", 3)]
    found = severities(rows(cells, {"1": 3}))
    assert isinstance(found, Severities)
    assert found.experts[1].points is None
    assert "наибольшие" in str(found.experts[1].told)


def test_a_task_with_equal_points_is_left_out_and_named():
    ratings = planted({"a": -1, "b": 1}, scripts=40, seed=4)
    cells = [(f"s{script}", rater, "9", 0) for script in range(40) for rater in "ab"]
    known = [
        (ratings.scripts[s], ratings.raters[r], ratings.tasks[t], int(p))
        for s, r, t, p in zip(
            ratings.script, ratings.rater, ratings.task, ratings.points, strict=True
        )
    ]
    found = severities(rows(known + cells, {**MAXIMA, "9": 2}))
    assert isinstance(found, Severities)
    assert found.left_out == ("9",)
    assert found.maximum == 13
