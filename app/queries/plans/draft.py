"""One plan: loads, routes, what has no place, what changes, and what it breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.names import Names, class_of_scripts, script_numbers
from app.bridge.plans import assignments_of, broken_rules, names_of, plan_rows, problem_of
from app.bridge.problem import published_scripts
from app.bridge.readings import exam_readings
from app.bridge.titles import ExamTitle, title_of
from app.models import (
    Exam,
    Plan,
    PlanLevel,
    PlanRow,
    PlanState,
    PlanStatus,
    Scheme,
    School,
)
from app.queries.plans.access import may_edit, plan_to_read
from app.queries.plans.changes import ChangeView, list_changes
from app.queries.plans.routes import Picture, draw_routes


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """One expert's share of a plan; `room` is what other work leaves him."""

    expert_id: UUID
    name: str
    school: str | lib.Sentence
    load: int
    room: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One reading; the script goes by its number within the exam."""

    row_id: UUID
    number: int
    of_class: str | lib.Sentence
    position: int
    expert_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteView:
    """Readings that go from one school to another."""

    origin: str
    receiver: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftView:
    """A plan as its coordinator sees it.

    Attributes:
        editable: it is a draft and the person decides over it.
        stale: the input changed since it was solved.
        loads: every expert who could take part, the fullest first.
        rows: readings of the chosen expert; none when nobody is chosen.
        broken: rules that it breaks, as kept sentences.
        replaces: it would take the place of a standing plan.
        changes: differences to that plan.
    """

    plan_id: UUID
    exam_id: UUID
    title: ExamTitle
    level: PlanLevel
    school_id: UUID | None
    school: str | None
    scheme: Scheme
    state: PlanState
    status: PlanStatus
    editable: bool
    stale: bool
    legal_basis: str
    created_at: datetime
    published_at: datetime | None
    metrics: Mapping[str, Any]
    shortages: tuple[Mapping[str, Any], ...]
    loads: tuple[Load, ...]
    chosen: Load | None
    rows: tuple[RowView, ...]
    routes: tuple[RouteView, ...]
    picture: Picture | None
    broken: tuple[Mapping[str, Any], ...]
    replaces: bool
    changes: tuple[ChangeView, ...]


def get_draft(
    session: Session, *, plan_id: UUID, expert_id: UUID | None, actor: Actor
) -> DraftView:
    """A plan, with the readings of one expert if one is named.

    Raises:
        NotYours: there is no such plan for him.
    """
    plan = plan_to_read(session, plan_id=plan_id, actor=actor)
    draft = plan.state is PlanState.DRAFT
    rows, names = plan_rows(session, plan), names_of(session, plan)
    problem = problem_of(session, plan)
    readings = exam_readings(session, exam_id=plan.exam_id)
    loads = _loads(problem, rows, names)
    routes = _routes(session, plan, rows) if plan.scheme is Scheme.CROSS_SCHOOL else ()
    routed = plan.level is PlanLevel.MUNICIPAL and bool(routes)
    broken = broken_rules(problem, assignments_of(rows, readings)) if draft else ()
    return DraftView(
        plan_id=plan.id,
        exam_id=plan.exam_id,
        title=title_of(plan.exam),
        level=plan.level,
        school_id=plan.school_id,
        school=_school_name(session, plan),
        scheme=plan.scheme,
        state=plan.state,
        status=plan.status,
        editable=draft and may_edit(plan, actor),
        stale=draft and lib.digest(problem) != plan.digest,
        legal_basis=plan.legal_basis,
        created_at=plan.created_at,
        published_at=plan.published_at,
        metrics=plan.metrics,
        shortages=tuple(plan.shortages),
        loads=loads,
        chosen=next((one for one in loads if one.expert_id == expert_id), None),
        rows=_row_views(session, plan.exam, rows, names, expert_id),
        routes=routes if routed else (),
        picture=draw_routes([(r.origin, r.receiver, r.count) for r in routes]) if routed else None,
        broken=tuple(names.told(one.sentence) for one in broken),
        replaces=draft and plan.replaces_id is not None,
        changes=list_changes(session, plan=plan, rows=rows, readings=readings) if draft else (),
    )


def _school_name(session: Session, plan: Plan) -> str | None:
    return None if plan.school_id is None else session.get_one(School, plan.school_id).name


def _loads(problem: lib.Problem, rows: Sequence[PlanRow], names: Names) -> tuple[Load, ...]:
    count = Counter(str(row.expert_id) for row in rows if row.expert_id is not None)
    found = [
        Load(
            expert_id=UUID(one.id),
            name=names.of(one.id),
            school=names.said(one.school),
            load=count[one.id],
            room=one.capacity,
        )
        for one in problem.experts
        if one.id not in problem.dropped or count[one.id]
    ]
    return tuple(sorted(found, key=lambda one: (-one.load, one.name, one.expert_id)))


def _row_views(
    session: Session, exam: Exam, rows: Sequence[PlanRow], names: Names, expert_id: UUID | None
) -> tuple[RowView, ...]:
    numbers = script_numbers(session, exam_id=exam.id)
    classes = class_of_scripts(session, exam_id=exam.id)
    found = [
        RowView(
            row_id=row.id,
            number=numbers[row.script_id],
            of_class=names.said(classes[row.script_id]),
            position=row.position,
            expert_id=row.expert_id,
        )
        for row in rows
        if row.script_id in numbers and row.expert_id == expert_id
    ]
    return tuple(sorted(found, key=lambda row: (row.number, row.position)))


def _routes(session: Session, plan: Plan, rows: Sequence[PlanRow]) -> tuple[RouteView, ...]:
    names = dict(session.execute(select(School.id, School.name)).all())
    homes = {
        row.script_id: row.school_id for row in published_scripts(session, exam_id=plan.exam_id)
    }
    count = Counter(
        (names[homes[row.script_id]], names[row.school_id])
        for row in rows
        if row.school_id is not None
    )
    return tuple(
        RouteView(origin=origin, receiver=receiver, count=times)
        for (origin, receiver), times in sorted(count.items())
    )
