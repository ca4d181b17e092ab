"""What a recheck proposes and changes: old and new points, and where the raw score goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scoring.errors import ScoringError
from scoring.reconcile import Agreed, Divergent, ReconcileRule, reconcile
from scoring.scheme import ExamScheme
from scoring.sheet import Points, ScoreSheet


class LoweringError(ScoringError):
    """A raw score that goes down where the procedure does not let it."""


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


def proposal_of(
    sheets: Sequence[ScoreSheet], *, rule: ReconcileRule
) -> Mapping[str, Points] | Divergent:
    """What a recheck's readings propose: the only one's points, what two agree on, the third's.

    Args:
        sheets: complete sheets in the order of their readings, at least one.
        rule: what counts as a divergence of two.
    """
    if len(sheets) != 2:  # noqa: PLR2004 - one reading speaks for itself, and a third is final
        return sheets[-1].points
    outcome = reconcile(sheets[0], sheets[1], rule=rule)
    return outcome.points if isinstance(outcome, Agreed) else outcome


def check_direction(outcome: RecheckOutcome, *, may_lower: bool) -> None:
    """Refuse a decision that lowers the raw score against the procedure.

    Raises:
        LoweringError: it does.
    """
    if outcome.direction is Direction.DOWN and not may_lower:
        raise LoweringError(
            "Порядок не разрешает понижать баллы: было %(old)s, получается %(new)s."
            " Оставьте прежние баллы.",
            old=outcome.old_score,
            new=outcome.new_score,
        )
