"""A school with an exam, its form and its codes, and practice scans of its class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.db import Database
from app.jobs.pool import Worker
from app.models import ExamTemplate
from app.schema import upgrade
from app.services.intake import Received, StoredFile, receive_bundle
from app.settings import Settings
from app.storage import FileStore
from scanning import PageTemplate
from scanning.practice import PracticeSet, PracticeSpec, make_practice_set
from tests.builders import (
    make_class,
    make_exam,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class School:
    """Who and what a test of scans needs."""

    exam_id: UUID
    school_id: UUID
    class_id: UUID
    coordinator: Actor


def make_scan_school(
    session: Session,
    practice: PracticeSet,
    *,
    at: datetime,
    login: str = "coordinator",
    codes: Sequence[str] | None = None,
) -> School:
    place = make_municipality(session)
    school = make_school(session, place)
    school_class = make_class(session, school, grade=5)
    exam = make_exam(session, place, at=at, subject="Математика", grade=5)
    exam.pages_expected = practice.pages_expected
    make_participants(session, exam, school_class, tuple(codes or practice.issued))
    coordinator = make_person(session, login, Role.SCHOOL_COORDINATOR, at=at, school=school)
    session.add(
        ExamTemplate(
            exam_id=exam.id,
            number=1,
            layout=PageTemplate.from_layout(practice.layout.as_roster_layout()).to_layout(),
            created_at=at,
            created_by_id=coordinator.person_id,
        )
    )
    session.flush()
    return School(
        exam_id=exam.id,
        school_id=school.id,
        class_id=school_class.id,
        coordinator=coordinator,
    )


def practice_set(
    *,
    pupils: int = 3,
    pages: int = 2,
    traps: frozenset = frozenset(),
    seed: int = 5,
    **more: object,
) -> PracticeSet:
    spec = PracticeSpec(pupils=pupils, pages=pages, traps=traps, spare_codes=1, **more)
    return make_practice_set(spec, seed=seed)


def stored(store: FileStore, practice: PracticeSet) -> list[StoredFile]:
    return [
        StoredFile(name=file.name, sha256=store.put(file.content), size_bytes=len(file.content))
        for file in practice.files
    ]


def upload(
    database: Database, school: School, files: list[StoredFile], *, at: datetime
) -> Received:
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


def run_jobs(settings: Settings, *, at: datetime) -> None:
    Worker(settings=settings, now=lambda: at).run_all()


def read_installation(folder: Path, practice: PracticeSet, *, at: datetime) -> School:
    """An installation in that folder, which is made, with one bundle that is read."""
    settings = Settings(data_dir=folder, _env_file=None)
    folder.mkdir()
    database = Database(settings.database)
    upgrade(database)
    with database.transaction() as session:
        school = make_scan_school(session, practice, at=at)
    upload(database, school, stored(FileStore(settings.files_dir), practice), at=at)
    run_jobs(settings, at=at)
    database.dispose()
    return school
