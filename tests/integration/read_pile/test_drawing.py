"""Experts' images of decided pages: masked, drawn anew, handed over."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    AuditEvent,
    ExamEntry,
    Page,
    PageKind,
    Participant,
    Script,
    ScriptImage,
)
from app.services.anonymisation import draw_script, issue_images, mask_image
from app.services.entries import Entry, record_entries
from app.services.readiness import Published
from app.settings import Settings
from app.storage import FileStore
from scanning import Rect
from scanning.practice import PracticeSet
from tests.integration.read_pile.pile import LATER, assign, publish, true_code, waiting
from tests.integration.scan_builders import (
    School,
    run_jobs,
)


def test_a_masked_image_is_issued_again_and_the_old_one_cannot_be_reached(
    database: Database, store: FileStore, school: School, client: FlaskClient
) -> None:
    with database.transaction() as session:
        old = session.scalars(select(ScriptImage).order_by(ScriptImage.id)).first()
        assert old is not None
        new_id = mask_image(
            session,
            store=store,
            image_id=old.id,
            box_mm=Rect(x=20, y=60, w=60, h=40),
            by=school.coordinator,
            at=LATER,
        )
        new = session.get_one(ScriptImage, new_id)
        assert (old.replaced_at, new.position, new_id != old.id) == (LATER, old.position, True)
        with Image.open(io.BytesIO(store.get(new.sha256))) as image:
            pixels = np.asarray(image)
    scale = pixels.shape[1] / 210
    inside = pixels[round(62 * scale) : round(98 * scale), round(22 * scale) : round(78 * scale)]
    assert inside.min() > 245
    assert client.get(f"/scans/images/{old.id}").status_code == 404
    assert client.get(f"/scans/images/{new_id}").status_code == 200
    with pytest.raises(NotYours), database.transaction() as session:
        mask_image(
            session,
            store=store,
            image_id=old.id,
            box_mm=Rect(x=1, y=1, w=5, h=5),
            by=school.coordinator,
            at=LATER,
        )


def test_a_page_that_gets_another_number_is_out_of_reach_until_it_is_drawn_anew(
    settings: Settings, database: Database, store: FileStore, school: School
) -> None:
    mark = Rect(x=20, y=60, w=60, h=40)
    with database.transaction() as session:
        image = session.scalars(select(ScriptImage).order_by(ScriptImage.id)).first()
        assert image is not None
        mask_image(
            session, store=store, image_id=image.id, box_mm=mark, by=school.coordinator, at=LATER
        )
        page, code = session.get_one(Page, image.page_id), image.script.participant.code
        number = page.page_number
    decided_at = LATER + timedelta(seconds=5)
    with database.reading() as session:
        drawn = draw_script(session, store=store, script_id=image.script_id)
    assign(database, school, page, code, number=number, replace=True, at=decided_at)
    with database.reading() as session:
        query = select(ScriptImage).where(
            ScriptImage.page_id == page.id, ScriptImage.replaced_at.is_(None)
        )
        assert session.scalars(query).all() == []
    run_jobs(settings, at=decided_at + timedelta(seconds=5))
    with database.reading() as session:
        fresh = session.scalars(query).one()
    assert (drawn, fresh.created_at > decided_at) == ((), True)
    assert [Rect(**mask) for mask in fresh.masks] == [mark]


def test_what_was_drawn_before_a_decision_is_not_issued_after_it(
    database: Database, store: FileStore, practice: PracticeSet, school: School
) -> None:
    page, code = waiting(database), true_code(practice)
    assign(database, school, page, code)
    with database.reading() as session:
        decided = session.get_one(Page, page.id)
        script_id = decided.script_id
        assert script_id is not None
        drawings = draw_script(session, store=store, script_id=script_id)
    assign(database, school, decided, code, at=LATER + timedelta(seconds=5))
    with database.transaction() as session:
        issue_images(session, script_id=script_id, drawings=drawings, at=LATER)
        shown = {image.page_id for image in session.scalars(select(ScriptImage))}
    assert page.id in {drawing.page_id for drawing in drawings}
    assert page.id not in shown


def test_only_whole_scripts_go_out_and_others_with_a_reason(
    database: Database, practice: PracticeSet, school: School
) -> None:
    with database.reading() as session:
        lacking = session.scalars(
            select(Script).join(Participant).where(Participant.code == true_code(practice))
        ).one()
    with pytest.raises(Refusal, match="Укажите причину"):
        publish(database, school, {lacking.id: "  "})
    assert publish(database, school, {}) == Published(published=3, left=1)
    done = publish(database, school, {lacking.id: "сдан только один лист"})
    assert done == Published(published=1, left=0)
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject_id == lacking.id)).one()
        assert event.why == "сдан только один лист"


def test_a_script_with_a_page_that_experts_cannot_see_does_not_go_out(
    database: Database, practice: PracticeSet, school: School
) -> None:
    with database.transaction() as session:
        whole = select(ScriptImage).join(Script).join(Participant)
        image = session.scalars(whole.where(Participant.code != true_code(practice))).first()
        assert image is not None
        image.replaced_at = LATER
        script_id = image.script_id
    assert publish(database, school, {}).left == 2
    with pytest.raises(Refusal, match="не все страницы подготовлены"):
        publish(database, school, {script_id: "всё равно"})


def test_variants_and_absence_are_kept_and_an_absent_pupil_has_no_script(
    database: Database, practice: PracticeSet, school: School
) -> None:
    written, spare = true_code(practice), practice.issued[-1]
    with database.reading() as session:
        people = {one.code: one.id for one in session.scalars(select(Participant))}

    def keep(code: str, **values: object) -> int:
        line = {"variant": None, "absent": False, "previous_mark": None} | values
        with database.transaction() as session:
            return record_entries(
                session,
                exam_id=school.exam_id,
                school_id=school.school_id,
                entries=[Entry(participant_id=people[code], **line)],
                by=school.coordinator,
                at=LATER,
            )

    assert keep(written, variant=2, previous_mark=4) == 1
    assert keep(written, variant=2, previous_mark=4) == 0
    assert keep(spare, absent=True) == 1
    for code, values, told in (
        (written, {"absent": True}, "страницы его работы есть"),
        (written, {"variant": 100}, "вариант 100"),
        (written, {"previous_mark": 1}, "отметка 1"),
        (spare, {"absent": True, "variant": 1}, "нет варианта"),
    ):
        with pytest.raises(Refusal, match=told):
            keep(code, **values)
    with database.reading() as session:
        kept = {row.participant_id: row for row in session.scalars(select(ExamEntry))}
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "entry.changed"))
        assert {event.school_id for event in events} == {school.school_id}
    assert kept[people[written]].variant == 2
    assert kept[people[spare]].absent


def test_a_page_whose_form_a_person_has_shown_is_drawn_for_experts(
    client: FlaskClient,
    settings: Settings,
    database: Database,
    practice: PracticeSet,
    school: School,
) -> None:
    with database.reading() as session:
        page = session.scalars(select(Page).where(Page.kind == PageKind.FOREIGN)).one()
        before = page.image_sha256
    assign(database, school, page, true_code(practice))
    run_jobs(settings, at=LATER)
    form = f"/scans/pages/{page.id}/form"
    assert "Где поле кода" in client.get(form).text
    near = {"version": page.version + 1, "left_x": 65, "left_y": 5, "right_x": 66, "right_y": 5}
    told = client.post(form, data={}, follow_redirects=True).text
    assert "двум верхним углам" in told
    told = client.post(form, data=near, follow_redirects=True).text
    assert "слишком близко" in told
    told = client.post(form, data=near | {"version": 1, "right_x": 85}, follow_redirects=True).text
    assert "кто-то другой" in told
    told = client.post(form, data=near | {"right_x": 85}, follow_redirects=True).text
    assert "Бланк найден" in told
    assert client.get(form).status_code == 404
    run_jobs(settings, at=LATER)
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert kept.script is not None
        assert kept.image_sha256 != before
        assert kept.id in {one.page_id for one in kept.script.images if one.replaced_at is None}
