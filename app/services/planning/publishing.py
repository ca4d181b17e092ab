"""Publishing a draft: checked once more by the independent verifier, then assignments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.controls import control_pool, list_readers, scoring_days_left
from app.bridge.names import Names, sentence_of
from app.bridge.plans import (
    assignments_of,
    broken_rules,
    names_of,
    plan_rows,
    problem_of,
    published_plan_id,
    received_places,
)
from app.bridge.readings import Reading, exam_readings
from app.controls import plant_controls
from app.errors import Stale
from app.models import ControlUse, Plan, PlanLevel, PlanRow, PlanState, Scheme, School
from app.services.planning.assigning import Wanted, issue
from app.services.planning.drafts import discard_drafts, own_draft, record_plan
from app.services.planning.solving import PlanRefused

SHOWN_VIOLATIONS = 3


def publish_plan(
    session: Session, *, plan_id: UUID, legal_basis: str = "", by: Actor, at: datetime
) -> Plan:
    """Make a draft the standing plan; the one before it becomes superseded.

    A municipal plan of the two-level schemes gives each school its scripts; assignments follow
    when the school publishes its spread.

    Raises:
        Stale: another plan was published meanwhile, or the input changed since it was solved.
        PlanRefused: the plan breaks a rule, is empty, or lacks its legal basis.
    """
    plan = own_draft(session, plan_id=plan_id, by=by)
    _check_turn(session, plan)
    problem = problem_of(session, plan)
    if lib.digest(problem) != plan.digest:
        raise Stale(
            "Исходные данные изменились после расчёта: работы, эксперты, конфликты или занятость."
            " Рассчитайте распределение заново."
        )
    rows = plan_rows(session, plan)
    readings = exam_readings(session, exam_id=plan.exam_id)
    _check_rules(problem, assignments_of(rows, readings), names_of(session, plan))
    _check_named(plan, rows, legal_basis)
    _supersede(session, plan, by=by, at=at)
    plan.state, plan.published_at, plan.published_by_id = PlanState.PUBLISHED, at, by.person_id
    plan.legal_basis = legal_basis.strip()
    session.flush()
    wanted = Wanted(
        experts=_experts(session, plan, rows, readings),
        governed=_governed(session, plan),
        barred=_barred(problem, readings),
    )
    changed = issue(session, plan=plan, wanted=wanted, at=at)
    _lay_controls(session, plan, at=at)
    discard_drafts(session, exam_id=plan.exam_id, school_id=plan.school_id)
    record_plan(
        session,
        plan,
        action="plan.published",
        by=by,
        at=at,
        new={"issued": changed.issued, "withdrawn": changed.withdrawn, "rows": len(rows)},
    )
    return plan


def _lay_controls(session: Session, plan: Plan, *, at: datetime) -> None:
    """Controls stand in a list from its first day: one that grew later could be told by that."""
    pool = control_pool(
        session,
        exam=plan.exam,
        use=ControlUse.CONTROL,
        experts=list_readers(session, exam_id=plan.exam_id),
    )
    days = scoring_days_left(session, plan.exam, at)
    plant_controls(session, plan.exam, pool=pool, days_left=days, at=at)


def _check_turn(session: Session, plan: Plan) -> None:
    standing = published_plan_id(session, exam_id=plan.exam_id, school_id=plan.school_id)
    above = published_plan_id(session, exam_id=plan.exam_id) if plan.parent_id else None
    if standing != plan.replaces_id or above != plan.parent_id:
        raise Stale(
            "Пока вы смотрели черновик, другое распределение уже опубликовали."
            " Откройте работу заново: опубликованное ничем не затёрто."
        )


def _check_rules(problem: lib.Problem, rows: Sequence[lib.Assignment], names: Names) -> None:
    broken = broken_rules(problem, rows)
    if not broken:
        return
    told = "; ".join(
        sentence_of(names.told(one.sentence), str) for one in broken[:SHOWN_VIOLATIONS]
    )
    raise PlanRefused(
        "Распределение нарушает правила (нарушений: %(count)s), публиковать его нельзя. %(told)s",
        count=len(broken),
        told=told,
    )


def _check_named(plan: Plan, rows: Sequence[PlanRow], legal_basis: str) -> None:
    if not rows:
        raise PlanRefused("Публиковать нечего: ни одна работа не нашла места.")
    if plan.level is PlanLevel.MUNICIPAL and not legal_basis.strip():
        raise PlanRefused("Укажите основание: номер и дату приказа о схеме проверки.")


def _supersede(session: Session, plan: Plan, *, by: Actor, at: datetime) -> None:
    if plan.replaces_id is None:
        return
    old = session.get_one(Plan, plan.replaces_id)
    replaced = [old, *(_spreads(session, old) if old.scheme is not plan.scheme else ())]
    for one in replaced:
        one.state = PlanState.SUPERSEDED
        record_plan(session, one, action="plan.superseded", by=by, at=at)
    session.flush()


def _spreads(session: Session, plan: Plan) -> Sequence[Plan]:
    """The standing spreads of schools under the municipality's plan."""
    query = select(Plan).where(
        Plan.exam_id == plan.exam_id,
        Plan.level == PlanLevel.SCHOOL,
        Plan.state == PlanState.PUBLISHED,
    )
    return session.scalars(query.order_by(Plan.id)).all()


def _governed(session: Session, plan: Plan) -> frozenset[tuple[UUID, int]] | None:
    if plan.parent_id is None or plan.school_id is None:
        return None
    return received_places(session, parent_id=plan.parent_id, school_id=plan.school_id)


def _barred(problem: lib.Problem, readings: Sequence[Reading]) -> frozenset[tuple[UUID, UUID]]:
    """Readers whom a rule keeps from their script by now, such as a conflict declared late."""
    pairs = [
        lib.Assignment(code=str(row.script_id), experts=(str(row.expert_id),))
        for row in readings
        if row.active and row.place is not None
    ]
    return frozenset(
        (UUID(one.code), UUID(one.expert))
        for one in broken_rules(problem, pairs)
        if one.code and one.expert
    )


def _experts(
    session: Session, plan: Plan, rows: Sequence[PlanRow], readings: Sequence[Reading]
) -> dict[tuple[UUID, int], UUID]:
    """Which expert is to hold each reading; under a routing only what stands already."""
    experts = {
        (row.script_id, row.position): row.expert_id for row in rows if row.expert_id is not None
    }
    if plan.level is PlanLevel.SCHOOL or plan.scheme is Scheme.MUNICIPAL:
        return experts
    standing = {(row.place, row.expert_id) for row in readings if row.active}
    at_once = _given_at_once(session, rows)
    return {
        place: expert
        for place, expert in experts.items()
        if (place, expert) in standing or place in at_once
    }


def _given_at_once(session: Session, rows: Sequence[PlanRow]) -> frozenset[tuple[UUID, int]]:
    """Readings routed to schools that take no part: nobody there spreads them."""
    outside = set(session.scalars(select(School.id).where(School.participating.is_(False))))
    return frozenset((row.script_id, row.position) for row in rows if row.school_id in outside)
