"""A small municipality at work: one exam to scan, one to plan, one to score and to release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Role
from app.models import (
    Assignment,
    Campaign,
    Criterion,
    Exam,
    ExamEntry,
    ExamTemplate,
    Expert,
    Municipality,
    Participant,
    Person,
    RoleGrant,
    Round,
    School,
    SchoolClass,
    Script,
    TaughtSubject,
)
from app.services.accounts import hash_password
from scanning.practice import FormLayout, PracticeSpec, make_practice_set

PASSWORD = "проверка надёжности 2026"  # noqa: S105 - of a made-up installation
SUBJECT, GRADE, CRITERIA = "Русский язык", 4, 10
# A pile to be killed over and over is small; one to measure speed by is a class.
FEW_IN_PILE, CLASS_IN_PILE = 2, 24
SCHOOLS = 3
SCRIPTS_IN_PLAN = 8
# Two primes: codes that follow each other differ in every digit, and none comes twice.
SPREAD, DIFFERENT = 7_919, 69_997
COORDINATOR, SCHOOL, EXPERT = "muni", "school1", "teacher1"


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What the visitors need to know."""

    school_person: UUID
    school_id: UUID
    class_id: UUID
    scanned_exam: UUID
    planned_exams: tuple[UUID, ...]
    scored_exam: UUID
    works: tuple[UUID, ...]


def make_world(
    session: Session,
    *,
    works: int,
    piles: int,
    at: datetime,
    plans: int = 1,
) -> World:
    """Write the rows; the trail begins after them.

    Args:
        session: an open transaction.
        works: to be scored.
        piles: whose codes are on the list.
        at: now.
        plans: exams to be planned.
    """
    place = Municipality(name="Район проверки", timezone="Europe/Moscow")
    session.add(place)
    session.flush()
    schools = [_school(session, place, number) for number in range(1, SCHOOLS + 1)]
    classes = [_class(session, school) for school in schools]
    campaign = Campaign(municipality_id=place.id, name="ВПР", year=at.year)
    session.add(campaign)
    session.flush()
    hashed = hash_password(PASSWORD)
    muni = _person(session, COORDINATOR, hashed, at=at)
    _grant(session, muni, Role.MUNICIPAL_COORDINATOR, at=at, municipality_id=place.id)
    one = _person(session, SCHOOL, hashed, at=at)
    _grant(session, one, Role.SCHOOL_COORDINATOR, at=at, school_id=schools[0].id)
    subjects = [f"Предмет {number}" for number in range(1, plans + 1)]
    experts = [
        _expert(session, f"teacher{number}", hashed, school, (SUBJECT, *subjects), at=at)
        for number, school in enumerate(schools[1:], start=1)
    ]
    scanned = _exam(session, campaign, "Математика", at=at)
    planned = [_exam(session, campaign, subject, at=at) for subject in subjects]
    scored = _exam(session, campaign, SUBJECT, at=at)
    _template(session, scanned, muni, at=at)
    for code in (code for pile in range(piles) for code in codes_of_pile(pile)):
        _participant(session, campaign, classes[0], code)
    for number, exam in enumerate(planned):
        codes = [f"8{SCRIPTS_IN_PLAN * number + n:04}" for n in range(SCRIPTS_IN_PLAN)]
        _scripts(session, exam, classes[0], codes, at=at)
    scripts = _scripts(session, scored, classes[0], [f"9{n:04}" for n in range(works)], at=at)
    return World(
        school_person=one.id,
        school_id=schools[0].id,
        class_id=classes[0].id,
        scanned_exam=scanned.id,
        planned_exams=tuple(exam.id for exam in planned),
        scored_exam=scored.id,
        works=tuple(_assign(session, script, experts[0], at=at) for script in scripts),
    )


def add_school(session: Session, world: World, *, pile: int, at: datetime) -> SchoolClass:
    """One more school with the one class whose pile it will be, in the same coordinator's hands."""
    first = session.get_one(School, world.school_id)
    exam = session.get_one(Exam, world.scanned_exam)
    person = session.get_one(Person, world.school_person)
    school = _school(session, first.municipality, SCHOOLS + 1 + pile)
    _grant(session, person, Role.SCHOOL_COORDINATOR, at=at, school_id=school.id)
    made = _class(session, school)
    for code in codes_of_pile(pile, pupils=CLASS_IN_PILE):
        _participant(session, exam.campaign, made, code)
    return made


