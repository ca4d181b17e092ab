"""What a school received, and how far its spread is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.plans import published_plan_id, received_places
from app.bridge.readings import exam_readings
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Expert, Person, Plan, PlanLevel, PlanState, Scheme
from app.queries.plans.access import school_that_spreads
from app.queries.plans.progress import ProgressLine, progress_lines


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedView:
    """A school's page of one exam.

    Attributes:
        received: readings routed to the school.
        given: of them, with an expert.
        leavers: of them, in the hands of experts who take no part any more.
        draft_id: the draft of the spread, if one is open.
        standing_id: the published spread, if there is one.
        experts: what each of its experts has and has done.
    """

    exam_id: UUID
    school_id: UUID
    school: str
    title: ExamTitle
    scheme: Scheme
    scoring_ends_on: date
    received: int
    given: int
    leavers: int
    draft_id: UUID | None
    standing_id: UUID | None
    experts: tuple[ProgressLine, ...]


def get_received(session: Session, *, exam_id: UUID, school_id: UUID, actor: Actor) -> ReceivedView:
    """A school's page of one exam.

    Raises:
        NotYours: the school is not his, or nothing was routed to it.
    """
    school = school_that_spreads(session, school_id=school_id, actor=actor)
    parent_id = published_plan_id(session, exam_id=exam_id)
    if parent_id is None:
        raise NotYours
    parent = session.get_one(Plan, parent_id)
    places = received_places(session, parent_id=parent_id, school_id=school_id)
    if not places:
        raise NotYours
    readings = exam_readings(session, exam_id=exam_id)
    held = [row for row in readings if row.active and row.place in places]
    holders = {row.place: row.expert_id for row in held if row.place is not None}
    names = dict(
        session.execute(
            select(Expert.id, Person.display_name).join(Person, Person.id == Expert.person_id)
        ).all()
    )
    return ReceivedView(
        exam_id=exam_id,
        school_id=school_id,
        school=school.name,
        title=title_of(parent.exam),
        scheme=parent.scheme,
        scoring_ends_on=parent.exam.scoring_ends_on,
        received=len(places),
        given=len(held),
        leavers=sum(row.withdrawn_expert and not row.submitted for row in held),
        draft_id=_draft_id(session, exam_id, school_id),
        standing_id=published_plan_id(session, exam_id=exam_id, school_id=school_id),
        experts=progress_lines(dict(holders), names, readings),
    )


def _draft_id(session: Session, exam_id: UUID, school_id: UUID) -> UUID | None:
    query = select(Plan.id).where(
        Plan.exam_id == exam_id,
        Plan.level == PlanLevel.SCHOOL,
        Plan.school_id == school_id,
        Plan.state == PlanState.DRAFT,
    )
    return session.scalar(query.order_by(Plan.created_at.desc(), Plan.id).limit(1))
