"""Who shows the guide's pages, where they lie, and the municipality that they show."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.models import (
    CampaignOrder,
    Exam,
    ExamApplication,
    Observer,
    ObserverVisit,
    SchoolFacts,
    SchoolKind,
)
from app.storage import FileStore
from tests.builders import make_municipality, make_person
from tests.marking_steps import hand_in
from tests.recheck_world import HIGHER, SCORED, RecheckWorld
from tests.scoring_world import World, make_world

LOGINS = {
    Role.ADMINISTRATOR: "admin",
    Role.REGIONAL_COORDINATOR: "region",
    Role.RESPONSIBLE_COORDINATOR: "responsible",
    Role.MUNICIPAL_COORDINATOR: "muni",
    Role.SCHOOL_COORDINATOR: "school1",
    Role.TECHNICAL_SPECIALIST: "tech",
    Role.EXPERT: "expert1",
    Role.COMMISSION_CHAIR: "chair",
    Role.COMMISSION_MEMBER: "member",
}
PATHS = {
    "home.index": "/",
    "registers.index": "/registers/",
    "board.index": "/board/",
    "schedule.index": "/schedule/",
    "lists.index": "/lists/",
    "lead.index": "/lead/",
    "exams.index": "/exams/",
    "people.index": "/people/",
    "plans.index": "/plans/",
    "observers.index": "/observers/",
    "results.index": "/results/",
    "retention.index": "/keeping/",
    "jobs.index": "/jobs/",
    "reports.index": "/reports/",
    "calendar.index": "/calendar/",
    "scans.index": "/scans/",
    "scoring.index": "/scoring/",
    "recusal.index": "/recusal/",
    "rechecks.index": "/rechecks/",
    "fairness.index": "/fairness/",
}


def make_guide_world(session: Session, *, at: datetime, store: FileStore) -> None:
    """A municipality in the middle of its year: everybody has something to do and to see."""
    made = make_world(session, at=at, store=store, experts=5)
    town, home = made.municipality, made.schools[0]
    make_person(session, "admin", Role.ADMINISTRATOR, at=at)
    make_person(session, "region", Role.REGIONAL_COORDINATOR, at=at)
    for login, role in (
        ("member", Role.COMMISSION_MEMBER),
        ("responsible", Role.RESPONSIBLE_COORDINATOR),
    ):
        make_person(session, login, role, at=at, municipality=town)
    make_person(session, "tech", Role.TECHNICAL_SPECIALIST, at=at, school=home)
    chair = make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=town)
    _score(session, made, at=at)
    _dates(session, made, at=at)
    _lists(session, made, at=at)
    _observers(session, made, at=at)
    _recheck(session, made, store, chair=chair, at=at)
    make_municipality(session, name="Озёрный район")


def _score(session: Session, made: World, *, at: datetime) -> None:
    """The first expert has scored two works and holds two more."""
    given = [made.assign(session, 0, script, at=at) for script in range(len(made.scripts))]
    for work in given[:2]:
        hand_in(session, work, SCORED, by=made.actors[0], at=at)


def _dates(session: Session, made: World, *, at: datetime) -> None:
    """The order's dates; a second exam, written the day before yesterday, has no scans yet."""
    today = at.date()
    second = Exam(
        campaign_id=made.exam.campaign_id,
        subject="Математика",
        grade=made.exam.grade,
        held_on=today - timedelta(days=4),
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=today + timedelta(days=1),
        form_due_on=today + timedelta(days=5),
        created_at=at,
    )
    session.add(second)
    session.add(
        CampaignOrder(
            campaign_id=made.exam.campaign_id,
            number=1,
            document="Приказ управления образования от 20.01.2026 № 17",
            list_due_on=today + timedelta(days=1),
            applications_due_on=today + timedelta(days=1),
            questionnaires_due_on=today - timedelta(days=1),
            results_on=today + timedelta(days=30),
            set_at=at,
            set_by_id=made.coordinator.person_id,
        )
    )
    session.flush()


def _lists(session: Session, made: World, *, at: datetime) -> None:
    """Two schools have filled in their lines; the first has applied."""
    campaign_id = made.exam.campaign_id
    for school in made.schools[:2]:
        session.add(
            SchoolFacts(
                campaign_id=campaign_id,
                school_id=school.id,
                kind=SchoolKind.SECONDARY,
                levels=["НОО", "ООО"],
                takes={"4": ["Русский язык", "Математика"]},
                changed_at=at,
            )
        )
    session.add(
        ExamApplication(
            exam_id=made.exam.id,
            school_id=made.schools[0].id,
            classes=1,
            participants=len(made.scripts),
            held_on=made.exam.held_on,
            changed_at=at,
        )
    )


def _observers(session: Session, made: World, *, at: datetime) -> None:
    """Two observers; one watched the first school."""
    by = made.coordinator.person_id
    for number, name in ((1, "Наблюдатель Первый"), (2, "Наблюдатель Второй")):
        one = Observer(
            campaign_id=made.exam.campaign_id,
            school_id=made.schools[number].id,
            name=name,
            proposed_at=at,
            proposed_by_id=by,
        )
        session.add(one)
        session.flush()
        if number == 1:
            session.add(
                ObserverVisit(
                    observer_id=one.id,
                    school_id=made.schools[0].id,
                    day=made.exam.held_on,
                    placed_at=at,
                    placed_by_id=by,
                )
            )


def _recheck(
    session: Session, made: World, store: FileStore, *, chair: Actor, at: datetime
) -> None:
    """The commission has read one work and not the other."""
    world = RecheckWorld(base=made, store=store, chair=chair, now=at)
    world.received_on = at.date()
    world.appoint(session, on=at.date())
    case = world.open_case(session, 0)
    world.read(session, world.assign(session, case, 1), HIGHER)
    world.sign(session, case)
    world.open_case(session, 1)
