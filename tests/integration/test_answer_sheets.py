"""Answer sheets on their whole way: printed for a class, scanned, uploaded, named by barcode."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import Database
from app.models import Exam, ExamTemplate, Page, PageSource
from app.services.intake import StoredFile
from app.settings import Settings
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.integration.scan_builders import (
    School,
    make_scan_school,
    practice_set,
    run_jobs,
    upload,
)


@pytest.fixture
def school(database: Database, now: datetime) -> School:
    with database.transaction() as session:
        return make_scan_school(session, practice_set(pupils=2), at=now)


@pytest.fixture
def client(enter: Enter, school: School) -> FlaskClient:
    return enter("coordinator")


def address(database: Database, school: School) -> str:
    with database.reading() as session:
        campaign_id = session.get_one(Exam, school.exam_id).campaign_id
    return f"/registers/codes/{campaign_id}/{school.class_id}"


def draw(database: Database, school: School, layout: dict[str, object]) -> None:
    with database.transaction() as session:
        row = session.scalars(
            select(ExamTemplate).where(ExamTemplate.exam_id == school.exam_id)
        ).one()
        row.layout = {**row.layout, **layout}


def test_printed_sheets_come_back_named_by_their_barcodes(
    settings: Settings,
    database: Database,
    store: FileStore,
    client: FlaskClient,
    school: School,
    now: datetime,
) -> None:
    visible = [{"rect": {"x": 10, "y": 46, "w": 190, "h": 242}, "page": None, "task": None}]
    draw(database, school, {"visible": visible})
    place = address(database, school)
    assert f'value="{school.exam_id}:1"' in client.get(place).text
    answer = client.get(f"{place}/sheets.pdf?form={school.exam_id}:1&backs=1")
    assert answer.mimetype == "application/pdf"
    file = StoredFile(name="sheets.pdf", sha256=store.put(answer.data), size_bytes=len(answer.data))
    upload(database, school, [file], at=now)
    run_jobs(settings, at=now)
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        fronts, backs = pages[::2], pages[1::2]
        assert {page.source for page in fronts} == {PageSource.BARCODE}
        assert [page.page_number for page in fronts] == [1, 2] * 3
        codes = [page.script.participant.code for page in fronts if page.script]
        assert codes == sorted(codes)
        assert len(set(codes)) == 3
        assert {page.kind.value for page in backs} == {"blank"}


def test_a_form_without_room_for_a_barcode_is_told_on_the_page(
    database: Database, client: FlaskClient, school: School
) -> None:
    whole = [{"rect": {"x": 0, "y": 0, "w": 210, "h": 297}, "page": None, "task": None}]
    draw(database, school, {"visible": whole, "sticker": None})
    answer = client.get(
        f"{address(database, school)}/sheets.pdf?form={school.exam_id}:1", follow_redirects=True
    )
    assert "нет места для QR" in answer.text


def test_a_form_of_no_exam_of_the_class_answers_as_what_does_not_exist(
    database: Database, client: FlaskClient, school: School
) -> None:
    for wanted in ("", f"{school.exam_id}:9", f"{school.class_id}:1"):
        answer = client.get(f"{address(database, school)}/sheets.pdf?form={wanted}")
        assert answer.status_code == 404
