"""Pages of a pile in the web: whose they are, the desk, entries, marks."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.access import Role
from app.db import Database
from app.errors import NotYours
from app.models import (
    AuditEvent,
    Page,
    PageKind,
    Participant,
    ScriptImage,
)
from app.queries.scans import get_overview, get_picture, get_progress
from scanning.practice import PracticeSet
from tests.builders import make_municipality, make_person, make_school
from tests.conftest import NOW
from tests.integration.conftest import Enter
from tests.integration.read_pile.pile import true_code, waiting
from tests.integration.scan_builders import (
    School,
)


def plain(answer: TestResponse) -> str:
    """The answer without its token, which carries the second it was made in."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)


def test_pages_and_bundles_of_another_school_answer_as_what_does_not_exist(
    database: Database, school: School, enter: Enter
) -> None:
    with database.transaction() as session:
        place = make_municipality(session, name="Соседний район")
        other = make_school(session, place, 7)
        stranger = make_person(session, "stranger", Role.SCHOOL_COORDINATOR, at=NOW, school=other)
        page = session.scalars(select(Page)).first()
        image = session.scalars(select(ScriptImage)).first()
    assert page is not None
    assert image is not None
    with pytest.raises(NotYours), database.reading() as session:
        get_picture(session, page_id=page.id, code_field=False, by=stranger)
    with pytest.raises(NotYours), database.reading() as session:
        get_progress(session, bundle_id=page.bundle_id, by=stranger, at=NOW)
    client = enter("stranger")
    missing = client.get(f"/scans/pages/{uuid4()}/original")
    pile = f"/scans/{school.exam_id}/{school.school_id}"
    addresses = [
        f"/scans/pages/{page.id}/original",
        f"/scans/pages/{page.id}/code-field",
        f"/scans/images/{image.id}",
        f"/scans/scripts/{image.script_id}",
        f"/scans/bundles/{page.bundle_id}",
        *(f"{pile}/{name}" for name in ("", "overview", "entries", "desk")),
    ]
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, plain(answer)) == (404, plain(missing)), address
    for name in ("publish", "undo", "match-again", "bundles", f"desk/{page.id}"):
        assert client.post(f"{pile}/{name}").status_code == 404, name


def test_every_view_of_an_original_page_is_in_the_trail_and_nothing_is_kept(
    client: FlaskClient, database: Database
) -> None:
    page = waiting(database)
    answer = client.get(f"/scans/pages/{page.id}/original")
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "page.viewed")).one()
    assert event.subject_id == page.id


def test_the_desk_decides_by_json_and_comes_to_the_next_page(
    client: FlaskClient, database: Database, practice: PracticeSet, school: School
) -> None:
    page, pile = waiting(database), f"/scans/{school.exam_id}/{school.school_id}"
    json = {"Accept": "application/json"}
    before = client.get(f"{pile}/desk", headers=json).json
    assert before["left"] == 2
    refused = client.post(
        f"{pile}/desk/{page.id}", data={"version": page.version, "code": "1"}, headers=json
    )
    assert refused.status_code == 422
    assert "Кода 1 нет" in refused.json["error"]
    form = {"version": page.version, "code": true_code(practice), "follow": "on"}
    after = client.post(f"{pile}/desk/{page.id}", data=form, headers=json).json
    assert (after["left"], after["told"]) == (1, "Решено страниц: 1.")
    stale = client.post(f"{pile}/desk/{page.id}", data=form, headers=json)
    assert stale.status_code == 409
    undone = client.post(f"{pile}/undo", headers=json).json
    assert (undone["left"], undone["pages"][0]["page_id"]) == (2, str(page.id))


