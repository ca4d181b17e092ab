"""Municipalities, schools and classes as their coordinators see them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.errors import NotYours
from app.models import (
    Conflict,
    Expert,
    ListedSchool,
    Municipality,
    Participant,
    RoleGrant,
    School,
    SchoolClass,
)
from app.queries.registers.reach import managed_schools


@dataclass(frozen=True, kw_only=True, slots=True)
class MunicipalityChoice:
    """A municipality to choose."""

    id: UUID
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolView:
    """A school with what its registers hold."""

    id: UUID
    municipality_id: UUID
    login: str
    name: str
    participating: bool
    classes: int
    experts: int
    codes: int
    has_coordinator: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassView:
    """A class with the number of its codes."""

    id: UUID
    school_id: UUID
    school_login: str
    school_name: str
    grade: int
    letter: str
    serial: int
    codes: int

    @property
    def name(self) -> str:
        """The class as people say it: 4А."""
        return f"{self.grade}{self.letter}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """How many rows each register holds."""

    schools: int
    classes: int
    experts: int
    conflicts: int
    codes: int
    listed: int


def list_municipalities(session: Session, *, by: Actor) -> tuple[MunicipalityChoice, ...]:
    """Municipalities whose register of schools the actor keeps, by name."""
    wanted = by.municipality_ids(Permission.MANAGE_MUNICIPALITY)
    query = (
        select(Municipality.id, Municipality.name)
        .where(Municipality.id.in_(wanted))
        .order_by(Municipality.name)
    )
    return tuple(MunicipalityChoice(id=key, name=name) for key, name in session.execute(query))


def list_schools(
    session: Session, *, by: Actor, text: str = "", participating: bool | None = None
) -> tuple[SchoolView, ...]:
    """The actor's schools by login; `text` is looked for in login and name."""
    query = select(School).where(managed_schools(by)).order_by(School.login)
    if participating is not None:
        query = query.where(School.participating == participating)
    found = session.scalars(query).all()
    counts = _Counts(session)
    wanted = text.strip().casefold()
    return tuple(
        _school_view(school, counts)
        for school in found
        if wanted in f"{school.login} {school.name}".casefold()
    )


class _Counts:
    """Rows of each register by school."""

    def __init__(self, session: Session) -> None:
        self.classes = _by_school(session, SchoolClass)
        self.experts = _by_school(session, Expert)
        self.codes = _by_school(session, Participant)
        self.coordinated = set(
            session.scalars(
                select(RoleGrant.school_id).where(
                    RoleGrant.role == Role.SCHOOL_COORDINATOR, RoleGrant.revoked_at.is_(None)
                )
            )
        )


def _by_school(
    session: Session, table: type[SchoolClass | Expert | Participant]
) -> dict[UUID, int]:
    query = select(table.school_id, func.count()).group_by(table.school_id)
    return dict(session.execute(query).all())


def _school_view(school: School, counts: _Counts) -> SchoolView:
    return SchoolView(
        id=school.id,
        municipality_id=school.municipality_id,
        login=school.login,
        name=school.name,
        participating=school.participating,
        classes=counts.classes.get(school.id, 0),
        experts=counts.experts.get(school.id, 0),
        codes=counts.codes.get(school.id, 0),
        has_coordinator=school.id in counts.coordinated,
    )


def show_school(session: Session, *, school_id: UUID, by: Actor) -> SchoolView:
    """One school of the actor's.

    Raises:
        NotYours: there is none, or it is another's.
    """
    found = session.scalar(select(School).where(School.id == school_id, managed_schools(by)))
    if found is None:
        raise NotYours
    return _school_view(found, _Counts(session))


def list_classes(
    session: Session, *, by: Actor, school_id: UUID | None = None, grade: int | None = None
) -> tuple[ClassView, ...]:
    """Classes of the actor's schools, by school, grade and letter."""
    query = (
        select(SchoolClass, School, func.count(Participant.id))
        .join(School, School.id == SchoolClass.school_id)
        .outerjoin(Participant, Participant.class_id == SchoolClass.id)
        .where(managed_schools(by))
        .group_by(SchoolClass.id, School.id)
        .order_by(School.login, SchoolClass.grade, SchoolClass.letter)
    )
    if school_id is not None:
        query = query.where(School.id == school_id)
    if grade is not None:
        query = query.where(SchoolClass.grade == grade)
    return tuple(_class_view(*row) for row in session.execute(query))


def show_class(session: Session, *, class_id: UUID, by: Actor) -> ClassView:
    """One class of the actor's schools.

    Raises:
        NotYours: there is none, or it is another's.
    """
    found = session.execute(
        select(SchoolClass, School)
        .join(School, School.id == SchoolClass.school_id)
        .where(SchoolClass.id == class_id, managed_schools(by))
    ).first()
    if found is None:
        raise NotYours
    codes = select(func.count()).where(Participant.class_id == class_id)
    return _class_view(*found, session.scalar(codes) or 0)


def _class_view(found: SchoolClass, school: School, codes: int) -> ClassView:
    return ClassView(
        id=found.id,
        school_id=school.id,
        school_login=school.login,
        school_name=school.name,
        grade=found.grade,
        letter=found.letter,
        serial=found.serial,
        codes=codes,
    )


def summarise(session: Session, *, by: Actor) -> Summary:
    """How many rows the actor's registers hold."""
    mine = select(School.id).where(managed_schools(by)).scalar_subquery()

    def count(table: type[SchoolClass | Expert | Participant]) -> int:
        query = select(func.count()).select_from(table).where(table.school_id.in_(mine))
        return session.scalar(query) or 0

    conflicts = (
        select(func.count())
        .select_from(Conflict)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(Expert.school_id.in_(mine), Conflict.withdrawn_at.is_(None))
    )
    listed = (
        select(func.count())
        .select_from(ListedSchool)
        .where(ListedSchool.school_id.in_(mine), ListedSchool.withdrawn_at.is_(None))
    )
    schools = select(func.count()).select_from(School).where(managed_schools(by))
    return Summary(
        schools=session.scalar(schools) or 0,
        classes=count(SchoolClass),
        experts=count(Expert),
        conflicts=session.scalar(conflicts) or 0,
        codes=count(Participant),
        listed=session.scalar(listed) or 0,
    )
