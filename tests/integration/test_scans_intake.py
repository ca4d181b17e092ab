"""Bundles on the real way: store, rows, job in a process of its own, pages, scripts, images."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from app.db import Database
from app.jobs.pool import Worker
from app.models import Job, JobState, Page, ScriptImage
from app.services.intake import StoredFile, receive_bundle
from app.settings import Settings
from app.storage import FileStore
from scanning.practice import PracticeSet
from tests.integration.scan_builders import School, make_scan_school, practice_set, stored


@pytest.fixture(scope="module")
def practice() -> PracticeSet:
    return practice_set()


@pytest.fixture
def school(database: Database, practice: PracticeSet, now: datetime) -> School:
    with database.transaction() as session:
        return make_scan_school(session, practice, at=now)


def upload(database: Database, school: School, files: list[StoredFile], at: datetime) -> object:
    with database.transaction() as session:
        return receive_bundle(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            class_id=school.class_id,
            files=files,
            by=school.coordinator,
            at=at,
        )


def run_jobs(settings: Settings, now: datetime) -> None:
    Worker(settings=settings, now=lambda: now).run_all()


def test_every_page_of_a_clean_class_is_named_and_drawn(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    upload(database, school, stored(store, practice), now)
    run_jobs(settings, now)
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert job.state is JobState.DONE, job.message
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        truth = [page.code for page in practice.pages]
        found = [page.script and page.script.participant.code for page in pages]
        assert [(a, b) for a, b in zip(found, truth, strict=True) if a not in (None, b)] == []
        assert sum(code is not None for code in found) >= 4
        images = session.scalars(select(ScriptImage)).all()
        assert {image.page_id for image in images} == {p.id for p in pages if p.script_id}
