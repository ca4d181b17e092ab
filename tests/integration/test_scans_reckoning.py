"""A pile is reckoned while others may write, and what was found holds for that pile alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.bridge.rereading import ask_to_reread
from app.db import Database
from app.models import Exam, ExamTemplate, Page, SchoolClass
from app.services.intake import reckoning
from app.settings import Settings
from app.storage import FileStore
from scanning import IssuedCodes, PageReading, PageVerdict, identify
from scanning.practice import PracticeSet
from tests.builders import make_participants
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
def late_code(practice: PracticeSet) -> str:
    """The code of a pupil whom the school has not put on its list yet."""
    return practice.pages[0].code or ""


@pytest.fixture
def school(database: Database, practice: PracticeSet, late_code: str, now: datetime) -> School:
    codes = [code for code in practice.issued if code != late_code]
    with database.transaction() as session:
        return make_scan_school(session, practice, at=now, codes=codes)


def when_reckoned(monkeypatch: pytest.MonkeyPatch, do: Callable[[], None]) -> None:
    """Have something done by somebody else while the verdicts of a pile are on their way."""

    def identify_meanwhile(
        readings: Sequence[PageReading], issued: IssuedCodes, *, pages_expected: int | None
    ) -> tuple[PageVerdict, ...]:
        found = identify(readings, issued, pages_expected=pages_expected)
        do()
        return found

    monkeypatch.setattr(reckoning, "identify", identify_meanwhile)


def test_others_may_write_while_a_pile_is_reckoned(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrote = tmp_path / "wrote"

    def write() -> None:
        with sqlite3.connect(settings.data_dir / "sverka.db", timeout=0.2) as other:
            other.execute("BEGIN IMMEDIATE")
        with wrote.open("a") as lines:
            lines.write("one\n")

    when_reckoned(monkeypatch, write)
    upload(database, school, stored(store, practice), at=now)
    run_jobs(settings, at=now)
    assert wrote.read_text() == "one\n"
    with database.transaction() as session:
        form = session.scalars(select(ExamTemplate)).one()
        ask_to_reread(session, exam_id=school.exam_id, template_id=form.id, at=now)
    run_jobs(settings, at=now)
    assert wrote.read_text() == "one\none\n"


def test_a_code_that_comes_while_a_pile_is_reckoned_names_its_pages(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    school: School,
    late_code: str,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def add_code() -> None:
        monkeypatch.undo()
        with Database(settings.database).transaction() as session:
            exam = session.get_one(Exam, school.exam_id)
            of_class = session.get_one(SchoolClass, school.class_id)
            make_participants(session, exam, of_class, (late_code,))

    when_reckoned(monkeypatch, add_code)
    upload(database, school, stored(store, practice), at=now)
    run_jobs(settings, at=now)
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        found = [page.script and page.script.participant.code for page in pages]
    assert found == [page.code for page in practice.pages]
