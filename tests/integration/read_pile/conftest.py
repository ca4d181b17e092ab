"""A pile of scans read once; every test works on a copy of the installation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import Database
from app.models import (
    Page,
    PageKind,
    PageSource,
    Participant,
    Script,
)
from app.services.anonymisation import draw_script, issue_images
from app.settings import Settings
from app.storage import FileStore
from scanning.practice import PracticeSet, Trap
from tests.conftest import NOW
from tests.integration.conftest import Enter
from tests.integration.scan_builders import (
    School,
    practice_set,
    read_installation,
)

TRAPS = frozenset({Trap.EMPTY_CODE, Trap.FOREIGN_PAGE, Trap.BLANK_BACKS})


@pytest.fixture(scope="session")
def practice() -> PracticeSet:
    return practice_set(pupils=4, traps=TRAPS, seed=15)


@pytest.fixture(scope="session")
def read_once(
    tmp_path_factory: pytest.TempPathFactory, practice: PracticeSet
) -> tuple[Path, School]:
    """One installation whose bundle is read; every test works on a copy."""
    folder = tmp_path_factory.mktemp("read") / "var"
    school = read_installation(folder, practice, at=NOW)
    settings = Settings(data_dir=folder, _env_file=None)
    database = Database(settings.database)
    _name_the_lone_page(database, FileStore(settings.files_dir), practice)
    database.dispose()
    return folder, school


def _name_the_lone_page(database: Database, store: FileStore, practice: PracticeSet) -> None:
    """The page beside the empty one, which the program alone is not quite sure of, is placed."""
    with database.transaction() as session:
        query = select(Page).where(Page.needs_person, Page.kind == PageKind.SCRIPT)
        for page in session.scalars(query):
            truth = practice.pages[page.index]
            if truth.written_code is None:
                continue
            holder = select(Participant).where(Participant.code == truth.written_code)
            exam_id = page.bundle.exam_id
            script = Script(exam_id=exam_id, participant=session.scalars(holder).one())
            page.script, page.needs_person, page.why = script, False, ""
            page.source, page.candidates = PageSource.DIGITS, []
            session.flush()
            drawings = draw_script(session, store=store, script_id=script.id)
            issue_images(session, script_id=script.id, drawings=drawings, at=NOW)


@pytest.fixture
def database(settings: Settings, read_once: tuple[Path, School]) -> Database:
    shutil.copytree(read_once[0], settings.data_dir)
    return Database(settings.database)


@pytest.fixture
def school(read_once: tuple[Path, School]) -> School:
    return read_once[1]


@pytest.fixture
def client(enter: Enter) -> FlaskClient:
    return enter("coordinator")
