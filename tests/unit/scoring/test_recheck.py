"""What a decision of the commission changes."""

import pytest

from scoring import (
    CriterionChange,
    Direction,
    IncompleteSheetError,
    outcome_of,
)
from tests.unit.scoring.schemes import SCHEME, sheet


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
