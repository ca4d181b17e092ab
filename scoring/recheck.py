"""What a recheck changes: old and new points, and where the raw score goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.scheme import ExamScheme
from scoring.sheet import Points, ScoreSheet


class Direction(StrEnum):
    """Where a recheck moves the raw score."""

    UP = "up"
    STAY = "stay"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionChange:
    """Old and new points of one criterion that a recheck changed."""

    label: str
    old: Points
    new: Points


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckOutcome:
    """What a decision changes; criteria with equal points are not listed."""

    direction: Direction
    old_score: int
    new_score: int
    changes: tuple[CriterionChange, ...]


def outcome_of(
    old: Mapping[str, Points], new: Mapping[str, Points], *, scheme: ExamScheme
) -> RecheckOutcome:
    """Compare the points before a recheck with the commission's.

    Raises:
        IncompleteSheetError: A criterion has no points on either side.
        BrokenDependencyError: Points break a dependency.
    """
    before = ScoreSheet(scheme=scheme, points=old)
    after = ScoreSheet(scheme=scheme, points=new)
    before.check_complete()
    after.check_complete()
    return RecheckOutcome(
        direction=_direction(before.total, after.total),
        old_score=before.total,
        new_score=after.total,
        changes=tuple(
            CriterionChange(label=label, old=before.points[label], new=after.points[label])
            for label in scheme.labels
            if before.points[label] != after.points[label]
        ),
    )


def _direction(old: int, new: int) -> Direction:
    if new == old:
        return Direction.STAY
    return Direction.UP if new > old else Direction.DOWN
