"""Third experts and rechecks."""

from __future__ import annotations

import pytest

from assignment import AssignmentError, Nobody, Picked, pick_expert
from tests.unit.assignment.small import expert, problem, scripts

STAFF = [expert("own", "A"), expert("e", "B"), expert("f", "C"), expert("g", "D", 20)]
QUESTION = problem(scripts("A1", 1), STAFF)


def pick(candidates, scored_by=(), seed=0):
    return pick_expert(candidates, problem=QUESTION, script="A1-1", scored_by=scored_by, seed=seed)


def test_least_loaded_in_proportion_is_chosen():
    assert pick({"e": 3, "f": 2, "g": 3}) == Picked(expert="g")
    assert pick({"e": 3, "f": 2}) == Picked(expert="f")


def test_who_scored_the_script_never_scores_it_again():
    assert pick({"e": 0, "f": 9}, scored_by=["e"]) == Picked(expert="f")


def test_nobody_is_answered_with_each_one_s_reason():
    answer = pick({"own": 0, "e": 0, "f": 10}, scored_by=["e"])
    assert isinstance(answer, Nobody)
    assert {name: str(why) for name, why in answer.reasons.items()} == {
        "own": "своя школа",
        "e": "уже проверял эту работу",
        "f": "нет свободных мест",
    }


def test_seed_decides_between_equals():
    chosen = {pick({"e": 1, "f": 1}, seed=seed) for seed in range(20)}
    assert chosen == {Picked(expert="e"), Picked(expert="f")}
    assert pick({"e": 1, "f": 1}, seed=4) == pick({"f": 1, "e": 1}, seed=4)


def test_unknown_script_or_candidate_is_refused():
    with pytest.raises(AssignmentError, match="Эксперта «x»"):
        pick({"x": 0})
    with pytest.raises(AssignmentError, match="Работы «Z»"):
        pick_expert({"e": 0}, problem=QUESTION, script="Z", scored_by=(), seed=0)
