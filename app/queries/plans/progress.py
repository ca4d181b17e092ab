"""After publishing: given, begun, done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.readings import Reading, exam_readings
from app.models import Expert, Person, Plan, PlanRow, PlanState, Scheme, School
from app.queries.plans.access import exam_to_plan


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressLine:
    """A school, or an expert of the municipal commission.

    Attributes:
        name: its name.
        received: readings routed to it.
        given: of them, with an expert.
        begun: of them, with saved points.
        done: of them, handed in.
    """

    name: str
    received: int
    given: int
    begun: int
    done: int


def list_progress(session: Session, *, exam_id: UUID, actor: Actor) -> tuple[ProgressLine, ...]:
    """Lines of the standing plan; the least done first.

    Raises:
        NotYours: there is no such exam for him.
    """
    exam = exam_to_plan(session, exam_id=exam_id, actor=actor)
    plan = session.scalar(
        select(Plan).where(
            Plan.exam_id == exam.id,
            Plan.school_id.is_(None),
            Plan.state == PlanState.PUBLISHED,
        )
    )
    if plan is None:
        return ()
    rows = session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id)).all()
    if plan.scheme is Scheme.MUNICIPAL:
        groups = {(row.script_id, row.position): row.expert_id for row in rows}
        names = _expert_names(session)
    else:
        groups = {(row.script_id, row.position): row.school_id for row in rows}
        names = dict(session.execute(select(School.id, School.name)).all())
    readings = exam_readings(session, exam_id=exam.id)
    return progress_lines(groups, names, readings)


def _expert_names(session: Session) -> dict[UUID, str]:
    query = select(Expert.id, Person.display_name).join(Person, Person.id == Expert.person_id)
    return dict(session.execute(query).all())


def progress_lines(
    groups: dict[tuple[UUID, int], UUID | None],
    names: dict[UUID, str],
    readings: tuple[Reading, ...],
) -> tuple[ProgressLine, ...]:
    """Counts by group: (script, position) -> the school or expert that answers for it."""
    active = [row for row in readings if row.active and row.place in groups]
    received = Counter(groups.values())
    given = Counter(groups[row.place] for row in active if row.place)
    begun = Counter(groups[row.place] for row in active if row.place and row.begun)
    done = Counter(groups[row.place] for row in active if row.place and row.submitted)
    lines = [
        ProgressLine(
            name=names[key],
            received=received[key],
            given=given[key],
            begun=begun[key],
            done=done[key],
        )
        for key in received
        if key is not None
    ]
    return tuple(sorted(lines, key=lambda one: (one.done / one.received, one.name)))
