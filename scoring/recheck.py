"""Rechecks: grounds, who is independent enough to decide, and what a decision changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.scheme import ExamScheme
from scoring.sheet import Points, ScoreSheet


class Ground(StrEnum):
    """Why a script may be rechecked (P 9.2; O 3.2)."""

    NON_OBJECTIVE_SCHOOL = "non_objective_school"
    CROSS_CHECK_DISAGREEMENT = "cross_check_disagreement"
    SELECTIVE = "selective"


class Obstacle(StrEnum):
    """Why a member of the commission is not independent of a script."""

    SCORED_IT = "scored_it"
    OWN_SCHOOL = "own_school"
    OWN_CLASS = "own_class"
    CONFLICT_SCHOOL = "conflict_school"
    CONFLICT_CLASS = "conflict_class"
    CONFLICT_CODE = "conflict_code"


OBSTACLE_TEXTS: Mapping[Obstacle, str] = {
    Obstacle.SCORED_IT: "проверял эту работу",
    Obstacle.OWN_SCHOOL: "работает в школе участника",
    Obstacle.OWN_CLASS: "ведёт класс участника",
    Obstacle.CONFLICT_SCHOOL: "конфликт интересов со школой участника",
    Obstacle.CONFLICT_CLASS: "конфликт интересов с классом участника",
    Obstacle.CONFLICT_CODE: "конфликт интересов с участником",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member of the commission, by what can make him dependent.

    Attributes:
        expert: His id among experts.
        schools: Ids of all schools he works at.
        classes: Ids of the classes he teaches.
        conflict_schools: Schools of his declared conflicts.
        conflict_classes: Classes of his declared conflicts.
        conflict_scripts: Scripts of his declared conflicts.
    """

    expert: str
    schools: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    conflict_schools: frozenset[str] = frozenset()
    conflict_classes: frozenset[str] = frozenset()
    conflict_scripts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckedScript:
    """A script under recheck, by what a member must be independent of."""

    script: str
    school: str
    class_id: str
    scored_by: frozenset[str]


def obstacles(member: Member, script: RecheckedScript) -> tuple[Obstacle, ...]:
    """Every reason why this member may not recheck this script; none: he is independent (P 9.3)."""
    facts = (
        (Obstacle.SCORED_IT, member.expert in script.scored_by),
        (Obstacle.OWN_SCHOOL, script.school in member.schools),
        (Obstacle.OWN_CLASS, script.class_id in member.classes),
        (Obstacle.CONFLICT_SCHOOL, script.school in member.conflict_schools),
        (Obstacle.CONFLICT_CLASS, script.class_id in member.conflict_classes),
        (Obstacle.CONFLICT_CODE, script.script in member.conflict_scripts),
    )
    return tuple(obstacle for obstacle, holds in facts if holds)


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
