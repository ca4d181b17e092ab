"""A page is scanned again: it takes the place of the old one, and those who hold it are told."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    AuditEvent,
    ChangeKind,
    Page,
    PageKind,
    PageSource,
    Script,
    ScriptChange,
)
from app.queries.scans import Standing, get_desk
from app.services.identification import assign_page, set_page_aside, undo_last
from app.services.readiness import publish_scripts
from app.settings import Settings
from app.storage import FileStore
from scanning.practice import BundleFormat, PracticeSet
from tests.builders import make_municipality, make_school
from tests.conftest import NOW
from tests.integration.scan_builders import (
    School,
    practice_set,
    read_installation,
    run_jobs,
    stored,
    upload,
)

JPEG = BundleFormat.JPEG
LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture(scope="module")
def practice() -> PracticeSet:
    return practice_set(pupils=2, qr_share=1.0)


@pytest.fixture(scope="module")
def second_scan(practice: PracticeSet) -> PracticeSet:
    """The same class, written and scanned another time: other pixels, the same codes."""
    return practice_set(pupils=2, issued=practice.issued, seed=77, qr_share=1.0, bundle=JPEG)


@pytest.fixture(scope="module")
def read_once(
    tmp_path_factory: pytest.TempPathFactory, practice: PracticeSet
) -> tuple[Path, School]:
    folder = tmp_path_factory.mktemp("read") / "var"
    return folder, read_installation(folder, practice, at=NOW)


@pytest.fixture
def database(settings: Settings, read_once: tuple[Path, School]) -> Database:
    shutil.copytree(read_once[0], settings.data_dir)
    return Database(settings.database)


@pytest.fixture
def school(read_once: tuple[Path, School]) -> School:
    return read_once[1]


def pages_of(database: Database, code: str) -> list[Page]:
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        return [one for one in pages if one.script and one.script.participant.code == code]


def want_again(database: Database, school: School, page: Page) -> None:
    with database.transaction() as session:
        set_page_aside(
            session,
            page_id=page.id,
            version=page.version,
            kind=PageKind.RESCAN_WANTED,
            by=school.coordinator,
            at=LATER,
        )


def scan_again(settings: Settings, database: Database, school: School, again: PracticeSet) -> None:
    """The first page of the class alone is scanned once more."""
    upload(database, school, stored(FileStore(settings.files_dir), again)[:1], at=LATEST)
    run_jobs(settings, at=LATEST)


def replace_page(
    database: Database, school: School, page: Page, old: UUID, *, code: str = ""
) -> None:
    with database.transaction() as session:
        assign_page(
            session,
            page_id=page.id,
            version=page.version,
            code=code,
            page_number=None,
            follow=False,
            replace=False,
            replaces=old,
            by=school.coordinator,
            at=LATEST,
        )


def hand_over(database: Database, school: School) -> None:
    with database.transaction() as session:
        publish_scripts(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            incomplete={},
            by=school.coordinator,
            at=LATER,
        )


def test_the_next_upload_answers_a_page_that_was_wanted_anew(
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    second_scan: PracticeSet,
    school: School,
) -> None:
    code = practice.issued[0]
    lost, kept = pages_of(database, code)
    want_again(database, school, lost)
    scan_again(settings, database, school, second_scan)
    with database.reading() as session:
        old = session.get_one(Page, lost.id)
        assert old.replaced_by_id is not None
        fresh = session.get_one(Page, old.replaced_by_id)
        assert fresh.script is not None
        assert (fresh.script.participant.code, old.kind) == (code, PageKind.RESCAN_WANTED)
        assert fresh.bundle_id != old.bundle_id
        assert session.get_one(Page, kept.id).script_id == fresh.script_id
        told = select(AuditEvent).where(AuditEvent.action == "page.rescanned")
        assert session.scalars(told).one().subject_id == lost.id


def test_a_person_says_which_page_a_new_scan_replaces_and_takes_it_back(
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    second_scan: PracticeSet,
    school: School,
) -> None:
    code = practice.issued[0]
    first, _ = pages_of(database, code)
    with database.transaction() as session:
        session.get_one(Page, first.id).source = PageSource.PERSON
    scan_again(settings, database, school, second_scan)
    with database.reading() as session:
        query = select(Page).where(Page.bundle_id != first.bundle_id)
        fresh = session.scalars(query).one()
        assert (fresh.kind, fresh.script_id) == (PageKind.DUPLICATE, None)
    with pytest.raises(Refusal, match="с другим кодом"):
        replace_page(database, school, fresh, first.id, code=practice.issued[1])
    replace_page(database, school, fresh, first.id)
    with database.reading() as session:
        old, new = session.get_one(Page, first.id), session.get_one(Page, fresh.id)
        assert (old.kind, old.script_id, old.replaced_by_id) == (
            PageKind.DUPLICATE,
            None,
            fresh.id,
        )
        assert (new.script_id, new.page_number) == (first.script_id, first.page_number)
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject_id == fresh.id)).one()
        assert event.new is not None
        assert event.new["replaces"] == str(first.id)
    with database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATEST,
        )
    with database.reading() as session:
        old, new = session.get_one(Page, first.id), session.get_one(Page, fresh.id)
        assert (old.script_id, old.replaced_by_id, new.kind) == (
            first.script_id,
            None,
            PageKind.DUPLICATE,
        )


def test_a_wanted_page_without_a_code_is_answered_by_a_person_and_taken_back(
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    second_scan: PracticeSet,
    school: School,
) -> None:
    first, _ = pages_of(database, practice.issued[0])
    with database.transaction() as session:
        page = session.get_one(Page, first.id)
        page.script, page.needs_person, page.source = None, True, None
    with database.reading() as session:
        page = session.get_one(Page, first.id)
    want_again(database, school, page)
    with database.transaction() as session:
        assert session.get_one(Page, first.id).wanted_for_id is None
        fresh = session.scalars(select(Page).where(Page.script_id.is_not(None))).first()
    assert fresh is not None
    with pytest.raises(Refusal, match="Выберите код"):
        replace_page(database, school, fresh, first.id)
    replace_page(database, school, fresh, first.id, code=practice.issued[0])
    with database.reading() as session:
        assert session.get_one(Page, first.id).replaced_by_id == fresh.id
    with database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATEST,
        )
        assert session.get_one(Page, first.id).replaced_by_id is None


def test_only_a_page_of_the_same_pile_that_stands_or_is_wanted_can_be_replaced(
    database: Database, practice: PracticeSet, school: School
) -> None:
    first, second = pages_of(database, practice.issued[0])
    with pytest.raises(NotYours):
        replace_page(database, school, first, first.id)
    with database.transaction() as session:
        set_page_aside(
            session,
            page_id=second.id,
            version=second.version,
            kind=PageKind.BLANK,
            by=school.coordinator,
            at=LATER,
        )
    with pytest.raises(Refusal, match="заменить нельзя"):
        replace_page(database, school, first, second.id)
    with database.transaction() as session:
        other = make_school(session, make_municipality(session, name="Другой район"), 9)
        session.get_one(Page, second.id).bundle.school_id = other.id
    with pytest.raises(NotYours):
        replace_page(database, school, first, second.id)


def test_a_script_handed_over_that_loses_and_gains_a_page_tells_of_it(
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    second_scan: PracticeSet,
    school: School,
) -> None:
    hand_over(database, school)
    lost, _ = pages_of(database, practice.issued[0])
    with database.reading() as session:
        script = session.get_one(Script, lost.script_id)
        assert script.published_at == LATER
    want_again(database, school, lost)
    scan_again(settings, database, school, second_scan)
    with database.reading() as session:
        changes = session.scalars(select(ScriptChange).order_by(ScriptChange.at)).all()
        assert [(one.kind, one.script_id, one.at) for one in changes] == [
            (ChangeKind.LOST, lost.script_id, LATER),
            (ChangeKind.GAINED, lost.script_id, LATEST),
        ]


def test_a_script_that_is_still_at_school_tells_nobody(
    database: Database, practice: PracticeSet, school: School
) -> None:
    want_again(database, school, pages_of(database, practice.issued[0])[0])
    with database.reading() as session:
        assert session.scalars(select(ScriptChange)).all() == []


def test_a_later_scan_with_the_same_barcode_is_a_new_version_of_the_page(
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    second_scan: PracticeSet,
    school: School,
) -> None:
    hand_over(database, school)
    first, second = pages_of(database, practice.issued[0])
    scan_again(settings, database, school, second_scan)
    with database.reading() as session:
        old = session.get_one(Page, first.id)
        assert (old.kind, old.script_id) == (PageKind.DUPLICATE, None)
        new = session.get_one(Page, old.replaced_by_id)
        script = session.get_one(Script, new.script_id)
        assert {page.id for page in script.pages} == {new.id, second.id}
        assert new.page_number == first.page_number
        shown = {image.page_id for image in script.images if image.replaced_at is None}
        assert shown == {new.id, second.id}
        changes = {(one.kind, one.page_number) for one in session.scalars(select(ScriptChange))}
        assert changes == {(ChangeKind.LOST, 1), (ChangeKind.GAINED, 1)}


def test_the_same_file_in_another_upload_is_known_and_its_pages_change_nothing(
    database: Database, store: FileStore, practice: PracticeSet, school: School
) -> None:
    received = upload(database, school, stored(store, practice), at=LATEST)
    assert received.bundle_id is None
    assert [file.uploaded_at for file in received.known] == [NOW]


def test_a_page_for_a_full_script_stands_beside_the_pages_that_are_there(
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    second_scan: PracticeSet,
    school: School,
) -> None:
    code = practice.issued[0]
    first, second = pages_of(database, code)
    with database.transaction() as session:
        session.get_one(Page, first.id).source = PageSource.PERSON
    scan_again(settings, database, school, second_scan)
    with database.transaction() as session:
        fresh = session.scalars(select(Page).where(Page.bundle_id != first.bundle_id)).one()
        fresh.kind, fresh.needs_person, fresh.why = PageKind.SCRIPT, True, "неясно"
        fresh.candidates = [{"code": code, "confidence": 0.9}]
    with database.reading() as session:
        [page] = get_desk(
            session, exam_id=school.exam_id, school_id=school.school_id, by=school.coordinator
        ).pages
    assert page.is_clash
    assert page.printed.endswith(f"{code}-1")
    assert len(page.written) == len(code)
    assert [(rival.page_id, rival.standing, rival.code) for rival in page.rivals] == [
        (first.id, Standing.PLACED, code),
        (second.id, Standing.PLACED, code),
    ]
