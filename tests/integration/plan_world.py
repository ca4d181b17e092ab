"""A small municipality for tests of planning: four schools, one exam, experts, scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.names import sentence_of
from app.bridge.options import PlanOptions
from app.models import (
    Assignment,
    Conflict,
    ConflictCategory,
    ConflictLevel,
    Exam,
    Expert,
    Municipality,
    Plan,
    PlanRow,
    Scheme,
    School,
    SchoolClass,
    Script,
    Sheet,
)
from app.services import planning
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """The rows that tests ask about."""

    municipality: Municipality
    exam: Exam
    schools: tuple[School, ...]
    classes: tuple[SchoolClass, ...]
    experts: Mapping[str, Expert]
    coordinator: Actor
    school_coordinators: tuple[Actor, ...]


def make_world(
    session: Session,
    *,
    at: datetime,
    experts: tuple[int, ...] = (2, 2, 2, 1),
    scripts: int = 6,
    k: int = 1,
    capacity: int = 30,
    in_commission: int = 3,
    distinct_schools: bool = False,
) -> World:
    """Schools with so many experts each; every school has one class with `scripts` scripts."""
    place = make_municipality(session)
    exam = make_exam(session, place, at=at, experts_per_script=k)
    exam.distinct_schools = distinct_schools
    schools = tuple(make_school(session, place, number) for number in range(1, len(experts) + 1))
    classes = tuple(make_class(session, school) for school in schools)
    for number, of_class in enumerate(classes):
        add_scripts(session, exam, of_class, count=scripts, first=100 * number, at=at)
    found: dict[str, Expert] = {}
    for number, (school, count) in enumerate(zip(schools, experts, strict=True), start=1):
        for place_in_school in range(1, count + 1):
            login = f"expert{number}{place_in_school}"
            found[login] = add_expert(session, school, login, at=at, capacity=capacity)
    for login in sorted(found, key=lambda name: (name[-1], name))[:in_commission]:
        found[login].in_commission = True
    session.flush()
    return World(
        municipality=place,
        exam=exam,
        schools=schools,
        classes=classes,
        experts=found,
        coordinator=make_person(
            session, "municipal", Role.MUNICIPAL_COORDINATOR, at=at, municipality=place
        ),
        school_coordinators=tuple(
            make_person(session, f"school{number}", Role.SCHOOL_COORDINATOR, at=at, school=school)
            for number, school in enumerate(schools, start=1)
        ),
    )


def add_expert(
    session: Session,
    school: School,
    login: str,
    *,
    at: datetime,
    capacity: int = 30,
    since_on: date = date(2015, 9, 1),
) -> Expert:
    who = make_person(session, login, Role.EXPERT, at=at, school=school)
    return make_expert(session, who.person_id, school, capacity=capacity, since_on=since_on)


def add_scripts(
    session: Session, exam: Exam, of_class: SchoolClass, *, count: int, first: int, at: datetime
) -> list[Script]:
    """Published scripts of one class."""
    codes = tuple(f"{10000 + first + number}" for number in range(count))
    made = [
        Script(exam_id=exam.id, participant_id=who.id, published_at=at)
        for who in make_participants(session, exam, of_class, codes)
    ]
    session.add_all(made)
    session.flush()
    return made


def add_conflict(
    session: Session,
    expert: Expert,
    *,
    by: Actor,
    at: datetime,
    school_id: UUID | None = None,
    class_id: UUID | None = None,
    participant_id: UUID | None = None,
) -> Conflict:
    level = ConflictLevel.CODE
    if school_id is not None:
        level = ConflictLevel.SCHOOL
    elif class_id is not None:
        level = ConflictLevel.CLASS
    made = Conflict(
        expert_id=expert.id,
        level=level,
        school_id=school_id,
        class_id=class_id,
        participant_id=participant_id,
        category=ConflictCategory.RELATIVE,
        declared_at=at,
        declared_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    return made


def begin(session: Session, assignment: Assignment, *, at: datetime, submit: bool = False) -> None:
    """Points were saved for an assignment."""
    session.add(
        Sheet(
            assignment_id=assignment.id,
            revision=1,
            opened_at=at,
            submitted_at=at if submit else None,
        )
    )
    session.flush()


def active(session: Session, exam: Exam) -> list[Assignment]:
    """The exam's assignments that were not taken back, by script."""
    query = (
        select(Assignment)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam.id, Assignment.withdrawn_at.is_(None))
        .order_by(Assignment.script_id, Assignment.round)
    )
    return list(session.scalars(query))


ORDER = "приказ № 12 от 01.04.2026"


def compare(
    session: Session, world: World, at: datetime, options: PlanOptions | None = None
) -> dict[Scheme, Plan]:
    plans = planning.compare_schemes(
        session,
        exam_id=world.exam.id,
        options=options or PlanOptions(),
        seed=7,
        by=world.coordinator,
        at=at,
    )
    return {plan.scheme: plan for plan in plans}


def publish(
    session: Session, plan: Plan, by: Actor, at: datetime, legal_basis: str = ORDER
) -> Plan:
    return planning.publish_plan(session, plan_id=plan.id, legal_basis=legal_basis, by=by, at=at)


def spread(session: Session, world: World, number: int, at: datetime) -> Plan:
    return planning.spread_in_school(
        session,
        exam_id=world.exam.id,
        school_id=world.schools[number].id,
        seed=3,
        by=world.school_coordinators[number],
        at=at,
    )


def rows(session: Session, plan: Plan) -> list[PlanRow]:
    return list(session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id)))


def sentences(plan: Plan) -> str:
    return " ".join(sentence_of(short["sentence"], str) for short in plan.shortages)
