"""Second readings laid over a draft, so that its experts can be compared."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.overlap import overlap_ground
from app.bridge.plans import assignments_of, plan_rows, problem_of
from app.bridge.readings import exam_readings
from app.errors import Stale
from app.models import Plan, PlanLevel, PlanRow
from app.services.planning.drafts import local_day, own_draft, receiving_schools, record_plan
from app.services.planning.solving import PlanRefused, measured
from assignment.overlap import OverlapPrice, plan_overlap


def lay_overlap(
    session: Session, *, plan_id: UUID, share: float, by: Actor, at: datetime
) -> OverlapPrice | None:
    """Second readings of about that share of a draft's scripts, in place of those laid before.

    Returns:
        What has been laid; None when the share is nought and none are left.

    Raises:
        NotYours: there is no such draft for him.
        PlanRefused: it is a school's spread, or no second reader is possible.
        Stale: the input changed since the draft was solved.
    """
    plan = own_draft(session, plan_id=plan_id, by=by)
    if plan.level is not PlanLevel.MUNICIPAL:
        raise PlanRefused("Вторые проверки назначает муниципальный координатор в общем плане.")
    if lib.digest(problem_of(session, plan)) != plan.digest:
        raise Stale(
            "Исходные данные изменились после расчёта: работы, эксперты, конфликты или занятость."
            " Рассчитайте распределение заново."
        )
    price = _lay(session, plan, share) if share else None
    if price is None:
        _take_away(session, plan)
    session.flush()
    _measure(session, plan, at=at)
    doubles = 0 if price is None else price.doubles
    record_plan(session, plan, action="plan.overlapped", by=by, at=at, new={"doubles": doubles})
    return price


def _take_away(session: Session, plan: Plan) -> None:
    laid = [row.id for row in overlap_ground(session, plan).laid]
    session.execute(delete(PlanRow).where(PlanRow.id.in_(laid)))


def _lay(session: Session, plan: Plan, share: float) -> OverlapPrice:
    ground = overlap_ground(session, plan)
    try:
        overlap = plan_overlap(
            ground.problem, ground.plan, share=share, seed=plan.seed, closed=ground.closed
        )
    except lib.AssignmentError as error:
        raise PlanRefused(error.text, **error.params) from error
    _take_away(session, plan)
    receivers = receiving_schools(session, plan)
    for code, expert in overlap.second:
        script_id, expert_id = UUID(code), UUID(expert)
        session.add(
            PlanRow(
                plan_id=plan.id,
                script_id=script_id,
                position=plan.exam.experts_per_script + 1,
                expert_id=expert_id,
                school_id=receivers.school_for(script_id, expert_id),
            )
        )
    (price,) = overlap.prices
    return price


def _measure(session: Session, plan: Plan, *, at: datetime) -> None:
    """The draft is now the answer to a problem that asks for the second readings too."""
    problem = problem_of(session, plan)
    rows = assignments_of(plan_rows(session, plan), exam_readings(session, exam_id=plan.exam_id))
    plan.digest = lib.digest(problem)
    plan.metrics = measured(problem, rows, starts_on=local_day(plan.exam, at))
