"""Drafts: storing one, finding one's own, the problem behind it, discarding it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor, Permission
from app.audit import record
from app.bridge.hours import day_in
from app.bridge.options import PlanOptions
from app.bridge.places import get_exam_of
from app.bridge.problem import published_scripts
from app.errors import NotYours
from app.models import Exam, Expert, Plan, PlanLevel, PlanRow, PlanState, Scheme
from app.services.planning.solving import PlanRefused, Row, Solved


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a draft belongs.

    Attributes:
        exam: the exam.
        scheme: the scheme.
        options: the coordinator's ticks.
        replaces_id: the plan that stands now, if one does.
        parent_id: for a school's spread, the municipality's plan.
        school_id: for a school's spread, the school.
    """

    exam: Exam
    scheme: Scheme
    options: PlanOptions
    replaces_id: UUID | None
    parent_id: UUID | None = None
    school_id: UUID | None = None

    @property
    def level(self) -> PlanLevel:
        """Whose draft it is."""
        return PlanLevel.MUNICIPAL if self.school_id is None else PlanLevel.SCHOOL


def own_exam(session: Session, *, exam_id: UUID, by: Actor) -> Exam:
    """The exam, for a coordinator who chooses its scheme.

    Raises:
        NotYours: there is no such exam, or it is of another municipality.
    """
    return get_exam_of(session, exam_id=exam_id, permission=Permission.CHOOSE_SCHEME, by=by)


def own_draft(session: Session, *, plan_id: UUID, by: Actor) -> Plan:
    """The draft, locked, for the coordinator of its level.

    Raises:
        NotYours: there is no such plan, or it is another coordinator's.
        PlanRefused: it is no draft any more.
    """
    plan = session.scalar(select(Plan).where(Plan.id == plan_id).with_for_update())
    if plan is None:
        raise NotYours
    if plan.level is PlanLevel.SCHOOL:
        by.require(Permission.SPREAD_SCRIPTS, school_id=plan.school_id)
    else:
        by.require(Permission.CHOOSE_SCHEME, municipality_id=plan.exam.campaign.municipality_id)
    if plan.state is not PlanState.DRAFT:
        raise PlanRefused("Это уже не черновик. Откройте распределение работы заново.")
    return plan


def store_draft(
    session: Session,
    *,
    origin: Origin,
    solved: Solved,
    rows: Sequence[Row],
    seed: int,
    by: Actor,
    at: datetime,
) -> Plan:
    """Keep a solved draft with its rows."""
    plan = Plan(
        exam_id=origin.exam.id,
        level=origin.level,
        school_id=origin.school_id,
        parent_id=origin.parent_id,
        replaces_id=origin.replaces_id,
        scheme=origin.scheme,
        status=solved.status,
        seed=seed,
        digest=solved.digest,
        solver_version=lib.SOLVER,
        options=origin.options.as_json(),
        metrics=solved.metrics,
        shortages=solved.shortages,
        created_at=at,
        created_by_id=by.person_id,
    )
    session.add(plan)
    session.flush()
    _store_rows(session, plan, rows)
    record_plan(session, plan, action="plan.drafted", by=by, at=at, new={"status": plan.status})
    return plan


def _store_rows(session: Session, plan: Plan, rows: Sequence[Row]) -> None:
    receivers = receiving_schools(session, plan)
    values = [
        {
            "plan_id": plan.id,
            "script_id": row.script_id,
            "position": row.position,
            "expert_id": row.expert_id,
            "school_id": receivers.school_for(row.script_id, row.expert_id),
        }
        for row in rows
    ]
    if values:
        session.execute(insert(PlanRow), values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Receivers:
    """Which school receives a reading under a plan's scheme."""

    scheme: Scheme
    school_of_script: Mapping[UUID, UUID]
    school_of_expert: Mapping[UUID, UUID]

    def school_for(self, script_id: UUID, expert_id: UUID | None) -> UUID | None:
        """The receiving school; None under the municipal commission, and while nobody reads."""
        if expert_id is None:
            return None
        match self.scheme:
            case Scheme.MUNICIPAL:
                return None
            case Scheme.IN_SCHOOL:
                return self.school_of_script[script_id]
            case Scheme.CROSS_SCHOOL:
                return self.school_of_expert[expert_id]


def receiving_schools(session: Session, plan: Plan) -> Receivers:
    """The receiving schools of a plan's readings."""
    scripts = published_scripts(session, exam_id=plan.exam_id)
    experts = session.execute(select(Expert.id, Expert.school_id))
    return Receivers(
        scheme=plan.scheme,
        school_of_script={row.script_id: row.school_id for row in scripts},
        school_of_expert=dict(experts.all()),
    )


def all_places(
    session: Session, exam: Exam, planned: Mapping[UUID, int] | None = None
) -> dict[UUID, tuple[int, ...]]:
    """Every published script and the positions that its readers take."""
    more = planned or {}
    return {
        script: tuple(range(1, max(exam.experts_per_script, more.get(script, 0)) + 1))
        for script in (row.script_id for row in published_scripts(session, exam_id=exam.id))
    }


def discard_draft(session: Session, *, plan_id: UUID, by: Actor, at: datetime) -> None:
    """Put a draft aside; it stays readable in the trail."""
    plan = own_draft(session, plan_id=plan_id, by=by)
    plan.state = PlanState.DISCARDED
    record_plan(session, plan, action="plan.discarded", by=by, at=at)


def discard_drafts(session: Session, *, exam_id: UUID, school_id: UUID | None) -> None:
    """Put aside every draft of one level and place, because another one counts now."""
    session.execute(
        update(Plan)
        .where(
            Plan.exam_id == exam_id,
            Plan.school_id.is_(None) if school_id is None else Plan.school_id == school_id,
            Plan.state == PlanState.DRAFT,
        )
        .values(state=PlanState.DISCARDED)
    )


def local_day(exam: Exam, at: datetime) -> date:
    """The day of a moment in the exam's municipality, not before the day of the exam."""
    return max(day_in(exam.campaign.municipality, at), exam.held_on)


def record_plan(
    session: Session,
    plan: Plan,
    *,
    action: str,
    by: Actor,
    at: datetime,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
) -> None:
    """One event of a plan for the trail."""
    record(
        session,
        action=action,
        subject_kind="plan",
        subject_id=plan.id,
        by=by,
        at=at,
        municipality_id=plan.exam.campaign.municipality_id,
        school_id=plan.school_id,
        exam_id=plan.exam_id,
        old=old,
        new={"scheme": plan.scheme, **(new or {})},
        why=plan.legal_basis,
    )
