"""Bundles on the real way: store, rows, job in a process of its own, pages, scripts, images."""

from __future__ import annotations

import multiprocessing
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app import queue
from app.access import Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.jobs.handlers import HANDLERS
from app.jobs.pool import Worker, _do_in_child
from app.jobs.task import JobLost, Task
from app.models import (
    Bundle,
    BundleFile,
    Exam,
    ExamTemplate,
    FileOutcome,
    Job,
    JobState,
    Page,
    SchoolClass,
    Script,
    ScriptImage,
)
from app.services.intake import StoredFile, match_again, read_again, receive_bundle
from app.settings import Settings
from app.storage import FileStore
from scanning.practice import PracticeSet, Scanner, hostile_files
from tests.builders import make_municipality, make_participants, make_person, make_school
from tests.integration.scan_builders import (
    School,
    make_scan_school,
    practice_set,
    run_jobs,
    stored,
    upload,
)


@pytest.fixture(scope="module")
def practice() -> PracticeSet:
    return practice_set()


@pytest.fixture
def school(database: Database, practice: PracticeSet, now: datetime) -> School:
    with database.transaction() as session:
        return make_scan_school(session, practice, at=now)


def test_every_page_of_a_clean_class_is_named_right_and_drawn(
    kept_in: Settings,
    database: Database,
    each_store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    store = each_store
    upload(database, school, stored(store, practice), at=now)
    run_jobs(kept_in, at=now)
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert job.state is JobState.DONE, job.message
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        found = [page.script and page.script.participant.code for page in pages]
        assert found == [page.code for page in practice.pages]
        images = session.scalars(select(ScriptImage)).all()
        assert {image.page_id for image in images} == {page.id for page in pages}
        assert all(store.get(image.sha256).startswith(b"\xff\xd8") for image in images)


def test_a_poisoned_file_is_a_row_with_its_reason_and_the_others_go_on(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    hostile = [
        StoredFile(name=file.name, sha256=store.put(file.content), size_bytes=len(file.content))
        for file in hostile_files(seed=1)
    ]
    upload(database, school, [*hostile, *stored(store, practice)], at=now)
    run_jobs(settings, at=now)
    with database.reading() as session:
        rows = session.scalars(select(BundleFile).order_by(BundleFile.position)).all()
        refused = [row for row in rows if row.outcome is FileOutcome.REJECTED]
        assert [row.name for row in refused] == [file.name for file in hostile]
        assert all(row.name in row.why % row.why_params for row in refused)
        pages = session.scalars(select(Page)).all()
        assert len(pages) == len(practice.pages) == sum(row.pages for row in rows)
        named = sum(1 for page in pages if page.script_id)
        waiting = sum(1 for page in pages if page.needs_person)
        aside = sum(1 for page in pages if not page.script_id and not page.needs_person)
        assert named + waiting + aside == len(practice.pages)


def test_the_same_file_again_is_recognised_and_told(
    database: Database, store: FileStore, practice: PracticeSet, school: School, now: datetime
) -> None:
    files = stored(store, practice)
    first = upload(database, school, files, at=now)
    again = upload(database, school, files, at=now + timedelta(hours=1))
    assert first.bundle_id is not None
    assert again.bundle_id is None
    assert [(file.name, file.uploaded_at) for file in again.known] == [(files[0].name, now)]


def test_a_bundle_its_files_and_its_job_come_in_one_commit(
    database: Database, store: FileStore, practice: PracticeSet, school: School, now: datetime
) -> None:
    received = upload(database, school, stored(store, practice), at=now)
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert job.payload == {"bundle_id": str(received.bundle_id)}
        assert session.scalars(select(BundleFile)).one().outcome is FileOutcome.WAITING


def test_a_school_takes_in_no_bundle_for_another(
    database: Database, store: FileStore, practice: PracticeSet, school: School, now: datetime
) -> None:
    with database.transaction() as session:
        elsewhere = make_municipality(session, name="Другой район")
        other = make_school(session, elsewhere, 2)
        stranger = make_person(session, "stranger", Role.SCHOOL_COORDINATOR, at=now, school=other)
    for school_id in (school.school_id, other.id):
        with pytest.raises(NotYours), database.transaction() as session:
            receive_bundle(
                session,
                exam_id=school.exam_id,
                school_id=school_id,
                class_id=None,
                files=stored(store, practice),
                by=stranger,
                at=now,
            )


def test_an_upload_without_files_or_for_an_exam_without_a_form_is_refused(
    database: Database, store: FileStore, practice: PracticeSet, school: School, now: datetime
) -> None:
    with pytest.raises(Refusal, match="Файлы не выбраны"):
        upload(database, school, [], at=now)
    with database.transaction() as session:
        session.delete(session.scalars(select(ExamTemplate)).one())
    with pytest.raises(Refusal, match="нет макета"):
        upload(database, school, stored(store, practice), at=now)


def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_is_doubled(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    upload(database, school, stored(store, practice), at=now)
    with database.transaction() as session:
        lease = queue.take(session, at=now)
    assert lease is not None
    database.dispose()
    child = multiprocessing.get_context("fork").Process(
        target=_do_in_child, args=(settings, lease, lambda: now)
    )
    child.start()
    _wait_for_a_page(database)
    child.kill()
    child.join()
    later = now + timedelta(minutes=2)
    run_jobs(settings, at=later)
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert (job.state, job.attempt) == (JobState.DONE, 2)
        assert session.scalar(select(func.count(Page.id))) == len(practice.pages)
        assert session.scalar(select(func.count(ScriptImage.id))) == len(practice.pages)
    late = Task(lease=lease, settings=settings, database=database, store=store, now=lambda: later)
    with pytest.raises(JobLost):
        late.progress(1, None)
    with pytest.raises(JobLost):
        HANDLERS[lease.kind](late)


def _wait_for_a_page(database: Database) -> None:
    for _ in range(1200):
        with database.reading() as session:
            if session.scalars(select(Job.done_steps)).one():
                return
        time.sleep(0.05)
    raise AssertionError("no page was read in a minute")


def test_a_job_repeated_after_the_pages_were_filed_files_nothing_twice(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    received = upload(database, school, stored(store, practice), at=now)
    run_jobs(settings, at=now)
    with database.transaction() as session:
        queue.enqueue(
            session,
            kind="read_bundle",
            key="again",
            payload={"bundle_id": str(received.bundle_id)},
            at=now,
        )
    run_jobs(settings, at=now)
    with database.reading() as session:
        assert session.scalar(select(func.count(Page.id))) == len(practice.pages)
        assert session.scalar(select(func.count(ScriptImage.id))) == len(practice.pages)


def test_codes_that_come_later_are_matched_without_a_new_scan(
    settings: Settings, database: Database, store: FileStore, practice: PracticeSet, now: datetime
) -> None:
    absent = practice.pages[0].code
    known = [code for code in practice.issued if code != absent]
    with database.transaction() as session:
        school = make_scan_school(session, practice, at=now, codes=known)
    upload(database, school, stored(store, practice), at=now)
    run_jobs(settings, at=now)
    with database.transaction() as session:
        waiting = session.scalars(select(Page).where(Page.needs_person)).all()
        assert len(waiting) == practice.pages_expected
        make_participants(
            session,
            session.get_one(Exam, school.exam_id),
            session.get_one(SchoolClass, school.class_id),
            (str(absent),),
        )
        found = match_again(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=now,
            ahead={},
        )
    assert (found.named, found.left_to_person) == (len(practice.pages), 0)


def test_a_bundle_whose_job_failed_is_read_again_when_a_person_asks(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    received = upload(database, school, stored(store, practice), at=now)
    assert received.bundle_id is not None
    with (
        pytest.raises(Refusal, match="повторять чтение не нужно"),
        database.transaction() as session,
    ):
        read_again(session, bundle_id=received.bundle_id, by=school.coordinator, at=now)
    with database.transaction() as session:
        job = session.scalars(select(Job)).one()
        job.state, job.message = JobState.FAILED, "сбой"
        read_again(session, bundle_id=received.bundle_id, by=school.coordinator, at=now)
    Worker(settings=settings, now=lambda: now).run_all()
    with database.reading() as session:
        assert session.get_one(Bundle, received.bundle_id).read_at == now
        assert session.scalar(select(func.count(Script.id))) == len(practice.pages) / 2


def test_the_same_sheet_of_paper_scanned_anew_is_known_by_its_strokes(
    settings: Settings, database: Database, store: FileStore, now: datetime
) -> None:
    practice, later = practice_set(pupils=2, seed=31), now + timedelta(hours=1)
    with database.transaction() as session:
        school = make_scan_school(session, practice, at=now)
    upload(database, school, stored(store, practice), at=now)
    run_jobs(settings, at=now)
    finer = practice_set(pupils=2, seed=31, scanner=Scanner(dpi=200))
    upload(database, school, stored(store, finer), at=later)
    run_jobs(settings, at=later)
    with database.reading() as session:
        of_exam = select(Page).join(Page.bundle).where(Bundle.exam_id == school.exam_id)
        pages = session.scalars(of_exam.order_by(Bundle.uploaded_at, Page.index)).all()
        first, again = pages[: len(practice.pages)], pages[len(practice.pages) :]
        assert [page.replaced_by_id for page in first] == [page.id for page in again]
        codes = [page.script.participant.code for page in again if page.script]
        assert codes == [page.code for page in practice.pages]
