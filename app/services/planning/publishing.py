"""Publishing a draft: checked once more by the independent verifier, then assignments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.names import Names, sentence_of
from app.bridge.readings import Reading, exam_readings
from app.errors import Stale
from app.models import Plan, PlanLevel, PlanRow, PlanState, Scheme, School
from app.services.planning.assigning import Wanted, issue
from app.services.planning.drafts import (
    assignments_of,
    discard_drafts,
    names_of,
    own_draft,
    plan_rows,
    problem_of,
    published_plan_id,
    received_places,
    record_plan,
)
from app.services.planning.solving import PlanRefused, as_plan

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
    changed = issue(session, plan=plan, wanted=_wanted(session, plan, rows, readings), at=at)
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


def _check_turn(session: Session, plan: Plan) -> None:
    standing = published_plan_id(session, exam_id=plan.exam_id, school_id=plan.school_id)
    above = published_plan_id(session, exam_id=plan.exam_id) if plan.parent_id else None
    if standing != plan.replaces_id or above != plan.parent_id:
        raise Stale(
            "Пока вы смотрели черновик, другое распределение уже опубликовали."
            " Откройте работу заново: опубликованное ничем не затёрто."
        )


def _check_rules(problem: lib.Problem, rows: Sequence[lib.Assignment], names: Names) -> None:
    broken = lib.verify(problem, as_plan(problem, rows))
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


def _wanted(
    session: Session, plan: Plan, rows: Sequence[PlanRow], readings: Sequence[Reading]
) -> Wanted:
    """Which expert is to hold each reading that this plan governs."""
    experts = {
        (row.script_id, row.position): row.expert_id for row in rows if row.expert_id is not None
    }
    if plan.parent_id is not None and plan.school_id is not None:
        received = received_places(session, parent_id=plan.parent_id, school_id=plan.school_id)
        return Wanted(experts=experts, governed=received)
    if plan.scheme is Scheme.MUNICIPAL:
        return Wanted(experts=experts, governed=None)
    standing = {(row.place, row.expert_id) for row in readings if row.active}
    at_once = _given_at_once(session, rows)
    return Wanted(
        experts={
            place: expert
            for place, expert in experts.items()
            if (place, expert) in standing or place in at_once
        },
        governed=None,
    )


def _given_at_once(session: Session, rows: Sequence[PlanRow]) -> frozenset[tuple[UUID, int]]:
    """Readings routed to schools that take no part: nobody there spreads them."""
    outside = set(session.scalars(select(School.id).where(School.participating.is_(False))))
    return frozenset((row.script_id, row.position) for row in rows if row.school_id in outside)
