"""Rows of plans -> the assignment library's values: a plan's problem, its rows, its names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import assignment as lib
from app.bridge.names import Names, exam_names
from app.bridge.options import PlanOptions
from app.bridge.problem import exam_problem, school_problem
from app.bridge.readings import Reading
from app.models import BLIND, Assignment, Exam, Plan, PlanLevel, PlanRow, PlanState, Scheme, Script


def problem_of(session: Session, plan: Plan) -> lib.Problem:
    """The problem of a plan as the rows tell it now."""
    if plan.parent_id is None or plan.school_id is None:
        return exam_problem(
            session,
            exam=plan.exam,
            scheme=plan.scheme,
            options=PlanOptions.from_json(plan.options),
            planned=Counter(row.script_id for row in plan_rows(session, plan)),
        )
    parent = session.get_one(Plan, plan.parent_id)
    return school_problem(session, parent=parent, school_id=plan.school_id)


def names_of(session: Session, plan: Plan) -> Names:
    """What keys are called to the coordinator of the plan's level."""
    return names_for(session, exam=plan.exam, scheme=plan.scheme, school_id=plan.school_id)


def names_for(session: Session, *, exam: Exam, scheme: Scheme, school_id: UUID | None) -> Names:
    """What keys are called; a school that scores for others does not learn for whom."""
    hide = school_id is not None and scheme is Scheme.CROSS_SCHOOL
    return exam_names(session, exam=exam, hide_origin=hide)


def plan_rows(session: Session, plan: Plan) -> list[PlanRow]:
    """The rows of a plan, by script and position."""
    query = (
        select(PlanRow)
        .where(PlanRow.plan_id == plan.id)
        .order_by(PlanRow.script_id, PlanRow.position)
    )
    return list(session.scalars(query))


def readings_wanted(session: Session, script: Script) -> int:
    """How many independent readings settle a script: the exam's number, or more by the plan.

    A reading that was called for later counts as well.
    """
    query = (
        select(func.count())
        .select_from(PlanRow)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .where(
            PlanRow.script_id == script.id,
            Plan.level == PlanLevel.MUNICIPAL,
            Plan.state == PlanState.PUBLISHED,
        )
    )
    given = select(func.count()).where(
        Assignment.script_id == script.id,
        Assignment.round.in_(BLIND),
        Assignment.withdrawn_at.is_(None),
    )
    return max(
        script.exam.experts_per_script, session.scalar(query) or 0, session.scalar(given) or 0
    )


def received_places(
    session: Session, *, parent_id: UUID, school_id: UUID
) -> frozenset[tuple[UUID, int]]:
    """The readings that a school received by the municipality's plan."""
    query = select(PlanRow.script_id, PlanRow.position).where(
        PlanRow.plan_id == parent_id, PlanRow.school_id == school_id
    )
    return frozenset((script, position) for script, position in session.execute(query))


def assignments_of(
    rows: Iterable[PlanRow], readings: Iterable[Reading]
) -> tuple[lib.Assignment, ...]:
    """Rows as the library's assignments, without what a leaver has finished."""
    done = {reading.place for reading in readings if reading.finished_by_leaver}
    experts: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        if row.expert_id is not None and (row.script_id, row.position) not in done:
            experts[row.script_id].append(str(row.expert_id))
    return tuple(
        lib.Assignment(code=str(script), experts=tuple(names)) for script, names in experts.items()
    )


def published_plan_id(
    session: Session, *, exam_id: UUID, school_id: UUID | None = None
) -> UUID | None:
    """The standing plan of the municipality, or of a school."""
    level = PlanLevel.MUNICIPAL if school_id is None else PlanLevel.SCHOOL
    query = select(Plan.id).where(
        Plan.exam_id == exam_id,
        Plan.level == level,
        Plan.school_id.is_(None) if school_id is None else Plan.school_id == school_id,
        Plan.state == PlanState.PUBLISHED,
    )
    return session.scalar(query)


def as_plan(problem: lib.Problem, rows: Iterable[lib.Assignment]) -> lib.Plan:
    """Rows as the library's plan of this problem, for measuring and checking."""
    return lib.Plan(assignments=tuple(rows), seed=0, digest=lib.digest(problem), gap=None)


def broken_rules(problem: lib.Problem, rows: Iterable[lib.Assignment]) -> tuple[lib.Violation, ...]:
    """Every rule that rows break, by the independent check."""
    return lib.verify(problem, as_plan(problem, rows))
