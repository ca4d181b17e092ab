"""Rows for tests: a small municipality with people, made in one transaction."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Grant, Role
from app.models import (
    Campaign,
    Criterion,
    Exam,
    Expert,
    Municipality,
    Participant,
    Person,
    RoleGrant,
    School,
    SchoolClass,
    TaughtSubject,
)
from app.services.accounts import hash_password

PASSWORD = "верный пароль для проверки"


@cache
def _hashed_password() -> str:
    return hash_password(PASSWORD)


def make_municipality(session: Session, *, name: str = "Пробный район") -> Municipality:
    made = Municipality(name=name, timezone="Europe/Moscow")
    session.add(made)
    session.flush()
    return made


def make_school(session: Session, municipality: Municipality, number: int = 1) -> School:
    made = School(
        municipality_id=municipality.id,
        login=f"edu{100000 + number}",
        name=f"Школа № {number}",
    )
    session.add(made)
    session.flush()
    return made


def make_class(
    session: Session, school: School, *, grade: int = 4, letter: str = "А", serial: int = 1
) -> SchoolClass:
    made = SchoolClass(school_id=school.id, grade=grade, letter=letter, serial=serial)
    session.add(made)
    session.flush()
    return made


def make_person(
    session: Session,
    login: str,
    role: Role,
    *,
    at: datetime,
    municipality: Municipality | None = None,
    school: School | None = None,
) -> Actor:
    person = Person(
        login=login,
        display_name=login,
        password_hash=_hashed_password(),
        must_change_password=False,
        created_at=at,
    )
    session.add(person)
    session.flush()
    place = {
        "municipality_id": municipality.id if municipality else None,
        "school_id": school.id if school else None,
    }
    session.add(RoleGrant(person_id=person.id, role=role, granted_at=at, **place))
    session.flush()
    return Actor(person_id=person.id, grants=(Grant(role=role, **place),))


def make_exam(
    session: Session,
    municipality: Municipality,
    *,
    at: datetime,
    subject: str = "Русский язык",
    grade: int = 4,
    held_on: date = date(2026, 4, 20),
    criteria: tuple[tuple[str, int], ...] = (("1", 2), ("2", 1), ("3", 3)),
    experts_per_script: int = 1,
) -> Exam:
    campaign = Campaign(municipality_id=municipality.id, name=f"ВПР {subject}", year=2026)
    session.add(campaign)
    session.flush()
    exam = Exam(
        campaign_id=campaign.id,
        subject=subject,
        grade=grade,
        held_on=held_on,
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=date(2026, 4, 24),
        form_due_on=date(2026, 4, 28),
        experts_per_script=experts_per_script,
        created_at=at,
    )
    session.add(exam)
    session.flush()
    for position, (label, most) in enumerate(criteria, start=1):
        session.add(Criterion(exam_id=exam.id, position=position, label=label, max_points=most))
    session.flush()
    return exam


def make_participants(
    session: Session, exam: Exam, school_class: SchoolClass, codes: tuple[str, ...]
) -> list[Participant]:
    made = [
        Participant(
            campaign_id=exam.campaign_id,
            school_id=school_class.school_id,
            class_id=school_class.id,
            code=code,
        )
        for code in codes
    ]
    session.add_all(made)
    session.flush()
    return made


def make_expert(
    session: Session,
    person_id: UUID,
    school: School,
    *,
    subject: str = "Русский язык",
    since_on: date = date(2015, 9, 1),
    capacity: int = 30,
    in_commission: bool = False,
) -> Expert:
    made = Expert(
        person_id=person_id, school_id=school.id, capacity=capacity, in_commission=in_commission
    )
    made.subjects.append(TaughtSubject(subject=subject, since_on=since_on))
    session.add(made)
    session.flush()
    return made
