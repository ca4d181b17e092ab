"""A published plan -> assignments: what stands stays, the rest is taken back and given anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.bridge.readings import ROUND, Reading, exam_readings, hold_assignments
from app.errors import Stale
from app.models import Assignment, Plan, Script

Place = tuple[UUID, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Who is to hold which reading.

    Attributes:
        experts: (script, position) -> expert.
        governed: the readings that the plan decides over; None for all of the exam.
        barred: (script, expert) whom a rule declared since keeps apart; even work begun goes.
    """

    experts: Mapping[Place, UUID]
    governed: Collection[Place] | None
    barred: Collection[tuple[UUID, UUID]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """How many assignments were given and taken back."""

    issued: int
    withdrawn: int


def issue(session: Session, *, plan: Plan, wanted: Wanted, at: datetime) -> Changed:
    """Bring the exam's first and second readings in line with a plan.

    Raises:
        Stale: a script that the plan takes from its expert has been begun meanwhile.
    """
    hold_assignments(session, (row.assignment_id for row in _leaving(session, plan, wanted)[1]))
    held, leaving = _leaving(session, plan, wanted)
    _check_not_begun(row for row in leaving if (row.script_id, row.expert_id) not in wanted.barred)
    _withdraw(session, leaving, at=at)
    staying = {row.place for row in held} - {row.place for row in leaving}
    missing = [place for place in sorted(wanted.experts) if place not in staying]
    _give(session, plan, [(place, wanted.experts[place]) for place in missing], at=at)
    return Changed(issued=len(missing), withdrawn=len(leaving))


def _leaving(session: Session, plan: Plan, wanted: Wanted) -> tuple[list[Reading], list[Reading]]:
    """The standing readings that the plan decides over, and those that it takes back."""
    held = [
        reading
        for reading in exam_readings(session, exam_id=plan.exam_id)
        if reading.active and _governed(reading.place, wanted)
    ]
    return held, [row for row in held if wanted.experts.get(_place(row)) != row.expert_id]


def _governed(place: Place | None, wanted: Wanted) -> bool:
    return place is not None and (wanted.governed is None or place in wanted.governed)


def _place(reading: Reading) -> Place:
    if reading.place is None:
        raise RuntimeError("a third reading or a recheck is no row of a plan")
    return reading.place


def _check_not_begun(leaving: Iterable[Reading]) -> None:
    begun = sum(row.begun and (row.submitted or not row.withdrawn_expert) for row in leaving)
    if begun:
        raise Stale(
            "Эксперты уже начали проверять работы, которые этот черновик у них забирает"
            " (работ: %(begun)s). Пересчитайте распределение: начатое останется на месте.",
            begun=begun,
        )


def _withdraw(session: Session, leaving: Sequence[Reading], *, at: datetime) -> None:
    taken = [{"id": reading.assignment_id, "withdrawn_at": at} for reading in leaving]
    if taken:
        session.execute(update(Assignment), taken)


def _give(
    session: Session, plan: Plan, given: Sequence[tuple[Place, UUID]], *, at: datetime
) -> None:
    order = _queue_order(session, plan, [expert for _, expert in given])
    values = [
        {
            "script_id": script,
            "expert_id": expert,
            "round": ROUND[position],
            "plan_id": plan.id,
            "queue_position": queue_position,
            "created_at": at,
        }
        for ((script, position), expert), queue_position in zip(given, order, strict=True)
    ]
    if values:
        session.execute(insert(Assignment), values)


def _queue_order(session: Session, plan: Plan, experts: Sequence[UUID]) -> list[int]:
    """A random place in each expert's queue, behind what he has, so that order tells nothing."""
    last = _last_positions(session, plan)
    rng = np.random.default_rng(plan.seed)
    left: defaultdict[UUID, list[int]] = defaultdict(list)
    for expert, count in sorted(Counter(experts).items()):
        start = last.get(expert, 0) + 1
        left[expert] = (rng.permutation(count) + start).tolist()
    return [left[expert].pop() for expert in experts]


def _last_positions(session: Session, plan: Plan) -> dict[UUID, int]:
    query = (
        select(Assignment.expert_id, func.max(Assignment.queue_position))
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == plan.exam_id)
        .group_by(Assignment.expert_id)
    )
    return dict(session.execute(query).all())
