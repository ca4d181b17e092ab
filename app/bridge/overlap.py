"""A plan without the second readings that were laid over it, and what may lie over it anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

import assignment as lib
from app.bridge.options import PlanOptions
from app.bridge.plans import as_plan, assignments_of, plan_rows
from app.bridge.problem import exam_problem
from app.bridge.ratings import exam_ratings
from app.bridge.readings import exam_readings
from app.models import Exam, Plan, PlanRow
from scoring.fairness.generalizability import Generalizability, generalizability


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What second readings are laid over.

    Attributes:
        problem: The problem without those that can still be chosen otherwise.
        plan: The plan without them.
        closed: Codes of scripts whose scoring has begun: they keep the readings that they have.
        laid: Rows of second readings that can still be chosen otherwise.
    """

    problem: lib.Problem
    plan: lib.Plan
    closed: frozenset[str]
    laid: tuple[PlanRow, ...]


def overlap_ground(session: Session, plan: Plan) -> Ground:
    """The ground under a municipal plan's overlap."""
    readings = exam_readings(session, exam_id=plan.exam_id)
    begun = {row.script_id for row in readings if row.active and row.begun and row.place}
    rows = plan_rows(session, plan)
    most = plan.exam.experts_per_script
    laid = [row for row in rows if row.position > most and row.script_id not in begun]
    kept = [row for row in rows if row.position <= most or row.script_id in begun]
    problem = exam_problem(
        session,
        exam=plan.exam,
        scheme=plan.scheme,
        options=PlanOptions.from_json(plan.options),
        planned=Counter(row.script_id for row in kept),
    )
    return Ground(
        problem=problem,
        plan=as_plan(problem, assignments_of(kept, readings)),
        closed=frozenset(str(script) for script in begun),
        laid=tuple(laid),
    )


def measured_variance(session: Session, exam: Exam) -> float | None:
    """The variance of one reading given its expert; None where too little was read twice."""
    ratings = exam_ratings(session, exam_id=exam.id)
    found = generalizability(ratings)[-1] if ratings is not None else None
    if not isinstance(found, Generalizability) or found.enough is not None or found.rest <= 0:
        return None
    return found.rest
