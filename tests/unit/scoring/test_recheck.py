"""What a decision of the commission changes."""

import pytest

from scoring import (
    CriterionChange,
    Direction,
    Divergent,
    IncompleteSheetError,
    LoweringError,
    ReconcileRule,
    check_direction,
    outcome_of,
    proposal_of,
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


RULE = ReconcileRule(total_tolerance=1, criterion_tolerance=1)


def test_one_reading_speaks_for_itself_and_a_third_for_all() -> None:
    first, second, third = sheet(0, 0, 0), sheet(2, 2, 1), sheet(1, 1, 1)
    assert proposal_of([first], rule=RULE) == first.points
    assert proposal_of([first, second, third], rule=RULE) == third.points


def test_two_readings_are_reconciled_or_diverge() -> None:
    assert proposal_of([sheet(1, 1, 1), sheet(2, 1, 1)], rule=RULE) == sheet(2, 1, 1).points
    assert isinstance(proposal_of([sheet(0, 0, 0), sheet(2, 2, 1)], rule=RULE), Divergent)


def test_a_lower_sum_is_refused_where_the_procedure_does_not_lower() -> None:
    lower = outcome_of(sheet(1, 1, 1).points, sheet(0, 1, 1).points, scheme=SCHEME)
    check_direction(lower, may_lower=True)
    with pytest.raises(LoweringError):
        check_direction(lower, may_lower=False)
