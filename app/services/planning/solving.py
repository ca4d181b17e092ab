"""A Problem -> what a draft keeps: rows, status, measures and why something found no place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import assignment as lib
from app.bridge.forecast import forecast
from app.bridge.names import Names
from app.bridge.plans import as_plan
from app.errors import Refusal
from app.models import PlanStatus


class PlanRefused(Refusal):
    """The plan cannot be made or used as asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One reading of one script by one expert; None where nobody was found for it."""

    script_id: UUID
    position: int
    expert_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Solved:
    """A problem's answer in the form that a draft keeps.

    Attributes:
        assignments: script and experts, as the library gives them.
        status: whether everything found a place.
        digest: fingerprint of the problem.
        metrics: measures, and the forecast of the last day.
        shortages: what is missing and why, with names in place of keys.
    """

    assignments: tuple[lib.Assignment, ...]
    status: PlanStatus
    digest: str
    metrics: dict[str, Any]
    shortages: list[Any]


def solve(problem: lib.Problem, *, names: Names, seed: int, starts_on: date) -> Solved:
    """The best plan of a problem.

    Raises:
        PlanRefused: the problem contradicts itself; says where.
    """
    try:
        outcome = lib.solve(problem, seed=seed)
    except lib.AssignmentError as error:
        raise PlanRefused(error.text, **names.refused(error.params)) from error
    return kept(problem, outcome, names=names, starts_on=starts_on)


def kept(problem: lib.Problem, outcome: lib.Outcome, *, names: Names, starts_on: date) -> Solved:
    """An outcome in the form that a draft keeps."""
    rows: tuple[lib.Assignment, ...] = ()
    gap: float | None = None
    shortages: tuple[lib.Shortage, ...] = ()
    match outcome:
        case lib.Plan():
            rows, gap, status = outcome.assignments, outcome.gap, PlanStatus.OK
        case lib.Partial():
            rows, gap = outcome.plan.assignments, outcome.plan.gap
            shortages, status = outcome.shortages, PlanStatus.PARTIAL
        case lib.Infeasible():
            shortages, status = outcome.shortages, PlanStatus.INFEASIBLE
    return Solved(
        assignments=rows,
        status=status,
        digest=lib.digest(problem),
        metrics=measured(problem, rows, starts_on=starts_on, gap=gap),
        shortages=[_told(one, names) for one in shortages],
    )


def measured(
    problem: lib.Problem,
    rows: Iterable[lib.Assignment],
    *,
    starts_on: date,
    gap: float | None = None,
) -> dict[str, Any]:
    """The measures of a plan, whoever made it, with the forecast of its last day.

    Args:
        problem: the problem.
        rows: script and experts.
        starts_on: the day before the first day of scoring.
        gap: how far its fairness may lie above the best; None where nobody has proved it.
    """
    plan = replace(as_plan(problem, rows), gap=gap)
    found: dict[str, Any] = asdict(lib.metrics(problem, plan))
    found["finish"] = forecast(plan.loads(), starts_on=starts_on).as_json()
    return found


def _told(shortage: lib.Shortage, names: Names) -> dict[str, Any]:
    return {
        "missing": shortage.missing,
        "reasons": dict(shortage.reasons),
        "sentence": names.told(shortage.sentence),
        "repair": names.told(shortage.repair),
    }


def laid_out(
    assignments: Iterable[lib.Assignment],
    *,
    places: Mapping[UUID, Collection[int]],
    standing: Mapping[tuple[UUID, UUID], int],
) -> list[Row]:
    """Experts of each script at its positions; whoever stands keeps his place.

    Args:
        assignments: script and experts.
        places: the positions that each script has to fill.
        standing: (script, expert) -> position held now.
    """
    rows: list[Row] = []
    for assignment in assignments:
        script = UUID(assignment.code)
        experts = [UUID(name) for name in assignment.experts]
        held = {one: standing[script, one] for one in experts if (script, one) in standing}
        free = (p for p in sorted(places[script]) if p not in held.values())
        rows += [
            Row(script_id=script, position=held[one] if one in held else next(free), expert_id=one)
            for one in experts
        ]
    return rows
