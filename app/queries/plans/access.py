"""Exams and plans loaded with the person who asks; what is not his is not there."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_exam_of
from app.errors import NotYours
from app.models import Exam, Plan, School


def exam_to_plan(session: Session, *, exam_id: UUID, actor: Actor) -> Exam:
    """The exam, for a coordinator who chooses its scheme.

    Raises:
        NotYours: there is none, or it is another municipality's.
    """
    return get_exam_of(session, exam_id=exam_id, permission=Permission.CHOOSE_SCHEME, by=actor)


def plan_to_read(session: Session, *, plan_id: UUID, actor: Actor) -> Plan:
    """The plan: a municipality's for its coordinator, a school's for both coordinators.

    Raises:
        NotYours: there is none, or it is another's.
    """
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotYours
    if not may_edit(plan, actor):
        actor.require(Permission.CHOOSE_SCHEME, municipality_id=plan.exam.campaign.municipality_id)
    return plan


def may_edit(plan: Plan, actor: Actor) -> bool:
    """Whether the person decides over the plan, and does not only see it."""
    if plan.school_id is not None:
        return actor.may(Permission.SPREAD_SCRIPTS, school_id=plan.school_id)
    place = plan.exam.campaign.municipality_id
    return actor.may(Permission.CHOOSE_SCHEME, municipality_id=place)


def school_that_spreads(session: Session, *, school_id: UUID, actor: Actor) -> School:
    """The school, for its coordinator.

    Raises:
        NotYours: there is none, or it is another's.
    """
    school = session.get(School, school_id)
    if school is None:
        raise NotYours
    actor.require(Permission.SPREAD_SCRIPTS, school_id=school_id)
    return school
