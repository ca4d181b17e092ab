"""The trail as coordinators, chairs and administrators read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from app.access import REGION_ROLES, Actor, Permission
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import AuditEvent, Exam, Person, School
from app.queries.scope import municipality_ids, school_ids
from app.queries.trail_points import hidden_events, without_points

PAGE_SIZE = 50
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailFilter:
    """What the reader looks for; empty fields look for everything."""

    action: str = ""
    login: str = ""
    exam_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EventView:
    """One event as a person reads it; `who` is empty for what the installation did by itself.

    `is_hidden` says that points stand in it which the reader is not told.
    """

    id: UUID
    at: datetime
    who: str
    login: str
    origin: str
    action: str
    place: str
    exam: ExamTitle | None
    old: dict[str, Any]
    new: dict[str, Any]
    why: str
    is_hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailPage:
    """One page of events, the newest first, and where the next one begins."""

    events: tuple[EventView, ...]
    older: UUID | None


def read_trail(
    session: Session, *, actor: Actor, wanted: TrailFilter, before: UUID | None = None
) -> TrailPage:
    """Events in the reader's places, the newest first, a page at a time.

    Args:
        session: a reading session.
        actor: who reads.
        wanted: the filter.
        before: the last event of the page before.
    """
    query = (
        select(AuditEvent, Person, School.name, Exam)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .outerjoin(School, School.id == AuditEvent.school_id)
        .outerjoin(Exam, Exam.id == AuditEvent.exam_id)
        .where(_in_scope(session, actor), *_conditions(wanted))
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    rows = session.execute(_after(session, query, before)).all()
    hidden = hidden_events(session, [row[0] for row in rows], actor=actor)
    events = tuple(_view(*row, is_hidden=row[0].id in hidden) for row in rows[:PAGE_SIZE])
    return TrailPage(events=events, older=events[-1].id if len(rows) > PAGE_SIZE else None)


def check_reach(session: Session, *, exam_id: UUID, actor: Actor) -> None:
    """Pass for an exam of a municipality in which the actor reads the trail somewhere.

    Raises:
        NotYours: there is no such exam, or it lies elsewhere.
    """
    exam = session.get(Exam, exam_id)
    places = municipality_ids(session, actor=actor, permission=Permission.READ_TRAIL)
    if exam is None or exam.campaign.municipality_id not in places:
        raise NotYours


def list_actions(session: Session, *, actor: Actor) -> tuple[str, ...]:
    """The kinds of events that stand in the reader's trail, in alphabetical order."""
    query = select(AuditEvent.action).where(_in_scope(session, actor)).distinct()
    return tuple(sorted(session.scalars(query)))


def _in_scope(session: Session, actor: Actor) -> ColumnElement[bool]:
    held = actor.roles_for(Permission.READ_TRAIL)
    if any(grant.role in REGION_ROLES for grant in held):
        return true()
    schools = school_ids(session, actor=actor, permission=Permission.READ_TRAIL)
    places = actor.municipality_ids(Permission.READ_TRAIL)
    if not places:  # a school's events are few among all: they are found by their own index
        return AuditEvent.school_id.in_(schools)
    return or_(AuditEvent.school_id.in_(schools), AuditEvent.municipality_id.in_(places))


def _conditions(wanted: TrailFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.action:
        found.append(AuditEvent.action == wanted.action)
    if wanted.login:
        found.append(Person.login == wanted.login.strip().lower())
    if wanted.exam_id is not None:
        found.append(AuditEvent.exam_id == wanted.exam_id)
    if wanted.since is not None:
        found.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEvent.at < wanted.until)
    return found


def _after(session: Session, query: Select[*Columns], before: UUID | None) -> Select[*Columns]:
    last = session.get(AuditEvent, before) if before is not None else None
    if last is None:
        return query
    return query.where(
        or_(
            AuditEvent.at < last.at,
            and_(AuditEvent.at == last.at, AuditEvent.id < last.id),
        )
    )


def _view(
    event: AuditEvent,
    person: Person | None,
    school: str | None,
    exam: Exam | None,
    *,
    is_hidden: bool,
) -> EventView:
    return EventView(
        id=event.id,
        at=event.at,
        who=person.display_name if person else "",
        login=person.login if person else "",
        origin=event.origin,
        action=event.action,
        place=school or "",
        exam=title_of(exam) if exam else None,
        old=without_points(event.old) if is_hidden else event.old or {},
        new=without_points(event.new) if is_hidden else event.new or {},
        why="" if is_hidden else event.why,
        is_hidden=is_hidden,
    )
