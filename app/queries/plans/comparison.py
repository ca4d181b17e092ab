"""One exam: the schemes side by side, or the plan that stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.readings import exam_readings
from app.bridge.reasons import reason_of
from app.bridge.titles import ExamTitle, title_of
from app.models import Exam, Job, Plan, PlanLevel, PlanState, PlanStatus, Scheme
from app.models import JobState as State
from app.queries.plans.access import exam_to_plan
from app.queries.plans.loads import LoadPicture, draw_loads
from app.queries.plans.overview import published_count
from assignment import Sentence

COMPARE_KEY = "compare_schemes:%s:"


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeColumn:
    """One draft in the comparison; `shortages` are kept sentences with names."""

    plan_id: UUID
    scheme: Scheme
    status: PlanStatus
    metrics: Mapping[str, Any]
    shortages: tuple[Mapping[str, Any], ...]
    options: Mapping[str, bool]
    created_at: datetime
    loads: LoadPicture


@dataclass(frozen=True, kw_only=True, slots=True)
class JobState:
    """The newest comparison in the background."""

    running: bool
    failed: bool
    done: int
    total: int | None
    message: Sentence | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The plan that stands."""

    plan_id: UUID
    scheme: Scheme
    status: PlanStatus
    legal_basis: str
    published_at: datetime
    metrics: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Everything on an exam's page of planning.

    Attributes:
        drafts: schemes side by side; empty when none were compared.
        change: the draft that changes the standing plan, if there is one.
        unplaced: readings that have no row in the standing plan, such as scripts that came late.
        leavers: readings in the hands of experts who take no part any more.
        begun: readings with saved points.
    """

    exam_id: UUID
    title: ExamTitle
    held_on: date
    scoring_ends_on: date
    experts_per_script: int
    scripts: int
    job: JobState | None
    drafts: tuple[SchemeColumn, ...]
    change: SchemeColumn | None
    standing: Standing | None
    unplaced: int
    leavers: int
    begun: int


def get_comparison(session: Session, *, exam_id: UUID, actor: Actor) -> Comparison:
    """The exam's page of planning.

    Raises:
        NotYours: there is no such exam for him.
    """
    exam = exam_to_plan(session, exam_id=exam_id, actor=actor)
    plans = _plans(session, exam)
    drafts = _columns([plan for plan in plans if plan.state is PlanState.DRAFT])
    standing = next((plan for plan in plans if plan.state is PlanState.PUBLISHED), None)
    changes = standing is not None and len(drafts) == 1
    readings = [row for row in exam_readings(session, exam_id=exam.id) if row.active and row.place]
    scripts = published_count(session, exam.id)
    return Comparison(
        exam_id=exam.id,
        title=title_of(exam),
        held_on=exam.held_on,
        scoring_ends_on=exam.scoring_ends_on,
        experts_per_script=exam.experts_per_script,
        scripts=scripts,
        job=newest_job(session, exam_id=exam.id),
        drafts=() if changes else tuple(drafts),
        change=drafts[0] if changes else None,
        standing=None if standing is None else _standing(standing),
        unplaced=0 if standing is None else _unplaced(standing, exam, scripts),
        leavers=sum(row.withdrawn_expert and not row.submitted for row in readings),
        begun=sum(row.begun for row in readings),
    )


def _unplaced(standing: Plan, exam: Exam, scripts: int) -> int:
    """Readings without an expert; a second reading by overlap is one more for its script."""
    more = sum(row.position > exam.experts_per_script for row in standing.rows)
    given = sum(row.expert_id is not None for row in standing.rows)
    return scripts * exam.experts_per_script + more - given


def _plans(session: Session, exam: Exam) -> list[Plan]:
    order = {scheme: place for place, scheme in enumerate(Scheme)}
    query = select(Plan).where(
        Plan.exam_id == exam.id,
        Plan.level == PlanLevel.MUNICIPAL,
        Plan.state.in_((PlanState.DRAFT, PlanState.PUBLISHED)),
    )
    return sorted(session.scalars(query), key=lambda plan: (order[plan.scheme], plan.id))


def _columns(plans: list[Plan]) -> list[SchemeColumn]:
    loads = [_loads(plan) for plan in plans]
    top = max((max(row, default=0) for row in loads), default=0)
    return [_column(plan, draw_loads(row, top=top)) for plan, row in zip(plans, loads, strict=True)]


def _loads(plan: Plan) -> list[int]:
    """Readings of every expert who may be used, of those who get none too."""
    found = Counter(row.expert_id for row in plan.rows if row.expert_id is not None)
    idle = max(0, int(plan.metrics["experts"]) - len(found))
    return [*found.values(), *[0] * idle]


def _column(plan: Plan, loads: LoadPicture) -> SchemeColumn:
    return SchemeColumn(
        plan_id=plan.id,
        scheme=plan.scheme,
        status=plan.status,
        metrics=plan.metrics,
        shortages=tuple(plan.shortages),
        options=plan.options,
        created_at=plan.created_at,
        loads=loads,
    )


def _standing(plan: Plan) -> Standing:
    if plan.published_at is None:
        raise RuntimeError("a published plan without its time")
    return Standing(
        plan_id=plan.id,
        scheme=plan.scheme,
        status=plan.status,
        legal_basis=plan.legal_basis,
        published_at=plan.published_at,
        metrics=plan.metrics,
    )


def newest_job(session: Session, *, exam_id: UUID) -> JobState | None:
    """The newest comparison of the exam in the background."""
    job = session.scalars(
        select(Job)
        .where(Job.key.startswith(COMPARE_KEY % exam_id))
        .order_by(Job.created_at.desc(), Job.id)
        .limit(1)
    ).first()
    if job is None:
        return None
    return JobState(
        running=job.state in (State.WAITING, State.RUNNING),
        failed=job.state is State.FAILED,
        done=job.done_steps,
        total=job.total_steps,
        message=reason_of(job),
    )
