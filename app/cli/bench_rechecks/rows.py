"""A municipality with scored works and a commission, written in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.access import Actor, Grant, Role
from app.models import (
    Assignment,
    Campaign,
    CommissionMember,
    Criterion,
    Exam,
    Expert,
    FinalPoint,
    FinalResult,
    Municipality,
    Participant,
    Person,
    ResultSource,
    Round,
    School,
    SchoolClass,
    Script,
    TaughtSubject,
)

SCHOOLS, CLASS_SIZE, SUBJECT = 20, 25, "Русский язык"
CAPACITY = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What was made.

    Attributes:
        municipality_id: the municipality.
        person_id: who acts in it, in whatever role is asked.
        exam_id: the exam.
        scripts: works with final points, scored by an expert of the next school.
    """

    municipality_id: UUID
    person_id: UUID
    exam_id: UUID
    scripts: tuple[UUID, ...]

    def actor(self, role: Role) -> Actor:
        """The acting person in a role over the municipality."""
        grant = Grant(role=role, municipality_id=self.municipality_id)
        return Actor(person_id=self.person_id, grants=(grant,))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    """One work that is going to be written."""

    number: int
    home: SchoolClass
    scorer: UUID
    script_id: UUID = field(default_factory=uuid4)
    participant_id: UUID = field(default_factory=uuid4)
    result_id: UUID = field(default_factory=uuid4)


def fill(session: Session, *, works: int, at: datetime) -> Made:
    """Twenty schools with an expert each, all of them in the commission, and scored works."""
    place = Municipality(name="Район измерений", timezone="Europe/Moscow")
    person = Person(
        login="bench",
        display_name="Координатор",
        password_hash="!",  # noqa: S106 - nobody logs in here
        must_change_password=False,
        created_at=at,
    )
    session.add_all([place, person])
    session.flush()
    exam = _make_exam(session, place, at)
    schools = _make_schools(session, place)
    experts = [_make_expert(session, place, one, at) for one in schools]
    planned = _plan_works(schools, _make_classes(session, schools, works), experts, works)
    _make_works(session, exam, planned, by=person.id, at=at)
    return Made(
        municipality_id=place.id,
        person_id=person.id,
        exam_id=exam.id,
        scripts=tuple(one.script_id for one in planned),
    )


def _make_exam(session: Session, place: Municipality, at: datetime) -> Exam:
    campaign = Campaign(municipality_id=place.id, name="ВПР", year=2026)
    session.add(campaign)
    session.flush()
    exam = Exam(
        campaign_id=campaign.id,
        subject=SUBJECT,
        grade=4,
        held_on=date(2026, 4, 21),
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=date(2026, 4, 24),
        form_due_on=date(2026, 4, 28),
        created_at=at,
    )
    session.add(exam)
    session.flush()
    session.add_all(
        Criterion(exam_id=exam.id, position=n, label=str(n), max_points=2) for n in range(1, 11)
    )
    session.flush()
    return exam


def _make_schools(session: Session, place: Municipality) -> list[School]:
    schools = [
        School(municipality_id=place.id, login=f"edu{200000 + n}", name=f"Школа № {n}")
        for n in range(1, SCHOOLS + 1)
    ]
    session.add_all(schools)
    session.flush()
    return schools


def _make_expert(session: Session, place: Municipality, school: School, at: datetime) -> UUID:
    person = Person(
        login=f"e-{school.login}",
        display_name=f"Эксперт {school.login}",
        password_hash="!",  # noqa: S106 - nobody logs in here
        must_change_password=False,
        created_at=at,
    )
    session.add(person)
    session.flush()
    expert = Expert(person_id=person.id, school_id=school.id, capacity=CAPACITY)
    expert.subjects.append(TaughtSubject(subject=SUBJECT, since_on=date(2015, 9, 1)))
    session.add(expert)
    session.flush()
    session.add(
        CommissionMember(
            municipality_id=place.id,
            expert_id=expert.id,
            order_number="1",
            order_on=at.date(),
            appointed_at=at,
        )
    )
    return expert.id


def _make_works(
    session: Session, exam: Exam, made: Sequence[_Work], *, by: UUID, at: datetime
) -> None:
    """The works' rows, a bulk statement a table."""
    session.execute(insert(Participant), [_participant(exam, one) for one in made])
    session.execute(insert(Script), [_script(exam, one, at) for one in made])
    session.execute(insert(Assignment), [_assignment(one, at) for one in made])
    session.execute(insert(FinalResult), [_result(one, by, at) for one in made])
    points = [
        {"id": uuid4(), "result_id": one.result_id, "criterion_id": row.id, "points": 1}
        for one in made
        for row in exam.criteria
    ]
    session.execute(insert(FinalPoint), points)


def _plan_works(
    schools: Sequence[School], classes: Sequence[SchoolClass], experts: Sequence[UUID], works: int
) -> list[_Work]:
    """Works spread over the classes, each scored by the expert of the next school."""
    place = {one.id: number for number, one in enumerate(schools)}
    found = []
    for number in range(works):
        home = classes[number // CLASS_SIZE % len(classes)]
        scorer = experts[(place[home.school_id] + 1) % len(experts)]
        found.append(_Work(number=number, home=home, scorer=scorer))
    return found


def _participant(exam: Exam, one: _Work) -> dict[str, object]:
    return {
        "id": one.participant_id,
        "campaign_id": exam.campaign_id,
        "school_id": one.home.school_id,
        "class_id": one.home.id,
        "code": f"{one.number:06d}",
    }


def _script(exam: Exam, one: _Work, at: datetime) -> dict[str, object]:
    return {
        "id": one.script_id,
        "exam_id": exam.id,
        "participant_id": one.participant_id,
        "published_at": at,
    }


def _assignment(one: _Work, at: datetime) -> dict[str, object]:
    return {
        "id": uuid4(),
        "script_id": one.script_id,
        "expert_id": one.scorer,
        "round": Round.FIRST,
        "queue_position": one.number,
        "created_at": at,
    }


def _result(one: _Work, by: UUID, at: datetime) -> dict[str, object]:
    return {
        "id": one.result_id,
        "script_id": one.script_id,
        "number": 1,
        "source": ResultSource.SINGLE,
        "decided_at": at,
        "decided_by_id": by,
    }


def _make_classes(session: Session, schools: list[School], works: int) -> list[SchoolClass]:
    wanted = max(len(schools), -(-works // CLASS_SIZE))
    classes = [
        SchoolClass(
            school_id=schools[n % len(schools)].id,
            grade=4,
            letter=str(n // len(schools)),
            serial=n // len(schools) + 1,
        )
        for n in range(wanted)
    ]
    session.add_all(classes)
    session.flush()
    return classes
