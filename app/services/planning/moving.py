"""Moving scripts between experts by hand, and what the move breaks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.plans import assignments_of, broken_rules, names_of, plan_rows, problem_of
from app.bridge.readings import exam_readings
from app.errors import NotYours
from app.models import Plan, PlanRow
from app.services.planning.drafts import local_day, own_draft, receiving_schools, record_plan
from app.services.planning.solving import PlanRefused, measured


def move_rows(
    session: Session,
    *,
    plan_id: UUID,
    row_ids: Collection[UUID],
    expert_id: UUID,
    by: Actor,
    at: datetime,
) -> list[dict[str, Any]]:
    """Give readings of a draft to another expert: at once, every rule that the draft now breaks.

    A draft may break rules while hands are at work on it; publishing refuses it then.

    Raises:
        NotYours: a row is not of this draft.
        PlanRefused: nothing was chosen, or the expert cannot be chosen.
    """
    plan = own_draft(session, plan_id=plan_id, by=by)
    problem = problem_of(session, plan)
    if str(expert_id) not in {one.id for one in problem.experts}:
        raise PlanRefused("Этого эксперта нельзя выбрать в этом распределении.")
    rows = plan_rows(session, plan)
    chosen = _chosen(rows, row_ids)
    _check_no_double(rows, chosen, expert_id)
    receivers = receiving_schools(session, plan)
    for row in chosen:
        row.expert_id = expert_id
        row.school_id = receivers.school_for(row.script_id, expert_id)
    session.flush()
    record_plan(
        session,
        plan,
        action="plan.moved",
        by=by,
        at=at,
        new={"rows": len(chosen), "expert": str(expert_id)},
    )
    return _measure_again(session, plan, problem, rows, at=at)


def _chosen(rows: Collection[PlanRow], row_ids: Collection[UUID]) -> list[PlanRow]:
    if not row_ids:
        raise PlanRefused("Отметьте работы, которые нужно передать.")
    by_id = {row.id: row for row in rows}
    if not set(row_ids) <= by_id.keys():
        raise NotYours
    return [by_id[key] for key in sorted(set(row_ids))]


def _check_no_double(
    rows: Collection[PlanRow], chosen: Collection[PlanRow], expert_id: UUID
) -> None:
    moved = {row.script_id for row in chosen}
    kept = {row.id for row in rows} - {row.id for row in chosen}
    reads = any(
        row.id in kept and row.script_id in moved and row.expert_id == expert_id for row in rows
    )
    if reads or len(moved) < len(chosen):
        raise PlanRefused("Один эксперт не может быть и первым, и вторым у одной работы.")


def _measure_again(
    session: Session,
    plan: Plan,
    problem: lib.Problem,
    rows: Collection[PlanRow],
    *,
    at: datetime,
) -> list[dict[str, Any]]:
    names = names_of(session, plan)
    assignments = assignments_of(rows, exam_readings(session, exam_id=plan.exam_id))
    plan.metrics = measured(problem, assignments, starts_on=local_day(plan.exam, at))
    return [names.told(one.sentence) for one in broken_rules(problem, assignments)]
