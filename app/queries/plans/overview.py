"""The list of exams with the state of planning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.readings import exam_readings
from app.bridge.titles import ExamTitle, title_of
from app.models import (
    Assignment,
    Campaign,
    Exam,
    Plan,
    PlanLevel,
    PlanRow,
    PlanState,
    Scheme,
    School,
    Script,
    Sheet,
)


class Planned(StrEnum):
    """How far the planning of an exam is."""

    NOTHING = "nothing"
    READY = "ready"
    DRAFTED = "drafted"
    PUBLISHED = "published"


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolShare:
    """What a school received of an exam, and how much of it has its expert."""

    school_id: UUID
    school: str
    received: int
    spread: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamLine:
    """One exam in the list.

    Attributes:
        chooses: the person chooses its scheme.
        shares: what his schools received.
        assigned: readings that have their expert, and of them `done` handed in.
    """

    exam_id: UUID
    title: ExamTitle
    held_on: date
    scoring_ends_on: date
    scripts: int
    state: Planned
    scheme: Scheme | None
    assigned: int
    done: int
    chooses: bool
    shares: tuple[SchoolShare, ...]


def list_exams(session: Session, *, actor: Actor) -> tuple[ExamLine, ...]:
    """Exams that the person plans, or of which his school received scripts; the latest first."""
    own = actor.municipality_ids(Permission.CHOOSE_SCHEME)
    schools = session.scalars(
        select(School).where(School.id.in_(actor.school_ids(Permission.SPREAD_SCRIPTS)))
    ).all()
    places = own | {school.municipality_id for school in schools}
    query = (
        select(Exam)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .where(Campaign.municipality_id.in_(places))
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    return tuple(
        _line(session, exam, chooses=exam.campaign.municipality_id in own, schools=schools)
        for exam in session.scalars(query)
    )


def _line(session: Session, exam: Exam, *, chooses: bool, schools: Sequence[School]) -> ExamLine:
    standing = session.scalar(
        select(Plan).where(
            Plan.exam_id == exam.id,
            Plan.level == PlanLevel.MUNICIPAL,
            Plan.state == PlanState.PUBLISHED,
        )
    )
    scripts = published_count(session, exam.id)
    assigned, done = _counts(session, exam.id)
    return ExamLine(
        exam_id=exam.id,
        title=title_of(exam),
        held_on=exam.held_on,
        scoring_ends_on=exam.scoring_ends_on,
        scripts=scripts,
        state=_state(session, exam, standing, scripts),
        scheme=standing.scheme if standing is not None else None,
        assigned=assigned,
        done=done,
        chooses=chooses,
        shares=tuple(
            share
            for school in schools
            if standing is not None
            for share in school_share(session, plan=standing, school=school)
        ),
    )


def published_count(session: Session, exam_id: UUID) -> int:
    """Published scripts of an exam."""
    query = select(func.count(Script.id)).where(
        Script.exam_id == exam_id, Script.published_at.is_not(None)
    )
    return session.scalar(query) or 0


def _counts(session: Session, exam_id: UUID) -> tuple[int, int]:
    query = (
        select(func.count(Assignment.id), func.count(Sheet.submitted_at))
        .join(Script, Script.id == Assignment.script_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(Script.exam_id == exam_id, Assignment.withdrawn_at.is_(None))
    )
    assigned, done = session.execute(query).one()
    return assigned, done


def _state(session: Session, exam: Exam, standing: Plan | None, scripts: int) -> Planned:
    if standing is not None:
        return Planned.PUBLISHED
    draft = select(Plan.id).where(Plan.exam_id == exam.id, Plan.state == PlanState.DRAFT)
    if session.scalar(draft.limit(1)) is not None:
        return Planned.DRAFTED
    return Planned.READY if scripts else Planned.NOTHING


def school_share(session: Session, *, plan: Plan, school: School) -> list[SchoolShare]:
    """What a school received by a plan; nothing when nothing was routed to it."""
    if plan.scheme is Scheme.MUNICIPAL:
        return []
    received = session.execute(
        select(PlanRow.script_id, PlanRow.position).where(
            PlanRow.plan_id == plan.id, PlanRow.school_id == school.id
        )
    ).all()
    if not received:
        return []
    held = _held(session, plan.exam_id)
    return [
        SchoolShare(
            school_id=school.id,
            school=school.name,
            received=len(received),
            spread=sum((script, position) in held for script, position in received),
        )
    ]


def _held(session: Session, exam_id: UUID) -> frozenset[tuple[UUID, int]]:
    readings = exam_readings(session, exam_id=exam_id)
    return frozenset(row.place for row in readings if row.active and row.place is not None)
