"""Who is independent enough to recheck, and what a decision changes."""

import pytest

from scoring import (
    OBSTACLE_TEXTS,
    CriterionChange,
    Direction,
    IncompleteSheetError,
    Member,
    Obstacle,
    RecheckedScript,
    obstacles,
    outcome_of,
)
from tests.unit.scoring.schemes import SCHEME, sheet

SCRIPT = RecheckedScript(
    script="s1", school="школа", class_id="класс", scored_by=frozenset({"a", "b"})
)


@pytest.mark.parametrize(
    ("member", "obstacle"),
    [
        (Member(expert="a"), Obstacle.SCORED_IT),
        (Member(expert="c", schools=frozenset({"другая", "школа"})), Obstacle.OWN_SCHOOL),
        (Member(expert="c", classes=frozenset({"класс"})), Obstacle.OWN_CLASS),
        (Member(expert="c", conflict_schools=frozenset({"школа"})), Obstacle.CONFLICT_SCHOOL),
        (Member(expert="c", conflict_classes=frozenset({"класс"})), Obstacle.CONFLICT_CLASS),
        (Member(expert="c", conflict_scripts=frozenset({"s1"})), Obstacle.CONFLICT_CODE),
    ],
)
def test_each_tie_is_an_obstacle_of_its_own(member: Member, obstacle: Obstacle) -> None:
    assert obstacles(member, SCRIPT) == (obstacle,)
    assert OBSTACLE_TEXTS[obstacle]


def test_all_obstacles_are_named_at_once() -> None:
    tied = Member(expert="a", schools=frozenset({"школа"}))
    assert obstacles(tied, SCRIPT) == (Obstacle.SCORED_IT, Obstacle.OWN_SCHOOL)


def test_member_without_ties_is_independent() -> None:
    assert obstacles(Member(expert="c", schools=frozenset({"другая"})), SCRIPT) == ()


@pytest.mark.parametrize(
    ("new", "direction"), [(0, Direction.DOWN), (1, Direction.STAY), (2, Direction.UP)]
)
def test_outcome_moves_with_the_sum(new: int, direction: Direction) -> None:
    outcome = outcome_of(sheet(1, 1, 1).points, sheet(new, 1, 1).points, scheme=SCHEME)
    assert outcome.direction is direction
    assert (outcome.old_score, outcome.new_score) == (3, 2 + new)


def test_outcome_lists_changes_even_when_the_sum_stays() -> None:
    outcome = outcome_of(sheet(1, 1, 1).points, sheet(0, 2, 1).points, scheme=SCHEME)
    assert outcome.direction is Direction.STAY
    assert outcome.changes == (
        CriterionChange(label="1", old=1, new=0),
        CriterionChange(label="4К1", old=1, new=2),
    )


def test_decision_must_be_complete() -> None:
    with pytest.raises(IncompleteSheetError):
        outcome_of(sheet(1, 1, 1).points, {"1": 1}, scheme=SCHEME)
