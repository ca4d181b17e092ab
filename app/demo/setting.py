"""The first act: people, registers, the campaign and its exams."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.demo import cast
from app.demo.stage import PASSWORD, SEED, Stage
from app.demo.summary import Login
from app.exchange.exam_library import get_ready_exam
from app.models import (
    ConflictCategory,
    ConflictLevel,
    Expert,
    Municipality,
    Participant,
    SchoolClass,
)
from app.services import accounts, exams, rechecks, registers
from scanning.practice import FormLayout

YEAR_OF_FORMS = 2026
FIRST_YEAR = timedelta(days=80)


def make_people(stage: Stage) -> None:
    """The administrator, the coordinators and the chair."""
    with stage.database.transaction() as session:
        _install(stage, session)
        place = accounts.Place(municipality_id=stage.municipality_id)
        admin = stage.actor(session, "admin")
        coordinator_role = Role.MUNICIPAL_COORDINATOR
        _account(stage, session, "mk", "Муниципальный координатор", coordinator_role, place, admin)
        region_role, region = Role.REGIONAL_COORDINATOR, accounts.Place()
        _account(stage, session, "region", "Региональный координатор", region_role, region, admin)
        by = stage.actor(session, "mk")
        chair_role = Role.COMMISSION_CHAIR
        _account(stage, session, "chair", "Председатель комиссии", chair_role, place, by)
        _schools(stage, session, by)
    stage.summary.logins = [
        Login(role="администратор", login="admin", password=PASSWORD),
        Login(role="региональный координатор", login="region", password=PASSWORD),
        Login(role="муниципальный координатор", login="mk", password=PASSWORD),
        Login(role="школьный координатор", login=cast.SCHOOLS[0].login, password=PASSWORD),
    ]


def _install(stage: Stage, session: Session) -> None:
    accounts.set_up_installation(
        session,
        login="admin",
        display_name="Администратор",
        password=PASSWORD,
        municipality=cast.MUNICIPALITY,
        timezone=stage.settings.timezone,
        at=stage.now(),
    )
    stage.municipality_id = session.scalars(select(Municipality.id)).one()


def _schools(stage: Stage, session: Session, by: Actor) -> None:
    """The schools, each with its coordinator, whose first password is changed at once."""
    at, municipality_id = stage.now(), stage.municipality_id
    for one in cast.SCHOOLS:
        entry = registers.SchoolEntry(login=one.login, name=one.name)
        saved = registers.save_school(
            session, municipality_id=municipality_id, entry=entry, by=by, at=at
        )
        stage.schools.append(saved.id)
    for first in accounts.make_school_coordinators(
        session, municipality_id=municipality_id, by=by, at=at
    ):
        stage.settle_password(session, first)


def _account(
    stage: Stage,
    session: Session,
    login: str,
    name: str,
    role: Role,
    place: accounts.Place,
    by: Actor,
) -> None:
    first = accounts.create_account(
        session, login=login, display_name=name, role=role, place=place, by=by, at=stage.now()
    )
    stage.settle_password(session, first)


def make_campaign(stage: Stage) -> None:
    """The campaign and its exams, with criteria, marks and the page template."""
    at = stage.now()
    with stage.database.transaction() as session:
        coordinator = stage.actor(session, "mk")
        campaign = exams.create_campaign(
            session,
            municipality_id=stage.municipality_id,
            name=f"ВПР {at.year}",
            year=at.year,
            by=coordinator,
            at=at,
        )
        stage.campaign_id = campaign.id
        stage.exams = [_exam(stage, session, one, coordinator) for one in cast.EXAMS]


def _exam(stage: Stage, session: Session, one: cast.CastExam, by: Actor) -> UUID:
    at, today = stage.now(), stage.now().date()
    ready = get_ready_exam(one.subject, one.grade, YEAR_OF_FORMS)
    made = exams.create_exam(
        session, campaign_id=stage.campaign_id, spec=_spec(one, today), by=by, at=at
    )
    criteria = [
        exams.CriterionSpec(label=row.label, max_points=row.maximum, depends_on=row.depends_on)
        for row in ready.scheme.criteria
    ]
    exams.set_criteria(session, exam_id=made.id, criteria=criteria, by=by, at=at)
    if ready.thresholds is not None:
        exams.set_marks(session, exam_id=made.id, thresholds=ready.thresholds, by=by, at=at)
    layout = FormLayout().as_roster_layout() | {"pages": one.pages}
    exams.set_template(session, exam_id=made.id, layout=layout, by=by, at=at)
    return made.id


def _spec(one: cast.CastExam, today: date) -> exams.ExamSpec:
    """An exam written the day before yesterday, so that its criteria are open."""
    return exams.ExamSpec(
        subject=one.subject,
        grade=one.grade,
        held_on=today - timedelta(days=2),
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=today + timedelta(days=4),
        form_due_on=today + timedelta(days=7),
        experts_per_script=one.readings,
        sum_tolerance=1,
        criterion_tolerance=1,
        pages_expected=one.pages,
    )


def make_registers(stage: Stage) -> None:
    """Classes with their codes, experts with their accounts, conflicts, the commission."""
    with stage.database.transaction() as session:
        coordinator = stage.actor(session, "mk")
        for school_id in stage.schools:
            _classes(stage, session, school_id, coordinator)
        experts = [_save_expert(stage, session, one, coordinator) for one in cast.EXPERTS]
        for place, level, reference, category in cast.CONFLICTS:
            _conflict(stage, session, experts[place], (level, reference, category), coordinator)
        _hand_out(stage, session, coordinator)
        _commission(stage, session, experts)


def _classes(stage: Stage, session: Session, school_id: UUID, by: Actor) -> None:
    at = stage.now()
    for grade, letter in ((grade, one) for grade, all_of in cast.CLASSES.items() for one in all_of):
        saved = registers.save_class(
            session,
            school_id=school_id,
            entry=registers.ClassEntry(grade=grade, letter=letter),
            by=by,
            at=at,
        )
        registers.issue_codes(
            session,
            campaign_id=stage.campaign_id,
            class_id=saved.id,
            count=cast.PUPILS_IN_CLASS,
            seed=SEED + stage.schools.index(school_id) * 100 + grade * 10 + ord(letter) % 10,
            by=by,
            at=at,
        )


def _save_expert(stage: Stage, session: Session, one: cast.CastExpert, by: Actor) -> UUID:
    since = one.since or stage.now().date() - FIRST_YEAR
    entry = registers.ExpertEntry(
        display_name=one.name,
        subjects=tuple((subject, since) for subject in one.subjects),
        capacity=one.capacity,
        also_at=one.also_at,
        teaches=one.teaches,
        in_commission=one.in_commission,
    )
    saved = registers.save_expert(
        session, school_id=stage.schools[one.school - 1], entry=entry, by=by, at=stage.now()
    )
    return saved.id


def _conflict(
    stage: Stage, session: Session, expert_id: UUID, declared: tuple[str, str, str], by: Actor
) -> None:
    level, reference, category = declared
    entry = registers.ConflictEntry(
        login=session.get_one(Expert, expert_id).person.login,
        level=ConflictLevel(level),
        reference=reference,
        category=ConflictCategory(category),
    )
    registers.save_conflict(session, entry=entry, by=by, at=stage.now())


def _hand_out(stage: Stage, session: Session, by: Actor) -> None:
    handed = accounts.issue_first_passwords(session, by=by, at=stage.now())
    for first in handed:
        stage.settle_password(session, first)


def _commission(stage: Stage, session: Session, experts: list[UUID]) -> None:
    """Four primary teachers of four schools sit in the commission of rechecks."""
    chair = stage.actor(session, "chair")
    for place in (2, 6, 11, 17):
        rechecks.appoint_member(
            session,
            municipality_id=stage.municipality_id,
            expert_id=experts[place],
            order=rechecks.Order(number="12-д", on=stage.now().date() - timedelta(days=30)),
            by=chair,
            at=stage.now(),
        )
    visitor = session.get_one(Expert, experts[cast.VISITOR]).person.login
    member = session.get_one(Expert, experts[2]).person.login
    stage.summary.logins += [
        Login(role="эксперт", login=visitor, password=PASSWORD),
        Login(role="председатель комиссии", login="chair", password=PASSWORD),
        Login(role="член комиссии", login=member, password=PASSWORD),
    ]


def codes_of(session: Session, school_class: SchoolClass, campaign_id: UUID) -> tuple[str, ...]:
    """The codes issued to a class, in their order."""
    return tuple(
        session.scalars(
            select(Participant.code)
            .where(Participant.class_id == school_class.id, Participant.campaign_id == campaign_id)
            .order_by(Participant.code)
        )
    )
