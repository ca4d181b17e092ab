"""Works of known worth: is a reading within tolerance, who qualifies, when the next comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from scoring.errors import ScoringError
from scoring.reconcile import RuleError
from scoring.sheet import Points, ScoreSheet, worth

STOP_AT = 2
STOP_OF_LAST = 3
SOONEST = 3
"""Works between a control outside the tolerance and the next one."""
APART = 3
"""Works at least between two controls, of which one is kept for another day."""


class ControlRuleError(ScoringError):
    """A rule of controls that cannot be applied."""


class Advice(Enum):
    """What an expert's controls ask of the chair; only the chair stops."""

    GO_ON = "go_on"
    TALK = "talk"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerance:
    """How far a reading may lie from the agreed points; a gap equal to it is within.

    Attributes:
        total: Of the sums.
        criterion: Of one criterion.
    """

    total: int = 2
    criterion: int = 1

    def __post_init__(self) -> None:
        if self.total < 0 or self.criterion < 0:
            raise ControlRuleError("Допуск контрольной работы не может быть меньше нуля")


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One criterion of a control: what was given, what was agreed.

    Attributes:
        label: The criterion.
        given: The expert's points.
        agreed: The agreed points.
        outside: They differ by more than the tolerance.
    """

    label: str
    given: Points
    agreed: Points
    outside: bool

    @property
    def differs(self) -> bool:
        """Whether the two are not the same; X is not 0."""
        return self.given != self.agreed


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One control: all its criteria in the order of the form, and the sums.

    Attributes:
        criteria: Every criterion.
        total_gap: Given minus agreed.
        total_outside: The sums differ by more than the tolerance.
    """

    criteria: tuple[Compared, ...]
    total_gap: int
    total_outside: bool

    @property
    def outside(self) -> bool:
        """Whether the reading is outside the tolerance, in the sum or in a criterion."""
        return self.total_outside or any(one.outside for one in self.criteria)


def judge(given: ScoreSheet, agreed: ScoreSheet, *, tolerance: Tolerance) -> Verdict:
    """Hold a complete sheet against the agreed points of the same work.

    Raises:
        RuleError: The sheets are of different exams.
        IncompleteSheetError: A sheet has criteria without points.
    """
    if given.scheme != agreed.scheme:
        raise RuleError("Нельзя сверить баллы по разным критериям")
    given.check_complete()
    agreed.check_complete()
    gap = given.total - agreed.total
    return Verdict(
        criteria=tuple(
            _compared(label, given.points[label], agreed.points[label], tolerance)
            for label in given.scheme.labels
        ),
        total_gap=gap,
        total_outside=abs(gap) > tolerance.total,
    )


def _compared(label: str, given: Points, agreed: Points, tolerance: Tolerance) -> Compared:
    apart = abs(worth(given) - worth(agreed))
    return Compared(label=label, given=given, agreed=agreed, outside=apart > tolerance.criterion)


def qualifies(outside: Sequence[bool], *, works: int, most_outside: int) -> bool | None:
    """Whether an expert may begin; None while works of the try are not handed in.

    Args:
        outside: Of every work handed in, whether it was outside the tolerance.
        works: How many works the try has.
        most_outside: How many of them may be outside.
    """
    if len(outside) < works:
        return None
    return sum(outside) <= most_outside


def advise(outside: Sequence[bool]) -> Advice:
    """What controls in their order ask for: a word after each miss, a stop after two of three."""
    if sum(outside[-STOP_OF_LAST:]) >= STOP_AT and outside[-1]:
        return Advice.STOP
    return Advice.TALK if outside and outside[-1] else Advice.GO_ON


def control_places(
    works: int, *, every: int, days: int, most: int, rng: np.random.Generator
) -> tuple[int, ...]:
    """Before which of an expert's works controls stand: 0 is before the first.

    The first work is a control; then each stretch of `every` works has one at a random place.
    A work more is kept for every later day that is to begin with a control: it stands anywhere
    until that day.

    Args:
        works: Works of the list that are still to be begun.
        every: One control in so many works.
        days: Days whose first work is a control.
        most: No more controls than this.
        rng: The seeded choice.

    Raises:
        ControlRuleError: There is to be less than one work from control to control.
    """
    if every < 1 or days < 0:
        raise ControlRuleError("Контрольная ставится не чаще чем через одну работу")
    if works < 1:
        return ()
    stretches = range(every, works, every)
    places = [0, *(int(rng.integers(at, min(at + every, works))) for at in stretches)]
    for _ in range(min(days - 1, works // APART)):
        places += _spare(works, places, rng)
    return tuple(sorted(places[:most]))


def _spare(works: int, taken: Sequence[int], rng: np.random.Generator) -> list[int]:
    """A place that is not near another control; none where there is no such place."""
    free = [place for place in range(works) if all(abs(place - one) >= APART for one in taken)]
    return [free[int(rng.integers(len(free)))]] if free else []
