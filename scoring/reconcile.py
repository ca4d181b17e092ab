"""Independent score sheets of one script -> agreed points, or a call for one more expert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType

from scoring.errors import ScoringError
from scoring.sheet import NotAttempted, Points, ScoreSheet, worth


class RuleError(ScoringError):
    """A rule of reconciling that cannot be applied."""


class AgreedBy(StrEnum):
    """How two values within the tolerance become one."""

    HIGHER = "higher"
    MEAN_UP = "mean_up"
    FIRST = "first"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconcileRule:
    """What counts as a divergence. A gap equal to its tolerance is agreed.

    Attributes:
        total_tolerance: Largest agreed gap of the sums; None: sums are not compared.
        criterion_tolerance: Largest agreed gap on one criterion; None: not compared.
        own_tolerances: The same for single criteria, by label, where it differs.
        x_diverges: X against a number is a divergence by itself; otherwise X counts as 0.
        agreed_by: How agreed points are made of two.
    """

    total_tolerance: int | None
    criterion_tolerance: int | None
    x_diverges: bool = False
    agreed_by: AgreedBy = AgreedBy.HIGHER
    own_tolerances: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own_tolerances", MappingProxyType(dict(self.own_tolerances)))
        given = (self.total_tolerance, self.criterion_tolerance, *self.own_tolerances.values())
        for tolerance in given:
            if tolerance is not None and tolerance < 0:
                raise RuleError("Допустимое расхождение %(value)s меньше нуля", value=tolerance)

    def tolerance_of(self, label: str) -> int | None:
        """The largest agreed gap on a criterion; None: not compared."""
        return self.own_tolerances.get(label, self.criterion_tolerance)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """Two sheets within the tolerance, and the points that follow."""

    points: Mapping[str, Points]


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionGap:
    """A criterion on which two experts differ by more than the tolerance."""

    label: str
    first: Points
    second: Points


@dataclass(frozen=True, kw_only=True, slots=True)
class Divergent:
    """Two sheets that need a third expert, and why.

    Attributes:
        criteria: Criteria over the tolerance, in the order of the form; may be empty when only
            the sums differ too much.
        total_gap: The distance of the two sums.
        total_exceeded: The distance is over the tolerance of sums.
    """

    criteria: tuple[CriterionGap, ...]
    total_gap: int
    total_exceeded: bool


def reconcile(first: ScoreSheet, second: ScoreSheet, *, rule: ReconcileRule) -> Agreed | Divergent:
    """Compare two complete sheets of one script.

    Raises:
        RuleError: The sheets are of different exams.
        IncompleteSheetError: A sheet has criteria without points.
        BrokenDependencyError: A sheet breaks a dependency.
    """
    if first.scheme != second.scheme:
        raise RuleError("Нельзя сверить баллы по разным критериям")
    first.check_complete()
    second.check_complete()
    criteria = _gaps(first, second, rule)
    total_gap = abs(first.total - second.total)
    exceeded = rule.total_tolerance is not None and total_gap > rule.total_tolerance
    if criteria or exceeded:
        return Divergent(criteria=criteria, total_gap=total_gap, total_exceeded=exceeded)
    return Agreed(points=_merged(first, second, rule.agreed_by))


def reconcile_all(sheets: Sequence[ScoreSheet], *, rule: ReconcileRule) -> Agreed | Divergent:
    """Compare all independent sheets of one script, in the order of their readings.

    One sheet stands by itself. Of several, the nearest pair decides: the two whose sums are
    nearest, then whose criteria are, then the earlier readings. Among pairs that agree the nearest
    gives the points; where none agrees, the divergence told is that of the nearest pair.

    Raises:
        RuleError: there is no sheet, or the sheets are of different exams.
        IncompleteSheetError: A sheet has criteria without points.
        BrokenDependencyError: A sheet breaks a dependency.
    """
    if not sheets:
        raise RuleError("Сверять нечего: ни одна проверка не сдана")
    if len(sheets) == 1:
        sheets[0].check_complete()
        return Agreed(points=sheets[0].points)
    pairs = sorted(combinations(sheets, 2), key=lambda pair: _distance(*pair))
    outcomes = [reconcile(first, second, rule=rule) for first, second in pairs]
    agreed = (outcome for outcome in outcomes if isinstance(outcome, Agreed))
    return next(agreed, outcomes[0])


def _distance(first: ScoreSheet, second: ScoreSheet) -> tuple[int, int]:
    """How far two sheets lie apart: by their sums, then by their criteria."""
    first.check_complete()
    second.check_complete()
    apart = (
        abs(worth(first.points[label]) - worth(second.points[label]))
        for label in first.scheme.labels
        if label in second.points
    )
    return abs(first.total - second.total), sum(apart)


def _gaps(first: ScoreSheet, second: ScoreSheet, rule: ReconcileRule) -> tuple[CriterionGap, ...]:
    pairs = ((label, first.points[label], second.points[label]) for label in first.scheme.labels)
    return tuple(
        CriterionGap(label=label, first=one, second=two)
        for label, one, two in pairs
        if _differ(label, one, two, rule)
    )


def _differ(label: str, one: Points, two: Points, rule: ReconcileRule) -> bool:
    one_is_x, two_is_x = isinstance(one, NotAttempted), isinstance(two, NotAttempted)
    if rule.x_diverges and one_is_x != two_is_x:
        return True
    tolerance = rule.tolerance_of(label)
    return tolerance is not None and abs(worth(one) - worth(two)) > tolerance


def _merged(first: ScoreSheet, second: ScoreSheet, agreed_by: AgreedBy) -> Mapping[str, Points]:
    if agreed_by is AgreedBy.FIRST:
        return first.points
    return MappingProxyType(
        {
            label: _merge_values(first.points[label], second.points[label], agreed_by)
            for label in first.scheme.labels
        }
    )


def _merge_values(one: Points, two: Points, agreed_by: AgreedBy) -> Points:
    if isinstance(one, NotAttempted) and isinstance(two, NotAttempted):
        return one
    if agreed_by is AgreedBy.HIGHER:
        return max(worth(one), worth(two))
    return (worth(one) + worth(two) + 1) // 2  # a half is rounded up
