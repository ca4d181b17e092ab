"""Why this expert, why not that one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.names import Names
from app.bridge.plans import as_plan, assignments_of, names_of, plan_rows, problem_of
from app.bridge.readings import exam_readings
from app.errors import NotYours
from app.models import Plan, PlanRow
from app.queries.plans.access import plan_to_read


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One expert against one script, as kept sentences."""

    expert_id: UUID
    name: str
    school: str | lib.Sentence
    assigned: bool
    eligible: bool
    reasons: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyView:
    """One script against every expert: who has it first, then who could, then who may not."""

    plan_id: UUID
    script: str | lib.Sentence
    experts: tuple[Reason, ...]


def get_why(session: Session, *, plan_id: UUID, row_id: UUID, actor: Actor) -> WhyView:
    """The reasons for one row of a plan.

    Raises:
        NotYours: there is no such plan or row for him, or its script needs nobody any more.
    """
    plan = plan_to_read(session, plan_id=plan_id, actor=actor)
    row = session.get(PlanRow, row_id)
    if row is None or row.plan_id != plan.id:
        raise NotYours
    problem, names = problem_of(session, plan), names_of(session, plan)
    if str(row.script_id) not in {script.code for script in problem.scripts}:
        raise NotYours
    solved = _solved(session, plan, problem)
    found = [
        _reason(problem, solved, names, str(row.script_id), expert) for expert in problem.experts
    ]
    found.sort(key=lambda one: (not one.assigned, not one.eligible, one.name, one.expert_id))
    return WhyView(plan_id=plan.id, script=names.said(row.script_id), experts=tuple(found))


def _solved(session: Session, plan: Plan, problem: lib.Problem) -> lib.Plan:
    readings = exam_readings(session, exam_id=plan.exam_id)
    return as_plan(problem, assignments_of(plan_rows(session, plan), readings))


def _reason(
    problem: lib.Problem, plan: lib.Plan, names: Names, script: str, expert: lib.Expert
) -> Reason:
    told = lib.explain(problem, plan, script=script, expert=expert.id)
    return Reason(
        expert_id=UUID(expert.id),
        name=names.of(expert.id),
        school=names.said(expert.school),
        assigned=told.assigned,
        eligible=told.eligible,
        reasons=tuple(names.told(sentence) for sentence in told.reasons),
    )