def codes_of_pile(pile: int, *, pupils: int = FEW_IN_PILE) -> tuple[str, ...]:
    """The codes of the pupils whose works lie in one pile."""
    first = pupils * pile
    return tuple(f"{10_000 + SPREAD * pupil % DIFFERENT}" for pupil in range(first, first + pupils))


@cache
def pile_of(number: int, *, pupils: int = FEW_IN_PILE) -> tuple[str, bytes]:
    """A scanned pile: its name and its content, the same for the same number."""
    spec = PracticeSpec(
        pupils=pupils,
        pages=1,
        issued=codes_of_pile(number, pupils=pupils),
        traps=frozenset(),
        file_stem=f"pile{number}",
    )
    [file] = make_practice_set(spec, seed=number).files
    return file.name, file.content


def _school(session: Session, place: Municipality, number: int) -> School:
    made = School(
        municipality_id=place.id, login=f"edu{300_000 + number}", name=f"Школа № {number}"
    )
    session.add(made)
    session.flush()
    return made


def _class(session: Session, school: School) -> SchoolClass:
    made = SchoolClass(school_id=school.id, grade=GRADE, letter="А", serial=1)
    session.add(made)
    session.flush()
    return made


def _person(session: Session, login: str, hashed: str, *, at: datetime) -> Person:
    made = Person(
        login=login,
        display_name=login,
        password_hash=hashed,
        must_change_password=False,
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _grant(session: Session, person: Person, role: Role, *, at: datetime, **place: UUID) -> None:
    session.add(RoleGrant(person_id=person.id, role=role, granted_at=at, **place))


def _expert(
    session: Session,
    login: str,
    hashed: str,
    school: School,
    subjects: Sequence[str],
    *,
    at: datetime,
) -> Expert:
    person = _person(session, login, hashed, at=at)
    _grant(session, person, Role.EXPERT, at=at, school_id=school.id)
    made = Expert(person_id=person.id, school_id=school.id, capacity=500)
    for subject in subjects:
        made.subjects.append(TaughtSubject(subject=subject, since_on=date(2015, 9, 1)))
    session.add(made)
    session.flush()
    return made


def _exam(session: Session, campaign: Campaign, subject: str, *, at: datetime) -> Exam:
    made = Exam(
        campaign_id=campaign.id,
        subject=subject,
        grade=GRADE,
        held_on=at.date() - timedelta(days=2),
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=at.date() + timedelta(days=9),
        form_due_on=at.date() + timedelta(days=14),
        pages_expected=1,
        created_at=at,
    )
    session.add(made)
    session.flush()
    session.add_all(
        Criterion(exam_id=made.id, position=n, label=str(n), max_points=2)
        for n in range(1, CRITERIA + 1)
    )
    session.flush()
    return made


def _template(session: Session, exam: Exam, by: Person, *, at: datetime) -> None:
    layout = FormLayout().as_roster_layout() | {"pages": 1}
    session.add(
        ExamTemplate(exam_id=exam.id, number=1, layout=layout, created_at=at, created_by_id=by.id)
    )
    session.flush()


def _participant(
    session: Session, campaign: Campaign, of_class: SchoolClass, code: str
) -> Participant:
    made = Participant(
        campaign_id=campaign.id, school_id=of_class.school_id, class_id=of_class.id, code=code
    )
    session.add(made)
    session.flush()
    return made


def _scripts(
    session: Session, exam: Exam, of_class: SchoolClass, codes: Sequence[str], *, at: datetime
) -> list[Script]:
    found = []
    for code in codes:
        pupil = _participant(session, exam.campaign, of_class, code)
        session.add(ExamEntry(exam_id=exam.id, participant_id=pupil.id, variant=1))
        found.append(Script(exam_id=exam.id, participant_id=pupil.id, published_at=at))
    session.add_all(found)
    session.flush()
    return found


def _assign(session: Session, script: Script, expert: Expert, *, at: datetime) -> UUID:
    made = Assignment(
        script_id=script.id,
        expert_id=expert.id,
        round=Round.FIRST,
        queue_position=1,
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made.id
