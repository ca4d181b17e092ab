"""What stands of a plan, and its problem solved anew with the fewest changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.names import Names
from app.bridge.plans import as_plan, names_for
from app.bridge.readings import Reading, exam_readings
from app.models import Plan
from app.services.planning.drafts import (
    Origin,
    discard_drafts,
    local_day,
    store_draft,
)
from app.services.planning.solving import PlanRefused, Row, Solved, kept, laid_out, solve

Place = tuple[UUID, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A problem with what stands of its answer.

    Attributes:
        problem: the problem as it is now.
        places: the readings to fill.
        current: readings -> experts as they stand.
        finished: readings that leavers have handed in.
        begun: (script, expert) whose work has begun.
        names: names for sentences.
    """

    problem: lib.Problem
    places: Collection[Place]
    current: Mapping[Place, UUID]
    finished: Mapping[Place, UUID]
    begun: Collection[tuple[str, str]]
    names: Names


def standing_task(
    session: Session,
    origin: Origin,
    problem: lib.Problem,
    places: Collection[Place],
    proposed: Mapping[Place, UUID],
) -> Task:
    """What stands of the readings of `places`; assignments count before proposals."""
    readings = [
        row
        for row in exam_readings(session, exam_id=origin.exam.id)
        if row.active and row.place in places
    ]
    finished = {place: row.expert_id for row, place in _placed(readings) if row.finished_by_leaver}
    held = dict(proposed) | {place: row.expert_id for row, place in _placed(readings)}
    return Task(
        problem=problem,
        places=places,
        current=_known(problem, held, finished),
        finished=finished,
        begun=[
            (str(row.script_id), str(row.expert_id))
            for row in readings
            if row.begun and not row.withdrawn_expert
        ],
        names=names_for(
            session, exam=origin.exam, scheme=origin.scheme, school_id=origin.school_id
        ),
    )


def _placed(readings: Sequence[Reading]) -> list[tuple[Reading, Place]]:
    return [(row, row.place) for row in readings if row.place is not None]


def _known(
    problem: lib.Problem, held: Mapping[Place, UUID], finished: Mapping[Place, UUID]
) -> dict[Place, UUID]:
    scripts = {row.code for row in problem.scripts}
    experts = {row.id for row in problem.experts}
    return {
        place: expert
        for place, expert in held.items()
        if place not in finished and str(place[0]) in scripts and str(expert) in experts
    }


def draft_again(
    session: Session, origin: Origin, task: Task, *, seed: int, by: Actor, at: datetime
) -> Plan:
    """A draft that changes what stands as little as can be; earlier drafts are put aside."""
    solved = _solve_again(task, origin, seed=seed, at=at)
    discard_drafts(session, exam_id=origin.exam.id, school_id=origin.school_id)
    open_places: defaultdict[UUID, list[int]] = defaultdict(list)
    for script, position in task.places:
        if (script, position) not in task.finished:
            open_places[script].append(position)
    rows = laid_out(
        solved.assignments,
        places=open_places,
        standing={(script, one): position for (script, position), one in task.current.items()},
    )
    rows += [
        Row(script_id=script, position=position, expert_id=expert)
        for (script, position), expert in sorted(task.finished.items())
    ]
    rows += _nobody_yet(task, origin, rows)
    return store_draft(session, origin=origin, solved=solved, rows=rows, seed=seed, by=by, at=at)


def _nobody_yet(task: Task, origin: Origin, rows: Sequence[Row]) -> list[Row]:
    """Readings of works with second readings by overlap that found nobody: they stay wanted."""
    if origin.school_id is not None:
        return []
    filled = {(row.script_id, row.position) for row in rows}
    most = origin.exam.experts_per_script
    doubled = {script for script, position in task.places if position > most}
    return [
        Row(script_id=script, position=position, expert_id=None)
        for script, position in sorted(task.places)
        if script in doubled and (script, position) not in filled
    ]


def _solve_again(task: Task, origin: Origin, *, seed: int, at: datetime) -> Solved:
    starts_on = local_day(origin.exam, at)
    if not task.current:
        return solve(task.problem, names=task.names, seed=seed, starts_on=starts_on)
    try:
        change = lib.resolve(
            task.problem,
            as_plan(task.problem, _assignments(task.current)),
            dropped=task.problem.dropped,
            begun=task.begun,
            seed=seed,
        )
    except lib.AssignmentError as error:
        raise PlanRefused(error.text, **task.names.refused(error.params)) from error
    return kept(task.problem, change.outcome, names=task.names, starts_on=starts_on)


def _assignments(current: Mapping[Place, UUID]) -> tuple[lib.Assignment, ...]:
    experts: defaultdict[UUID, list[str]] = defaultdict(list)
    for (script, _), expert in sorted(current.items()):
        experts[script].append(str(expert))
    return tuple(
        lib.Assignment(code=str(script), experts=tuple(names)) for script, names in experts.items()
    )
