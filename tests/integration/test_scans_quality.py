"""What a school is told of its scans: faults page by page, progress, what it is asked for."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select

from app import queue
from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours
from app.models import (
    Assignment,
    Page,
    PageKind,
    Round,
    School,
    Script,
    ScriptImage,
    Trouble,
    TroubleKind,
)
from app.queries.scans import get_progress, get_quality, list_calls
from app.services.anonymisation import mask_image
from app.settings import Settings
from app.storage import FileStore
from scanning import Fault, Rect
from scanning.practice import PracticeSet, Scanner, Trap
from tests.builders import make_expert, make_person, make_school
from tests.integration.conftest import Enter
from tests.integration.scan_builders import School as ScanSchool
from tests.integration.scan_builders import (
    make_scan_school,
    practice_set,
    run_jobs,
    stored,
    upload,
)


@pytest.fixture(scope="module")
def coarse() -> PracticeSet:
    """Scanned at 110 dots an inch, with blank backs."""
    return practice_set(
        pupils=2, traps=frozenset({Trap.BLANK_BACKS}), scanner=Scanner(dpi=110), qr_share=1.0
    )


@pytest.fixture
def school(
    settings: Settings, database: Database, store: FileStore, coarse: PracticeSet, now: datetime
) -> ScanSchool:
    with database.transaction() as session:
        made = make_scan_school(session, coarse, at=now)
    upload(database, made, stored(store, coarse), at=now)
    run_jobs(settings, at=now)
    return made


def test_faults_are_told_page_by_page_with_a_picture_too_small_to_read(
    enter: Enter, database: Database, coarse: PracticeSet, school: ScanSchool, now: datetime
) -> None:
    with database.transaction() as session:
        here = session.get_one(School, school.school_id)
        make_person(session, "technician", Role.TECHNICAL_SPECIALIST, at=now, school=here)
        make_person(
            session,
            "stranger",
            Role.SCHOOL_COORDINATOR,
            at=now,
            school=make_school(session, here.municipality, 9),
        )
        bundle_id = session.scalars(select(Page.bundle_id)).first()
        assert bundle_id is not None
        quality = get_quality(session, bundle_id=bundle_id, by=school.coordinator)
    written = [page.index for page in coarse.pages if page.kind == "script"]
    assert [fault.number_in_file - 1 for fault in quality.faulty] == written
    assert all(Fault.LOW_RESOLUTION in fault.faults for fault in quality.faulty)
    assert all(100 < fault.dpi < 120 for fault in quality.faulty)
    assert len(quality.blank) == len(coarse.pages) - len(written)
    technician = enter("technician")
    shown = technician.get(f"/scans/bundles/{bundle_id}").text
    assert "сканируйте с 300 точками на дюйм" in shown
    assert "/original" not in shown
    page_id = quality.faulty[0].page_id
    small = technician.get(f"/scans/pages/{page_id}/thumbnail")
    with Image.open(io.BytesIO(small.data)) as picture:
        assert max(picture.size) <= 234
    assert technician.get(f"/scans/pages/{page_id}/original").status_code == 404
    assert enter("stranger").get(f"/scans/pages/{page_id}/thumbnail").status_code == 404


def test_while_a_bundle_is_read_its_progress_tells_what_has_come_of_it(
    database: Database, store: FileStore, now: datetime
) -> None:
    practice = practice_set(pupils=2)
    with database.transaction() as session:
        school = make_scan_school(session, practice, at=now)
    received = upload(database, school, stored(store, practice), at=now)
    assert received.bundle_id is not None
    with database.transaction() as session:
        lease = queue.take(session, at=now)
        assert lease is not None
        tally = {"named": 5, "waiting": 2, "refused": 1}
        assert queue.keep(session, lease, at=now, done=8, total=20, tally=tally)
    with database.reading() as session:
        found = get_progress(
            session,
            bundle_id=received.bundle_id,
            by=school.coordinator,
            at=now + timedelta(seconds=4),
        )
    assert (found.done, found.total, found.named, found.waiting, found.refused) == (8, 20, 5, 2, 1)
    assert found.pages_a_second == 2.0
    assert found.ends_at == now + timedelta(seconds=10)


def test_a_finished_job_has_told_its_pages_as_they_were_read(
    settings: Settings, database: Database, school: ScanSchool, coarse: PracticeSet, now: datetime
) -> None:
    with database.reading() as session:
        bundle_id = session.scalars(select(Page.bundle_id)).first()
        assert bundle_id is not None
        found = get_progress(session, bundle_id=bundle_id, by=school.coordinator, at=now)
        pages = session.scalars(select(Page)).all()
    assert found.done == len(coarse.pages)
    assert found.named == sum(1 for page in pages if page.script_id)


def test_a_script_set_aside_for_a_mark_is_shown_to_its_school_and_comes_back_masked(
    enter: Enter,
    database: Database,
    store: FileStore,
    school: ScanSchool,
    now: datetime,
) -> None:
    with database.transaction() as session:
        here = session.get_one(School, school.school_id)
        person = make_person(session, "expert", Role.EXPERT, at=now, school=here)
        expert = make_expert(session, person.person_id, here)
        script = session.scalars(select(Script).order_by(Script.id)).first()
        assert script is not None
        script.published_at = now
        given = Assignment(
            script_id=script.id,
            expert_id=expert.id,
            round=Round.FIRST,
            queue_position=1,
            created_at=now,
        )
        session.add(given)
        session.flush()
        session.add(
            Trouble(
                assignment=given,
                kind=TroubleKind.PERSONAL_MARK,
                note="подпись внизу",
                raised_at=now,
                raised_by_id=expert.person_id,
            )
        )
        code = script.participant.code
    where = {"exam_id": school.exam_id, "school_id": school.school_id}
    with database.reading() as session:
        [call] = list_calls(session, by=school.coordinator, **where).from_experts
        assert (call.code, call.kind, call.note) == (
            code,
            TroubleKind.PERSONAL_MARK,
            "подпись внизу",
        )
    client = enter("coordinator")
    shown = client.get(f"/scans/{school.exam_id}/{school.school_id}/").text
    assert "подпись внизу" in shown
    with database.transaction() as session:
        image = session.scalars(
            select(ScriptImage).where(ScriptImage.script_id == call.script_id)
        ).first()
        assert image is not None
        mask_image(
            session,
            store=store,
            image_id=image.id,
            box_mm=Rect(x=20, y=200, w=40, h=20),
            by=school.coordinator,
            at=now,
        )
        trouble = session.scalars(select(Trouble)).one()
        assert (trouble.resolved_at, trouble.answer) == (
            now,
            "Пометка закрыта: страница выпущена заново.",
        )
        assert list_calls(session, by=school.coordinator, **where).from_experts == ()


def test_a_page_is_sent_to_be_scanned_again_from_its_script(
    enter: Enter, database: Database, school: ScanSchool
) -> None:
    client = enter("coordinator")
    with database.reading() as session:
        page = session.scalars(select(Page).where(Page.script_id.is_not(None))).first()
    assert page is not None
    assert "Отсканировать заново" in client.get(f"/scans/scripts/{page.script_id}").text
    answer = client.post(
        f"/scans/scripts/{page.script_id}/pages/{page.id}/again",
        data={"version": page.version},
        follow_redirects=True,
    )
    assert "ждёт нового скана" in answer.text
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert (kept.kind, kept.wanted_for_id) == (PageKind.RESCAN_WANTED, page.script_id)
        [wanted] = list_calls(
            session, exam_id=school.exam_id, school_id=school.school_id, by=school.coordinator
        ).wanted
        assert (wanted.page_id, wanted.page_number) == (page.id, page.page_number)
        stranger = Actor(person_id=uuid4(), grants=())
        with pytest.raises(NotYours):
            list_calls(session, exam_id=school.exam_id, school_id=school.school_id, by=stranger)
    assert "Отсканируйте заново" in client.get(f"/scans/{school.exam_id}/{school.school_id}/").text