def test_the_desk_works_without_its_module(
    client: FlaskClient, database: Database, school: School
) -> None:
    page, pile = waiting(database), f"/scans/{school.exam_id}/{school.school_id}"
    shown = client.get(f"{pile}/desk?page={page.id}").text
    assert page.why in shown
    form = {"version": page.version, "kind": "rescan_wanted"}
    answer = client.post(f"{pile}/desk/{page.id}", data=form, follow_redirects=True)
    assert "Решено страниц: 1." in answer.text
    with database.reading() as session:
        assert session.get_one(Page, page.id).kind is PageKind.RESCAN_WANTED
    assert "Решение отменено." in client.post(f"{pile}/undo", follow_redirects=True).text


def test_the_pages_of_a_pile_show_its_state(
    client: FlaskClient, database: Database, practice: PracticeSet, school: School
) -> None:
    pile = f"/scans/{school.exam_id}/{school.school_id}"
    with database.reading() as session:
        bundle_id = session.scalars(select(Page.bundle_id)).first()
        grid = get_overview(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            class_id=school.class_id,
            by=school.coordinator,
        )
    assert (grid.columns, grid.ready, len(grid.lacking), grid.without_pages) == (2, 3, 1, 1)
    assert "Математика" in client.get("/scans/").text
    assert "Решить страницы: 2" in client.get(f"{pile}/").text
    assert true_code(practice) in client.get(f"{pile}/overview").text
    assert client.get(f"/scans/bundles/{bundle_id}/state").json["state"] == "done"
    assert "Пачка прочитана" in client.get(f"/scans/bundles/{bundle_id}").text
    told = client.post(f"{pile}/match-again", follow_redirects=True).text
    assert "Ждут решения: 2" in told
    told = client.post(f"{pile}/publish", follow_redirects=True).text
    assert "Передано на проверку работ: 3" in told


def test_an_upload_through_the_page_leads_to_its_progress(
    client: FlaskClient, school: School
) -> None:
    pile = f"/scans/{school.exam_id}/{school.school_id}"
    content = b"\x89PNG\r\n\x1a\n new"
    form = {"files": (io.BytesIO(content), "C:\\scans\\list.png")}
    answer = client.post(f"{pile}/bundles", data=form)
    assert "/scans/bundles/" in answer.location
    assert "Пачка в очереди" in client.get(answer.location).text
    known = {"files": (io.BytesIO(content), "again.png")}
    answer = client.post(f"{pile}/bundles", data=known, headers={"Accept": "application/json"})
    assert answer.json == {"location": f"{pile}/"}
    assert "Файл «again.png» уже загружен" in client.get(f"{pile}/").text


def test_the_table_of_entries_keeps_what_is_filled_in(
    client: FlaskClient, database: Database, practice: PracticeSet, school: School
) -> None:
    pile = f"/scans/{school.exam_id}/{school.school_id}"
    with database.reading() as session:
        person = session.scalars(
            select(Participant).where(Participant.code == true_code(practice))
        ).one()
    form = {f"was-{person.id}": ";;", f"variant-{person.id}": "2", f"mark-{person.id}": "5"}
    told = client.post(f"{pile}/entries", data=form, follow_redirects=True).text
    assert "Изменено строк: 1" in told
    assert "Изменено строк: 0" in client.post(f"{pile}/entries", follow_redirects=True).text
    wrong = client.post(
        f"{pile}/entries", data=form | {f"variant-{person.id}": "два"}, follow_redirects=True
    )
    assert "«два» — не целое число" in wrong.text


def test_a_script_page_paints_a_mark_over(
    client: FlaskClient, database: Database, school: School
) -> None:
    with database.reading() as session:
        image = session.scalars(select(ScriptImage)).first()
    assert image is not None
    script = f"/scans/scripts/{image.script_id}"
    assert str(image.id) in client.get(script).text
    mask = f"{script}/images/{image.id}/mask"
    box = {"x": "20", "y": "60", "w": "30", "h": "12.5"}
    for wrong in ({}, box | {"w": "nan"}, box | {"x": "inf"}):
        assert "Обведите пометку" in client.post(mask, data=wrong, follow_redirects=True).text
    assert "Пометка закрыта" in client.post(mask, data=box, follow_redirects=True).text
    assert client.post(mask, data=box, follow_redirects=True).status_code == 404
