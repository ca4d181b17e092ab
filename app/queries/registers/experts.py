"""Experts as their coordinators see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import Actor
from app.bridge.subjects import same_subject
from app.errors import NotYours
from app.models import NO_PASSWORD, Expert, Person, School, TaughtClass, Workplace
from app.queries.registers.reach import managed_schools


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertView:
    """One expert with all that the register holds about him."""

    id: UUID
    person_id: UUID
    login: str
    display_name: str
    school_id: UUID
    school_login: str
    school_name: str
    also_at: tuple[str, ...]
    subjects: tuple[tuple[str, date], ...]
    teaches: tuple[str, ...]
    capacity: int
    min_load: int
    in_commission: bool
    withdrawn: bool
    conflicts: int
    without_password: bool


def list_experts(
    session: Session,
    *,
    by: Actor,
    text: str = "",
    school_id: UUID | None = None,
    subject: str = "",
    in_commission: bool | None = None,
) -> tuple[ExpertView, ...]:
    """Experts of the actor's schools, by school and name; `text` is looked for in the name."""
    query = _experts(by)
    if school_id is not None:
        query = query.where(Expert.school_id == school_id)
    if in_commission is not None:
        query = query.where(Expert.in_commission == in_commission)
    wanted = text.strip().casefold()
    return tuple(
        _view(expert)
        for expert in session.scalars(query).unique()
        if wanted in f"{expert.person.login} {expert.person.display_name}".casefold()
        and (not subject or any(same_subject(one.subject, subject) for one in expert.subjects))
    )


def show_expert(session: Session, *, expert_id: UUID, by: Actor) -> ExpertView:
    """One expert of the actor's schools.

    Raises:
        NotYours: there is none, or he is another's.
    """
    found = session.scalars(_experts(by).where(Expert.id == expert_id)).unique().first()
    if found is None:
        raise NotYours
    return _view(found)


def _experts(by: Actor) -> Select[Expert]:
    return (
        select(Expert)
        .join(School, School.id == Expert.school_id)
        .join(Person, Person.id == Expert.person_id)
        .where(managed_schools(by))
        .options(
            joinedload(Expert.person),
            joinedload(Expert.school),
            selectinload(Expert.subjects),
            selectinload(Expert.conflicts),
            selectinload(Expert.workplaces).joinedload(Workplace.school),
            selectinload(Expert.classes).joinedload(TaughtClass.school_class),
        )
        .order_by(School.login, Person.display_name, Person.login)
    )


def _view(expert: Expert) -> ExpertView:
    return ExpertView(
        id=expert.id,
        person_id=expert.person_id,
        login=expert.person.login,
        display_name=expert.person.display_name,
        school_id=expert.school_id,
        school_login=expert.school.login,
        school_name=expert.school.name,
        also_at=tuple(sorted(place.school.login for place in expert.workplaces)),
        subjects=tuple((taught.subject, taught.since_on) for taught in expert.subjects),
        teaches=_references(expert, expert.classes),
        capacity=expert.capacity,
        min_load=expert.min_load,
        in_commission=expert.in_commission,
        withdrawn=expert.withdrawn_at is not None,
        conflicts=sum(conflict.withdrawn_at is None for conflict in expert.conflicts),
        without_password=expert.person.password_hash == NO_PASSWORD,
    )


def _references(expert: Expert, classes: Sequence[TaughtClass]) -> tuple[str, ...]:
    """4А of his own school, edu123456/4А of another."""
    return tuple(
        sorted(
            taught.school_class.name
            if taught.school_class.school_id == expert.school_id
            else f"{taught.school_class.school.login}/{taught.school_class.name}"
            for taught in classes
        )
    )
