"""One expert's points for one script: a number, X (not attempted) or not yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from scoring.errors import ScoringError
from scoring.scheme import Criterion, ExamScheme


class NotAttempted(Enum):
    """The one value that says: the participant did not attempt the task."""

    X = "X"

    def __str__(self) -> str:
        return "X"


X = NotAttempted.X
Points = int | NotAttempted
_LETTERS_OF_X = frozenset("XxХх")  # Latin and Cyrillic
_MOST_DIGITS = 9


class PointsError(ScoringError):
    """Points that a criterion cannot have."""


class IncompleteSheetError(ScoringError):
    """A sheet that still has criteria without points."""


class BrokenDependencyError(ScoringError):
    """Points above zero where the base criterion has none."""


def parse_points(text: str) -> Points:
    """Points as people type them: digits, or X in either alphabet and case.

    Raises:
        PointsError: The text is neither.
    """
    word = text.strip()
    if word in _LETTERS_OF_X:
        return X
    if not (word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS):
        raise PointsError("«%(value)s» не баллы: ожидалось целое число или X", value=text)
    return int(word)


def check_points(criterion: Criterion, points: Points) -> None:
    """Refuse points outside 0..maximum; X is always allowed.

    Raises:
        PointsError: The value is no whole number, negative, or above the maximum.
    """
    if isinstance(points, NotAttempted):
        return
    if isinstance(points, bool) or not isinstance(points, int):
        raise PointsError("«%(value)s» не баллы: ожидалось целое число или X", value=points)
    if points < 0:
        raise PointsError(
            "%(points)s меньше нуля по критерию %(label)s", points=points, label=criterion.label
        )
    if points > criterion.maximum:
        raise PointsError(
            "Баллов %(points)s больше максимума %(maximum)s по критерию %(label)s",
            points=points,
            maximum=criterion.maximum,
            label=criterion.label,
        )


def worth(points: Points) -> int:
    """What points add to the raw score: X adds nothing."""
    return 0 if isinstance(points, NotAttempted) else points


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenDependency:
    """A dependent criterion with points although its base has none."""

    label: str
    base: str
    points: int
    base_points: Points


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreSheet:
    """Points of one script by one expert; a criterion without an entry has no points yet.

    A value outside its criterion's range cannot be held. A broken dependency can: points come
    one by one, and the base may be changed last; `check_complete` refuses it.
    """

    scheme: ExamScheme
    points: Mapping[str, Points]

    def __post_init__(self) -> None:
        for label, value in self.points.items():
            check_points(self.scheme.get_criterion(label), value)
        object.__setattr__(self, "points", MappingProxyType(dict(self.points)))

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels without points, in the order of the form."""
        return tuple(label for label in self.scheme.labels if label not in self.points)

    @property
    def total(self) -> int:
        """The sum of the points given so far."""
        return sum(worth(value) for value in self.points.values())

    def with_points(self, label: str, points: Points) -> ScoreSheet:
        """The same sheet with one criterion scored anew."""
        return ScoreSheet(scheme=self.scheme, points={**self.points, label: points})

    def broken_dependencies(self) -> tuple[BrokenDependency, ...]:
        """Dependent criteria above zero whose base is 0 or X, in the order of the form."""
        return broken_dependencies(self.scheme, self.points)

    def check_complete(self) -> None:
        """Refuse a sheet that cannot be submitted.

        Raises:
            IncompleteSheetError: Some criterion has no points.
            BrokenDependencyError: A dependent criterion has points where its base has none.
        """
        if self.missing:
            raise IncompleteSheetError(
                "Нет баллов по критериям: %(labels)s", labels=", ".join(self.missing)
            )
        for broken in self.broken_dependencies():
            raise BrokenDependencyError(
                "По критерию %(label)s баллов %(points)s, но по критерию %(base)s стоит "
                "%(base_points)s: допустимо только 0 или X",
                label=broken.label,
                points=broken.points,
                base=broken.base,
                base_points=broken.base_points,
            )


def broken_dependencies(
    scheme: ExamScheme, points: Mapping[str, Points]
) -> tuple[BrokenDependency, ...]:
    """Dependent criteria above zero whose base is 0 or X; a base without points breaks nothing."""
    return tuple(
        BrokenDependency(
            label=criterion.label,
            base=base,
            points=worth(points[criterion.label]),
            base_points=points[base],
        )
        for criterion in scheme.criteria
        if (base := criterion.depends_on) is not None
        and base in points
        and worth(points[base]) == 0
        and worth(points.get(criterion.label, 0)) > 0
    )
