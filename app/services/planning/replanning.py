"""Planning again: somebody left, or scripts came late; and a school's spread."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.options import PlanOptions
from app.bridge.plans import plan_rows, published_plan_id, received_places
from app.bridge.problem import exam_problem, school_problem
from app.errors import NotYours
from app.models import Exam, Plan
from app.services.planning.anew import draft_again, standing_task
from app.services.planning.drafts import (
    Origin,
    all_places,
)
from app.services.planning.solving import PlanRefused

_WHO_PLANS_AGAIN = (Permission.CHOOSE_SCHEME, Permission.LEAD_SCORING)


def replan(session: Session, *, exam_id: UUID, seed: int, by: Actor, at: datetime) -> Plan:
    """A draft that changes the municipality's standing plan as little as can be.

    The chair who leads the scoring may ask for it too; the coordinator publishes.

    Raises:
        NotYours: the exam is not his.
        PlanRefused: nothing is published yet.
    """
    exam = _exam_of(session, exam_id, by)
    standing = _standing_plan(session, exam_id=exam_id)
    options = PlanOptions.from_json(standing.options)
    origin = Origin(exam=exam, scheme=standing.scheme, options=options, replaces_id=standing.id)
    rows = plan_rows(session, standing)
    planned = Counter(row.script_id for row in rows)
    problem = exam_problem(
        session, exam=exam, scheme=standing.scheme, options=options, planned=planned
    )
    proposed = {
        (row.script_id, row.position): row.expert_id for row in rows if row.expert_id is not None
    }
    places = frozenset(
        (script, position)
        for script, positions in all_places(session, exam, planned).items()
        for position in positions
    )
    task = standing_task(session, origin, problem, places, proposed)
    return draft_again(session, origin, task, seed=seed, by=by, at=at)


def spread_in_school(
    session: Session, *, exam_id: UUID, school_id: UUID, seed: int, by: Actor, at: datetime
) -> Plan:
    """A draft of a school's spread over its experts (P 7.6); what stands changes least.

    Raises:
        NotYours: the school is not his, or nothing was routed to it.
    """
    by.require(Permission.SPREAD_SCRIPTS, school_id=school_id)
    parent_id = published_plan_id(session, exam_id=exam_id)
    if parent_id is None:
        raise NotYours
    parent = session.get_one(Plan, parent_id)
    places = received_places(session, parent_id=parent_id, school_id=school_id)
    if not places:
        raise NotYours
    origin = Origin(
        exam=parent.exam,
        scheme=parent.scheme,
        options=PlanOptions.from_json(parent.options),
        replaces_id=published_plan_id(session, exam_id=exam_id, school_id=school_id),
        parent_id=parent_id,
        school_id=school_id,
    )
    problem = school_problem(session, parent=parent, school_id=school_id)
    task = standing_task(session, origin, problem, places, {})
    return draft_again(session, origin, task, seed=seed, by=by, at=at)


def _exam_of(session: Session, exam_id: UUID, by: Actor) -> Exam:
    found = session.get(Exam, exam_id)
    if found is None:
        raise NotYours
    place = found.campaign.municipality_id
    if not any(by.may(one, municipality_id=place) for one in _WHO_PLANS_AGAIN):
        raise NotYours
    return found


def _standing_plan(session: Session, *, exam_id: UUID) -> Plan:
    found = published_plan_id(session, exam_id=exam_id)
    if found is None:
        raise PlanRefused("Пересчитывать нечего: распределение ещё не опубликовано.")
    return session.get_one(Plan, found)
