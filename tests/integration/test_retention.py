"""Keeping: terms with their basis, what is due, destruction by two persons, what stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.access import Actor, Role
from app.audit import record
from app.bridge.retention import Hold, list_kept, months_after
from app.bridge.trail import Signer
from app.db import Database
from app.errors import NotYours, Refusal
from app.jobs.handlers import HANDLERS
from app.jobs.task import Task
from app.keeping.proof import prove
from app.models import (
    AuditEvent,
    BundleFile,
    Destruction,
    DocumentKind,
    FinalResult,
    Page,
    PageKind,
    Person,
    PointVersion,
    ScriptImage,
    Trouble,
    TroubleKind,
)
from app.queries.accounts import get_actor
from app.queue import take
from app.services import intake, marking, observers, retention, support, trouble
from app.services.entries import Entry, record_entries
from app.settings import Settings
from app.storage import FileStore
from tests.builders import make_exam, make_person
from tests.integration.conftest import Enter
from tests.marking_steps import hand_in
from tests.scoring_world import UPLOADED, World, make_world

SIGNER = Signer.of(bytes(range(32)))
POINTS = {"1": 2, "4К1": 3, "4К2": 1, "9.1": 1}
WORDS = "на полях фамилия Сидоров"
LATER = datetime(2030, 1, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(fresh: Database, store: FileStore, now: datetime) -> World:
    return _lived(fresh, store, now)


def _lived(database: Database, store: FileStore, now: datetime) -> World:
    """Scored work, a second exam whose bundle holds the same file, a trail of the bundle."""
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        work = world.assign(session, 0, at=now)
        page = session.scalars(select(Page)).first()
        assert page is not None
        page.reading = {"digits": "73001", "placement": None}
        _trail_of(session, page, world, now)
    with database.transaction() as session:
        hand_in(session, work, POINTS, by=world.actors[0], at=now)
        _speak_of(session, world, now)
    return world


def _speak_of(session, world: World, now: datetime) -> None:
    """An expert sets a work aside with words, is answered, and writes a note beside his points."""
    key, by = world.assign(session, 1, 1, at=now), world.actors[1]
    aside = trouble.set_aside(
        session, assignment_id=key, kind=TroubleKind.PERSONAL_MARK, note=WORDS, by=by, at=now
    )
    trouble.resolve(session, trouble_id=aside.id, answer=WORDS, by=world.coordinator, at=now)
    marking.record_points(
        session,
        assignment_id=key,
        criterion="1",
        value=1,
        note=WORDS,
        save_key="k",
        based_on=0,
        by=by,
        at=now,
    )
    line = Entry(
        participant_id=world.scripts[1].participant_id,
        variant=5,
        absent=False,
        previous_mark=None,
    )
    record_entries(
        session,
        exam_id=world.exam.id,
        school_id=world.schools[0].id,
        entries=[line],
        by=world.school_coordinator,
        at=now,
    )


def _trail_of(session, page: Page, world: World, now: datetime) -> None:
    record(
        session,
        action="page.assigned",
        subject_kind="page",
        subject_id=page.id,
        by=world.school_coordinator,
        at=now,
        municipality_id=world.municipality.id,
        school_id=world.schools[0].id,
        exam_id=world.exam.id,
        new={"code": "73001"},
    )


def _chair(database: Database, world: World) -> Actor:
    with database.reading() as session:
        key = session.scalars(select(Person.id).where(Person.login == "chair")).one()
        return get_actor(session, person_id=key)


def _keys(database: Database, world: World, kind: DocumentKind) -> list[str]:
    with database.reading() as session:
        return [one.key for one in list_kept(session, world.municipality.id) if one.kind is kind]


def _propose(database: Database, world: World, keys: list[str], by: Actor) -> Destruction:
    with database.transaction() as session:
        return retention.propose(
            session, municipality_id=world.municipality.id, keys=keys, by=by, at=LATER
        )


def _sign(database: Database, made: Destruction, by: Actor) -> None:
    with database.transaction() as session:
        retention.sign(session, destruction_id=made.id, by=by, at=LATER)


def _run(database: Database, settings: Settings, store: FileStore) -> None:
    with database.transaction() as session:
        lease = take(session, at=LATER)
    assert lease is not None
    task = Task(lease=lease, settings=settings, database=database, store=store, now=lambda: LATER)
    HANDLERS[lease.kind](task)


def _faults(database: Database, store: FileStore) -> tuple[Refusal, ...]:
    proof = prove(database, store, signer=SIGNER, at=LATER, progress=lambda _done, _all: None)
    return proof.problems


def test_a_destroyed_file_that_comes_again_is_told_with_its_act(
    fresh: Database, world: World, store: FileStore
) -> None:
    file = intake.StoredFile(name="снова.pdf", sha256=store.put(UPLOADED), size_bytes=8)
    given = {
        "exam_id": world.exam.id,
        "school_id": world.schools[0].id,
        "class_id": None,
        "files": [file],
        "by": world.school_coordinator,
        "at": LATER,
    }
    with fresh.transaction() as session:
        assert [one.act for one in intake.receive_bundle(session, **given).known] == [None]
    made = _propose(fresh, world, _keys(fresh, world, DocumentKind.SCRIPTS), world.coordinator)
    _sign(fresh, made, _chair(fresh, world))
    with fresh.transaction() as session:
        again = intake.receive_bundle(session, **given)
    assert [one.act for one in again.known] == [made.number]
    assert again.bundle_id is None


def test_two_persons_destroy_the_works_of_a_school_and_what_results_rest_on_stays(
    fresh: Database, world: World, store: FileStore, settings: Settings
) -> None:
    with fresh.reading() as session:
        files = {*session.scalars(select(ScriptImage.sha256))} | {
            *session.scalars(select(BundleFile.sha256))
        }
    made = _propose(fresh, world, _keys(fresh, world, DocumentKind.SCRIPTS), world.coordinator)
    with pytest.raises(Refusal, match="другой человек"):
        _sign(fresh, made, world.coordinator)
    _sign(fresh, made, _chair(fresh, world))
    _run(fresh, settings, store)
    assert not any(store.has(one) for one in files)
    with fresh.reading() as session:
        assert {*session.scalars(select(BundleFile.name))} == {""}
        page = session.scalars(select(Page)).first()
        assert page is not None
        assert (page.reading, page.image_sha256) == ({"placement": None}, None)
        assert len(session.scalars(select(FinalResult)).all()) == 1
        erased = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "page.assigned")
        ).one()
        assert (erased.new, erased.person_id, erased.salt) == (None, None, None)
        assert erased.erased_at == LATER
        aside = session.scalars(select(Trouble)).one()
        assert (aside.note, aside.answer) == ("", "")
        assert {*session.scalars(select(PointVersion.note))} == {""}
        events = session.scalars(select(AuditEvent)).all()
        assert not any(WORDS in str(one.new) for one in events)
        told = {one.action: one.erased_at for one in events}
        assert [told[one] for one in ("work.set_aside", "work.given_back", "entry.changed")] == [
            LATER,
            LATER,
            LATER,
        ]
        assert [told[one] for one in ("points.saved", "sheet.submitted")] == [None, None]
        done = session.get_one(Destruction, made.id)
        assert (done.files_gone, done.files_shared) == (len(files), 0)
        assert store.get(str(done.act_sha256)).startswith(b"%PDF")
        assert list_kept(session, world.municipality.id) == ()
    assert _faults(fresh, store) == ()


def test_a_file_that_something_else_names_stays(
    fresh: Database, world: World, store: FileStore, settings: Settings, now: datetime
) -> None:
    with fresh.transaction() as session:
        other = make_exam(session, world.municipality, at=now, subject="Математика")
        kept = session.scalars(select(BundleFile)).one()
        bundle = type(kept.bundle)(
            exam_id=other.id,
            school_id=world.schools[1].id,
            uploaded_by_id=world.coordinator.person_id,
            uploaded_at=now,
        )
        session.add(bundle)
        session.flush()
        session.add(
            BundleFile(
                bundle_id=bundle.id,
                position=1,
                name="тот же файл.pdf",
                sha256=kept.sha256,
                size_bytes=len(UPLOADED),
            )
        )
    keys = [
        one for one in _keys(fresh, world, DocumentKind.SCRIPTS) if str(world.schools[0].id) in one
    ]
    made = _propose(fresh, world, keys, world.school_coordinator)
    _sign(fresh, made, world.coordinator)
    _run(fresh, settings, store)
    assert store.get(kept.sha256) == UPLOADED
    with fresh.reading() as session:
        assert session.get_one(Destruction, made.id).files_shared == 1
    assert _faults(fresh, store) == ()


def test_names_of_observers_acts_and_questions_go_at_their_term(
    fresh: Database, world: World, store: FileStore, settings: Settings, now: datetime
) -> None:
    campaign = world.exam.campaign_id
    with fresh.transaction() as session:
        world.exam = session.merge(world.exam)
        world.exam.held_on = now.date() + timedelta(days=1)
        observer = observers.propose(
            session,
            campaign_id=campaign,
            school_id=world.schools[1].id,
            candidate=observers.Candidate(
                name="Иванова", telephone="1", tied_to=frozenset({world.schools[2].id})
            ),
            by=world.coordinator,
            at=now,
        )
        visit = observers.place(
            session,
            observer_id=observer.id,
            school_id=world.schools[0].id,
            day=world.exam.held_on,
            by=world.coordinator,
            at=now,
        )
        act = observers.file_act(
            session,
            store=store,
            visit_id=visit.id,
            act=observers.ActFile(content=b"%PDF-act"),
            violations=True,
            summary="Телефон",
            by=world.coordinator,
            at=now,
        )
        topic = support.ask(
            session, campaign_id=campaign, title="Где?", text="Что?", by=world.coordinator, at=now
        )
    for kind in (DocumentKind.ACTS, DocumentKind.OBSERVERS, DocumentKind.SUPPORT):
        made = _propose(fresh, world, _keys(fresh, world, kind), world.coordinator)
        _sign(fresh, made, _chair(fresh, world))
        _run(fresh, settings, store)
    assert not store.has(act.sha256)
    with fresh.reading() as session:
        gone = session.get_one(type(observer), observer.id)
        assert (gone.name, gone.telephone, gone.ties) == ("", "", [])
        assert session.get_one(type(act), act.id).summary == ""
        asked = session.get_one(type(topic), topic.id)
        assert (asked.title, asked.posts[0].text) == ("", "")
    assert _faults(fresh, store) == ()


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 4, 20), 12, date(2027, 4, 20)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_term_in_months_ends_on_the_same_day(day: date, months: int, due: date) -> None:
    assert months_after(day, months) == due


def test_a_term_that_runs_a_longer_one_and_waiting_pages_hold_works(
    database: Database, store: FileStore, now: datetime
) -> None:
    world = _lived(database, store, now)
    keys = _keys(database, world, DocumentKind.SCRIPTS)
    with pytest.raises(Refusal, match="не истёк"), database.transaction() as session:
        retention.propose(
            session,
            municipality_id=world.municipality.id,
            keys=keys,
            by=world.coordinator,
            at=now,
        )
    made = _propose(database, world, keys, world.coordinator)
    term = retention.Term(kind=DocumentKind.SCRIPTS, months=60, basis="Приказ № 7")
    with database.transaction() as session:
        retention.set_term(
            session,
            municipality_id=world.municipality.id,
            term=term,
            by=world.coordinator,
            at=LATER,
        )
    with pytest.raises(Refusal, match="изменились"):
        _sign(database, made, _chair(database, world))
    with database.transaction() as session:
        page = session.scalars(select(Page)).first()
        assert page is not None
        page.script_id, page.kind, page.needs_person = None, PageKind.SCRIPT, True
    with database.reading() as session:
        (kept,) = list_kept(session, world.municipality.id)
    assert (kept.hold, kept.due_on.year) == (Hold.PAGES_WAIT, 2031)


def test_a_school_destroys_only_its_own_and_the_pages_show_both_signatures(
    database: Database, store: FileStore, settings: Settings, enter: Enter
) -> None:
    past = datetime.now(tz=UTC) - timedelta(days=800)  # noqa: TID251 - pages go by the real clock
    world = _lived(database, store, past)
    with database.transaction() as session:
        stranger = make_person(
            session, "school2", Role.SCHOOL_COORDINATOR, at=past, school=world.schools[1]
        )
    (key,) = _keys(database, world, DocumentKind.SCRIPTS)
    with pytest.raises(NotYours), database.transaction() as session:
        retention.propose(
            session, municipality_id=world.municipality.id, keys=[key], by=stranger, at=LATER
        )
    school, muni = enter("school1"), enter("muni")
    assert "пора уничтожить" in school.get("/keeping/").get_data(as_text=True)
    assert "Истёк срок хранения" in muni.get("/").get_data(as_text=True)
    shown = school.post(f"/keeping/{world.municipality.id}/propose", data={"kept": key}).location
    assert "ждёт второй подписи" in school.get(shown).get_data(as_text=True)
    assert "ждёт вашей подписи" in muni.get("/").get_data(as_text=True)
    assert enter("school2").get(shown).status_code == 404
    muni.post(f"{shown}/sign")
    _run(database, settings, store)
    assert muni.get(f"{shown}/act.pdf").data.startswith(b"%PDF")
    page = muni.get(shown).get_data(as_text=True)
    assert "удалено: 9" in page
    assert muni.get("/trail/").status_code == 200
    assert school.get("/scans/").status_code == 200
