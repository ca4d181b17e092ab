"""Observers: proposed, spread with nobody in his own school, acts filed and archived."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import Exam, Observer, ObserverAct, ObserverTie, ObserverVisit, School
from app.services import observers
from app.storage import FileStore
from tests.builders import (
    make_class,
    make_exam,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.integration.conftest import Enter

PDF = b"%PDF-1.4 act"
DAYS = (date(2026, 4, 22), date(2026, 4, 24))


class World:
    """Three schools that write on two days; the first two propose two observers each."""

    coordinator: Actor
    campaign_id: object
    schools: list[School]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    made = World()
    with database.transaction() as session:
        town = make_municipality(session)
        made.schools = [make_school(session, town, number) for number in (1, 2, 3)]
        made.coordinator = make_person(
            session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town
        )
        for number, school in enumerate(made.schools, start=1):
            make_person(session, f"s{number}", Role.SCHOOL_COORDINATOR, at=now, school=school)
        exam = make_exam(session, town, at=now, held_on=DAYS[0])
        made.campaign_id = exam.campaign_id
        session.add(_second_day(exam, now))
        for number, school in enumerate(made.schools):
            make_participants(session, exam, make_class(session, school), (f"1000{number}",))
    with database.transaction() as session:
        for number in range(4):
            tied = {made.schools[2].id} if number == 0 else set()
            observers.propose(
                session,
                campaign_id=made.campaign_id,
                school_id=made.schools[number % 2].id,
                candidate=observers.Candidate(
                    name=f"Наблюдатель {number}", most_days=2, tied_to=frozenset(tied)
                ),
                by=made.coordinator,
                at=now,
            )
    return made


def _second_day(exam: Exam, at: datetime) -> Exam:
    return Exam(
        campaign_id=exam.campaign_id,
        subject="Математика",
        grade=exam.grade,
        held_on=DAYS[1],
        criteria_open_at_local=exam.criteria_open_at_local,
        scoring_ends_on=exam.scoring_ends_on,
        form_due_on=exam.form_due_on,
        created_at=at,
    )


def _spread(database: Database, world: World, now: datetime) -> observers.Spread:
    with database.transaction() as session:
        return observers.spread_observers(
            session,
            campaign_id=world.campaign_id,
            per_school=1,
            seed=1,
            by=world.coordinator,
            at=now,
        )


def test_every_school_and_day_gets_an_observer_and_nobody_watches_his_own(
    database: Database, world: World, now: datetime
) -> None:
    assert _spread(database, world, now) == observers.Spread(placed=6, lacking=0)
    with database.reading() as session:
        visits = session.scalars(select(ObserverVisit)).all()
        seats = {(visit.day, visit.school_id) for visit in visits}
        assert seats == {(day, school.id) for day in DAYS for school in world.schools}
        for visit in visits:
            own = {visit.observer.school_id, *(tie.school_id for tie in visit.observer.ties)}
            assert visit.school_id not in own
        days = [len(one.visits) for one in session.scalars(select(Observer))]
    assert sorted(days) == [1, 1, 2, 2]
    assert _spread(database, world, now) == observers.Spread(placed=0, lacking=0)


def test_nobody_watches_a_school_that_he_is_tied_to(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(Observer)):
            if not one.ties:
                one.ties.append(ObserverTie(school_id=world.schools[2].id))
    assert _spread(database, world, now) == observers.Spread(placed=4, lacking=2)


def test_what_nobody_may_watch_stays_empty_and_is_counted(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(Observer).where(Observer.name != "Наблюдатель 0")):
            observers.withdraw(session, observer_id=one.id, by=world.coordinator, at=now)
    assert _spread(database, world, now) == observers.Spread(placed=2, lacking=4)
    with database.reading() as session:
        watched = {visit.school_id for visit in session.scalars(select(ObserverVisit))}
    assert watched == {world.schools[1].id}


def test_by_hand_his_own_school_a_taken_day_and_a_day_without_work_are_refused(
    database: Database, world: World, now: datetime
) -> None:
    with database.reading() as session:
        observer = session.scalars(select(Observer).where(Observer.name == "Наблюдатель 0")).one()

    def place(school: int, day: date) -> None:
        with database.transaction() as session:
            observers.place(
                session,
                observer_id=observer.id,
                school_id=world.schools[school].id,
                day=day,
                by=world.coordinator,
                at=now,
            )

    for own in (0, 2):
        with pytest.raises(Refusal, match="связан"):
            place(own, DAYS[0])
    with pytest.raises(Refusal, match="не пишет"):
        place(1, date(2026, 4, 23))
    place(1, DAYS[0])
    with pytest.raises(Refusal, match="занят"):
        place(1, DAYS[0])


def test_acts_are_filed_by_the_sender_not_by_the_observed_school_and_archived(
    enter: Enter, database: Database, world: World, store: FileStore, now: datetime
) -> None:
    _spread(database, world, now)
    with database.reading() as session:
        visit = session.scalars(
            select(ObserverVisit).where(ObserverVisit.school_id == world.schools[2].id)
        ).first()
        assert visit is not None
        sender = 1 + [one.id for one in world.schools].index(visit.observer.school_id)
    path = f"/observers/visits/{visit.id}"
    form = {"outcome": "with", "summary": "Телефон у участника"}
    observed, sending = enter("s3"), enter(f"s{sender}")
    assert "Загрузить акт" not in observed.get(path).get_data(as_text=True)
    upload = {**form, "file": (io.BytesIO(PDF), "act.pdf")}
    assert observed.post(path, data=upload).status_code == 404
    wrong = sending.post(path, data={**form, "file": (io.BytesIO(b"MZ"), "act.pdf")})
    assert "PDF, JPEG или PNG" in wrong.get_data(as_text=True)
    sending.post(path, data={**form, "file": (io.BytesIO(PDF), "act.pdf")})
    with database.reading() as session:
        act = session.scalars(select(ObserverAct)).one()
    assert store.get(act.sha256) == PDF
    assert sending.get(f"/observers/acts/{act.id}/download").data == PDF
    assert sending.get(f"/observers/{world.campaign_id}/violations.zip").status_code == 404
    muni = enter("mo")
    assert "с нарушениями: 1" in muni.get("/observers/").get_data(as_text=True)
    packed = muni.get(f"/observers/{world.campaign_id}/violations.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        name, index = archive.namelist()
        assert archive.read(name) == PDF
        assert "Телефон у участника" in archive.read(index).decode("utf-8-sig")
    assert muni.get(f"/observers/{world.campaign_id}/list.pdf").data.startswith(b"%PDF")


def test_a_school_proposes_on_the_page_and_sees_no_other_schools_candidates(
    enter: Enter, database: Database, world: World
) -> None:
    client = enter("s1")
    path = f"/observers/{world.campaign_id}/candidates/new"
    form = {"school": str(world.schools[0].id), "name": "Новый Человек", "most_days": "3"}
    page = client.post(path, data=form, follow_redirects=True).get_data(as_text=True)
    assert "Новый Человек" in page
    assert "Наблюдатель 1" not in page
    foreign = client.post(path, data={**form, "school": str(world.schools[1].id)})
    assert "Not a valid choice" in foreign.get_data(as_text=True) or foreign.status_code == 200
    with database.reading() as session:
        named = session.scalars(select(Observer).where(Observer.name == "Новый Человек")).all()
    assert [one.school_id for one in named] == [world.schools[0].id]


def test_another_municipality_sees_nothing(
    enter: Enter, database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        other = make_municipality(session, name="Другой район")
        foreign = make_person(
            session, "other", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other
        )
    assert enter("other").get(f"/observers/?campaign={world.campaign_id}").status_code == 404
    with pytest.raises(NotYours), database.transaction() as session:
        observers.spread_observers(
            session, campaign_id=world.campaign_id, per_school=1, seed=1, by=foreign, at=now
        )
