"""A4 and A5: an expert of one impression, an expert who avoids the ends, and honest ones."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.fairness.halo import Habits, habits
from scoring.fairness.ratings import Ratings, ratings_of
from scoring.fairness.sentence import Few

MAXIMA = {"1": 1, "2": 2, "3": 3, "4": 3, "5": 4, "6": 4}


def campaign(*, experts: int = 12, each: int = 80, seed: int = 1) -> Ratings:
    """Expert `halo` mixes in the script's mean, `middle` the middle of the scale."""
    rng = np.random.default_rng(seed)
    names = ["halo", "middle", *(f"plain{place}" for place in range(experts - 2))]
    columns: tuple[list[str], list[str], list[str], list[int]] = ([], [], [], [])
    for name in names:
        for place in range(each):
            level = rng.normal(0.5, 0.15)
            shares = np.clip(level + rng.normal(0, 0.3, len(MAXIMA)), 0, 1)
            if name == "halo":
                shares = 0.35 * shares + 0.65 * shares.mean()
            if name == "middle":
                shares = 0.5 * shares + 0.25
            for share, (task, maximum) in zip(shares, MAXIMA.items(), strict=True):
                cell = (f"{name}{place}", name, task, round(share * maximum))
                for column, value in zip(columns, cell, strict=True):
                    column.append(value)
    scripts, raters, tasks, points = columns
    return ratings_of(scripts=scripts, raters=raters, tasks=tasks, points=points, maxima=MAXIMA)


@pytest.fixture(scope="module")
def found() -> Habits:
    answer = habits(campaign())
    assert isinstance(answer, Habits)
    return answer


def test_one_impression_is_seen(found: Habits):
    (halo,) = (one for one in found.halo if one.expert == "halo")
    assert halo.flagged
    assert "повод для разговора" in str(halo.told)


def test_avoided_ends_are_seen(found: Habits):
    (middle,) = (one for one in found.central if one.expert == "middle")
    assert middle.flagged


def test_plain_experts_are_left_alone(found: Habits):
    plain = [one for one in (*found.halo, *found.central) if one.expert.startswith("plain")]
    assert len(plain) == 20
    assert not any(one.flagged for one in plain)


def test_tasks_of_one_point_do_not_count(found: Habits):
    assert found.tasks == ("2", "3", "4", "5", "6")


def test_thirty_nine_readings_are_few():
    answer = habits(campaign(each=39))
    assert isinstance(answer, Habits)
    assert all(one.enough is not None and not one.flagged for one in answer.halo)


def test_seven_experts_are_too_few_to_compare():
    answer = habits(campaign(experts=7))
    assert isinstance(answer, Habits)
    assert all(one.z is None for one in answer.central)
    assert "экспертов для сравнения 7" in str(answer.central[0].told)


def test_right_or_wrong_tasks_alone_are_too_few():
    one = ratings_of(scripts=["s"], raters=["a"], tasks=["1"], points=[1], maxima={"1": 1})
    assert isinstance(habits(one), Few)


def test_equal_points_flag_nobody():
    cells = [(f"{e}{s}", f"e{e}", t) for e in range(8) for s in range(40) for t in "123"]
    scripts, raters, tasks = zip(*cells, strict=True)
    equal = ratings_of(
        scripts=scripts,
        raters=raters,
        tasks=tasks,
        points=[1] * len(cells),
        maxima=dict.fromkeys("123", 2),
    )
    answer = habits(equal)
    assert isinstance(answer, Habits)
    assert not any(one.flagged for one in (*answer.halo, *answer.central))


def test_no_reading_of_every_task_is_too_few():
    cells = [("s", "a", "1"), ("s", "a", "2"), ("t", "a", "3")]
    scripts, raters, tasks = zip(*cells, strict=True)
    torn = ratings_of(scripts=scripts, raters=raters, tasks=tasks, points=[1, 1, 2])
    answer = habits(
        ratings_of(
            scripts=scripts,
            raters=raters,
            tasks=tasks,
            points=[1, 1, 2],
            maxima=dict.fromkeys("123", 2),
        )
    )
    assert isinstance(habits(torn), Few)
    assert isinstance(answer, Few)
    assert answer.n == 0
