"""Conflicts of interest as coordinators see them, and as the expert himself does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.access import Actor, Permission
from app.models import (
    Conflict,
    ConflictCategory,
    ConflictLevel,
    Expert,
    Participant,
    Person,
    School,
    SchoolClass,
)
from app.queries.registers.reach import managed_schools


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictView:
    """One declared conflict; `reference` is edu123456, edu123456/4А or edu123456/00123.

    Of a work of a school that the reader does not manage it is empty: an expert who steps back
    from a work learns nothing of it from his coordinator either.
    """

    id: UUID
    expert_id: UUID
    expert_login: str
    expert_name: str
    level: ConflictLevel
    reference: str
    category: ConflictCategory
    declared_at: datetime
    declared_by: str
    by_himself: bool
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnConflictView:
    """A conflict as the expert sees it: of a work he learns no code, class or school."""

    level: ConflictLevel
    place: str
    category: ConflictCategory
    declared_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RecusalPlace:
    """A school or a class from which an expert may recuse himself."""

    level: ConflictLevel
    id: UUID
    name: str


def list_conflicts(
    session: Session,
    *,
    by: Actor,
    expert_id: UUID | None = None,
    school_id: UUID | None = None,
    withdrawn: bool = False,
) -> tuple[ConflictView, ...]:
    """Conflicts of experts of the actor's schools, the newest first."""
    declarer = aliased(Person)
    query = (
        select(Conflict, Expert, declarer.display_name)
        .join(Expert, Expert.id == Conflict.expert_id)
        .join(School, School.id == Expert.school_id)
        .join(declarer, declarer.id == Conflict.declared_by_id)
        .where(managed_schools(by))
        .options(joinedload(Conflict.expert).joinedload(Expert.person))
        .order_by(Conflict.declared_at.desc(), Conflict.id)
    )
    if expert_id is not None:
        query = query.where(Expert.id == expert_id)
    if school_id is not None:
        query = query.where(Expert.school_id == school_id)
    if not withdrawn:
        query = query.where(Conflict.withdrawn_at.is_(None))
    return tuple(_view(session, *row, by=by) for row in session.execute(query))


def _view(
    session: Session, found: Conflict, expert: Expert, declarer: str, *, by: Actor
) -> ConflictView:
    return ConflictView(
        id=found.id,
        expert_id=expert.id,
        expert_login=expert.person.login,
        expert_name=expert.person.display_name,
        level=found.level,
        reference=_reference(session, found, by=by),
        category=found.category,
        declared_at=found.declared_at,
        declared_by=declarer,
        by_himself=found.declared_by_id == expert.person_id,
        withdrawn_at=found.withdrawn_at,
    )


def _reference(session: Session, found: Conflict, *, by: Actor) -> str:
    match found.level:
        case ConflictLevel.SCHOOL:
            return session.get_one(School, found.school_id).login
        case ConflictLevel.CLASS:
            school_class = session.get_one(SchoolClass, found.class_id)
            return f"{school_class.school.login}/{school_class.name}"
        case ConflictLevel.CODE:
            participant = session.get_one(Participant, found.participant_id)
            school = participant.school
            managed = by.may(
                Permission.MANAGE_SCHOOL,
                municipality_id=school.municipality_id,
                school_id=school.id,
            )
            return f"{school.login}/{participant.code}" if managed else ""


def list_own_conflicts(session: Session, *, by: Actor) -> tuple[OwnConflictView, ...]:
    """The expert's own active conflicts, the newest first."""
    query = (
        select(Conflict)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(Expert.person_id == by.person_id, Conflict.withdrawn_at.is_(None))
        .order_by(Conflict.declared_at.desc(), Conflict.id)
    )
    return tuple(
        OwnConflictView(
            level=found.level,
            place=_own_place(session, found),
            category=found.category,
            declared_at=found.declared_at,
        )
        for found in session.scalars(query)
    )


def _own_place(session: Session, found: Conflict) -> str:
    match found.level:
        case ConflictLevel.SCHOOL:
            return session.get_one(School, found.school_id).name
        case ConflictLevel.CLASS:
            school_class = session.get_one(SchoolClass, found.class_id)
            return f"{school_class.school.name}, {school_class.name}"
        case ConflictLevel.CODE:
            return ""


def list_recusal_places(session: Session, *, by: Actor) -> tuple[RecusalPlace, ...]:
    """Schools of the expert's municipality, each followed by its classes; none for no expert."""
    expert = session.scalar(select(Expert).where(Expert.person_id == by.person_id))
    if expert is None:
        return ()
    query = (
        select(School)
        .where(School.municipality_id == expert.school.municipality_id)
        .options(selectinload(School.classes))
        .order_by(School.name, School.login)
    )
    return tuple(place for school in session.scalars(query) for place in _places(school))


def _places(school: School) -> tuple[RecusalPlace, ...]:
    classes = (
        RecusalPlace(level=ConflictLevel.CLASS, id=found.id, name=f"{school.name}, {found.name}")
        for found in school.classes
    )
    return (
        RecusalPlace(level=ConflictLevel.SCHOOL, id=school.id, name=school.name),
        *classes,
    )
