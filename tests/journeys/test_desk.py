"""The desk: two pages beside each other, one key a decision, and how long a page takes."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.db import Database
from app.models import BundleFile, Exam, PageKind
from app.models import Page as PageRow
from app.settings import Settings
from app.storage import FileStore
from scanning.practice import PracticeSet
from tests.builders import PASSWORD
from tests.integration.scan_builders import (
    School,
    make_scan_school,
    practice_set,
    run_jobs,
    stored,
    upload,
)
from tests.journeys.conftest import Server, log_in

pytestmark = pytest.mark.journey
MANY = 40
# Two hundred pages in ten minutes are three seconds a page: the person needs most of them.
MOST_SECONDS_A_PAGE = 1.5


@pytest.fixture
def practice() -> PracticeSet:
    return practice_set(pupils=2)


@pytest.fixture
def school(
    settings: Settings,
    database: Database,
    store: FileStore,
    practice: PracticeSet,
    now: datetime,
) -> School:
    """A class that was scanned twice: the second pile lies upon the first."""
    with database.transaction() as session:
        made = make_scan_school(session, practice, at=now)
    upload(database, made, stored(store, practice), at=now)
    run_jobs(settings, at=now)
    again = practice_set(pupils=2, issued=practice.issued, seed=77)
    later = now + timedelta(hours=1)
    upload(database, made, stored(store, again), at=later)
    run_jobs(settings, at=later)
    return made


def test_a_clash_is_shown_with_both_pages_and_a_key_replaces_the_older(
    page: Page, school: School, server: Server, database: Database
) -> None:
    log_in(page, server, "coordinator", PASSWORD)
    page.goto(f"{server.url}/scans/{school.exam_id}/{school.school_id}/desk")
    page.locator("[data-ready]").wait_for()
    expect(page.locator("[data-rival-picture]")).to_be_visible()
    expect(page.locator("[data-rival-title]")).to_contain_text("стоит в работе")
    expect(page.locator("[data-evidence]")).to_contain_text("от руки:")
    left = int(page.locator("[data-left]").inner_text())
    page.keyboard.press("v")
    page.keyboard.press("z")
    expect(page.get_by_text("Решено страниц: 1.")).to_be_visible()
    expect(page.locator("[data-left]")).to_have_text(str(left - 1))
    with database.reading() as session:
        replaced = select(PageRow).where(PageRow.replaced_by_id.is_not(None))
        old = session.scalars(replaced).one()
        new = session.get_one(PageRow, old.replaced_by_id)
        assert new.script_id is not None
        assert (old.script_id, old.kind) == (None, PageKind.DUPLICATE)
    page.keyboard.press("u")
    expect(page.get_by_text("Решение отменено.")).to_be_visible()
    expect(page.locator("[data-left]")).to_have_text(str(left))


def test_forty_pages_are_decided_at_a_key_each_and_the_program_keeps_up(
    page: Page,
    school: School,
    server: Server,
    database: Database,
    practice: PracticeSet,
) -> None:
    _pile_up(database, school.exam_id, practice.issued)
    log_in(page, server, "coordinator", PASSWORD)
    page.goto(f"{server.url}/scans/{school.exam_id}/{school.school_id}/desk")
    page.locator("[data-ready]").wait_for()
    left = int(page.locator("[data-left]").inner_text())
    took = []
    for _ in range(MANY):
        started = time.perf_counter()
        page.keyboard.press("f")
        left -= 1
        page.wait_for_function(
            """(left) => document.querySelector("[data-left]").textContent === String(left)
                && document.querySelector("[data-picture]").complete
                && document.querySelector("[data-picture]").naturalWidth > 0""",
            arg=left,
        )
        took.append(time.perf_counter() - started)
    print(f"desk: median {median(took):.2f} s a page, longest {max(took):.2f} s")
    assert median(took) < MOST_SECONDS_A_PAGE


def _pile_up(database: Database, exam_id: UUID, codes: tuple[str, ...]) -> None:
    """Forty and a few pages more that wait, each like one that was read."""
    with database.transaction() as session:
        session.get_one(Exam, exam_id).pages_expected = 100
        file = session.scalars(select(BundleFile).order_by(BundleFile.sha256)).first()
        model = session.scalars(select(PageRow)).first()
        assert file is not None
        assert model is not None
        session.add_all(
            PageRow(
                file_id=file.id,
                bundle_id=file.bundle_id,
                index=1000 + place,
                kind=PageKind.SCRIPT,
                needs_person=True,
                why="Код прочитан неуверенно: подходят несколько кодов из списка.",
                candidates=[{"code": codes[place % len(codes)], "confidence": 0.7}],
                reading=model.reading,
                template_id=model.template_id,
                image_sha256=model.image_sha256,
                code_crop_sha256=model.code_crop_sha256,
            )
            for place in range(MANY + 4)
        )
