"""An exam with several forms, a form drawn anew, and what experts see of single tasks."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from app.access import Actor, Role
from app.bridge.scans import get_forms
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import Exam, Page, PageKind, Script, ScriptCrop, ScriptImage
from app.queries.exams import get_exam
from app.queries.scans import get_crop_file
from app.services.anonymisation import draw_script, issue_images, mask_image
from app.services.exams import retire_form, set_template
from app.services.identification import Point, place_form, set_page_aside
from app.settings import Settings
from app.storage import FileStore
from scanning import Rect
from scanning.practice import PracticeSet
from scanning.practice.spec import Box, CodeBoxes, FormLayout
from tests.builders import make_person
from tests.integration.scan_builders import (
    School,
    make_scan_school,
    practice_set,
    run_jobs,
    stored,
    upload,
)

CODES = ("12038", "57219", "80464", "36975")
SMALL = FormLayout(
    page_mm=(148.0, 210.0),
    code_box=CodeBoxes(x=60.0, y=12.0, w=6.5, h=8.5, pitch=8.0),
    name_field=Box(x=12, y=26, w=90, h=8),
    sticker=Box(x=12, y=6, w=18, h=18),
)


@pytest.fixture(scope="module")
def large() -> PracticeSet:
    return practice_set(pupils=2, issued=CODES)


@pytest.fixture(scope="module")
def small(large: PracticeSet) -> PracticeSet:
    return practice_set(pupils=2, layout=SMALL, issued=CODES[::-1], seed=8)


def coordinator(database: Database, school: School, at: datetime) -> Actor:
    with database.transaction() as session:
        place = session.get_one(Exam, school.exam_id).campaign.municipality
        return make_person(session, "muni", Role.MUNICIPAL_COORDINATOR, at=at, municipality=place)


def draw_form(
    database: Database,
    school: School,
    layout: dict[str, object],
    *,
    by: Actor,
    at: datetime,
    form: int | None,
) -> None:
    with database.transaction() as session:
        set_template(
            session, exam_id=school.exam_id, layout=layout, form=form, title="A5", by=by, at=at
        )


@pytest.fixture
def school(database: Database, large: PracticeSet, now: datetime) -> School:
    with database.transaction() as session:
        return make_scan_school(session, large, at=now)


def test_the_fitting_form_is_found_page_by_page(
    settings: Settings,
    database: Database,
    store: FileStore,
    large: PracticeSet,
    small: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    by = coordinator(database, school, now)
    draw_form(database, school, SMALL.as_roster_layout(), by=by, at=now, form=None)
    upload(database, school, [*stored(store, large), *stored(store, small)], at=now)
    run_jobs(settings, at=now)
    truth = [*large.pages, *small.pages]
    with database.reading() as session:
        pages = session.scalars(select(Page)).all()
        pages = sorted(pages, key=lambda page: (page.file.position, page.index))
        assert [page.template.form for page in pages] == [1] * len(large.pages) + [2] * len(
            small.pages
        )
        placed = [page for page in pages if page.script_id]
        wrong = [
            page.index
            for page, known in zip(pages, truth, strict=True)
            if page.script and page.script.participant.code != known.code
        ]
        images = {image.page_id: image for image in session.scalars(select(ScriptImage))}
    assert wrong == []
    assert len(placed) >= len(truth) - 1
    assert {round(images[page.id].height_px / 5.9) for page in placed} == {297, 210}


def test_a_form_drawn_later_reads_what_waited_and_leaves_what_a_person_decided(
    settings: Settings,
    database: Database,
    store: FileStore,
    large: PracticeSet,
    small: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    upload(database, school, stored(store, small), at=now)
    run_jobs(settings, at=now)
    with database.transaction() as session:
        waiting = session.scalars(select(Page).order_by(Page.index)).all()
        assert all(page.needs_person for page in waiting)
        first = waiting[0]
        set_page_aside(
            session,
            page_id=first.id,
            version=first.version,
            kind=PageKind.FOREIGN,
            by=school.coordinator,
            at=now,
        )
    by, later = coordinator(database, school, now), now + timedelta(hours=1)
    draw_form(database, school, SMALL.as_roster_layout(), by=by, at=later, form=None)
    run_jobs(settings, at=later)
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        decided, others = pages[0], pages[1:]
        assert (decided.kind, decided.decided_at, decided.template.form) == (
            PageKind.FOREIGN,
            now,
            1,
        )
        assert {page.template.form for page in others} == {2}
        assert all(page.reading["placement"] for page in others)
        named = [(page.script and page.script.participant.code) for page in pages]
        assert all(
            code in (None, known.code) for code, known in zip(named, small.pages, strict=True)
        )
        shown = {image.page_id for image in session.scalars(select(ScriptImage))}
        assert shown == {page.id for page in others if page.script_id}


def test_a_page_named_by_its_barcode_alone_is_shown_once_its_form_is_drawn(
    settings: Settings, database: Database, store: FileStore, school: School, now: datetime
) -> None:
    printed = practice_set(pupils=2, layout=SMALL, issued=CODES, seed=9, qr_share=1.0)
    upload(database, school, stored(store, printed), at=now)
    run_jobs(settings, at=now)
    with database.reading() as session:
        before = [page.script_id for page in session.scalars(select(Page).order_by(Page.index))]
        assert None not in before
        assert session.scalars(select(ScriptImage)).all() == []
    by, later = coordinator(database, school, now), now + timedelta(hours=1)
    draw_form(database, school, SMALL.as_roster_layout(), by=by, at=later, form=None)
    run_jobs(settings, at=later)
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        assert [page.script_id for page in pages] == before
        shown = {image.page_id for image in session.scalars(select(ScriptImage))}
        assert shown == {page.id for page in pages}


def with_tasks(practice: PracticeSet) -> dict[str, object]:
    areas = [
        {"rect": {"x": 15, "y": 60, "w": 180, "h": 60}, "page": None, "task": "1"},
        {"rect": {"x": 15, "y": 130, "w": 180, "h": 90}, "page": None, "task": "2"},
    ]
    return {**practice.layout.as_roster_layout(), "visible": areas}


def test_each_task_has_a_crop_that_is_issued_again_with_its_page(
    settings: Settings,
    database: Database,
    store: FileStore,
    large: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    upload(database, school, stored(store, large), at=now)
    run_jobs(settings, at=now)
    with database.reading() as session:
        before = {image.id: image.sha256 for image in session.scalars(select(ScriptImage))}
        assert session.scalars(select(ScriptCrop)).all() == []
    by, later = coordinator(database, school, now), now + timedelta(hours=1)
    draw_form(database, school, with_tasks(large), by=by, at=later, form=1)
    run_jobs(settings, at=later)
    with database.reading() as session:
        current = select(ScriptImage).where(ScriptImage.replaced_at.is_(None))
        images = session.scalars(current).all()
        assert not before.keys() & {image.id for image in images}
        assert [[crop.task for crop in image.crops] for image in images] == [["1", "2"]] * 4
        crop = images[0].crops[0]
        with Image.open(io.BytesIO(store.get(crop.sha256))) as picture:
            assert picture.size == (crop.width_px, crop.height_px)
            assert crop.width_px == pytest.approx(180 * 150 / 25.4, abs=2)
        image_id, crop_id = images[0].id, crop.id
        assert get_crop_file(session, crop_id=crop_id, by=school.coordinator) == crop.sha256
    with database.transaction() as session:
        fresh_id = mask_image(
            session,
            store=store,
            image_id=image_id,
            box_mm=Rect(x=20, y=70, w=60, h=20),
            by=school.coordinator,
            at=later,
        )
    with database.reading() as session:
        fresh = session.get_one(ScriptImage, fresh_id)
        assert fresh.crops[0].sha256 != crop.sha256
        with pytest.raises(NotYours):
            get_crop_file(session, crop_id=crop_id, by=school.coordinator)


def test_a_form_that_is_retired_is_searched_for_no_more_and_the_last_one_stays(
    database: Database, school: School, now: datetime
) -> None:
    by = coordinator(database, school, now)
    draw_form(database, school, SMALL.as_roster_layout(), by=by, at=now, form=None)
    with database.transaction() as session:
        retire_form(session, exam_id=school.exam_id, form=1, by=by, at=now)
        forms = get_exam(session, exam_id=school.exam_id, actor=by).forms
        assert [(form.number, form.title) for form in forms] == [(2, "A5")]
    for form, refusal in ((2, Refusal), (1, NotYours)):
        with pytest.raises(refusal), database.transaction() as session:
            retire_form(session, exam_id=school.exam_id, form=form, by=by, at=now)
    with pytest.raises(NotYours):
        draw_form(database, school, SMALL.as_roster_layout(), by=by, at=now, form=7)


def test_a_mark_painted_over_while_images_are_drawn_anew_stays(
    settings: Settings,
    database: Database,
    store: FileStore,
    large: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    upload(database, school, stored(store, large), at=now)
    run_jobs(settings, at=now)
    by, later = coordinator(database, school, now), now + timedelta(hours=1)
    draw_form(database, school, with_tasks(large), by=by, at=later, form=1)
    with database.reading() as session:
        script_id = session.scalars(select(Script.id).order_by(Script.id)).first()
        assert script_id is not None
        drawings = draw_script(session, store=store, script_id=script_id)
        image = session.scalars(
            select(ScriptImage).where(ScriptImage.script_id == script_id)
        ).first()
    assert image is not None
    assert image.page_id in {drawing.page_id for drawing in drawings}
    with database.transaction() as session:
        masked = mask_image(
            session,
            store=store,
            image_id=image.id,
            box_mm=Rect(x=20, y=70, w=60, h=20),
            by=school.coordinator,
            at=later,
        )
    with database.transaction() as session:
        issue_images(session, script_id=script_id, drawings=drawings, at=later)
        assert session.get_one(ScriptImage, masked).replaced_at is None


def test_a_person_says_which_form_a_page_is_and_where_it_lies(
    settings: Settings,
    database: Database,
    store: FileStore,
    small: PracticeSet,
    school: School,
    now: datetime,
) -> None:
    by = coordinator(database, school, now)
    odd = {**SMALL.as_roster_layout(), "page_mm": [150.0, 212.0]}
    odd["code_box"] = {**odd["code_box"], "n": 9, "w": 4.0, "pitch": 4.5}
    upload(database, school, stored(store, small), at=now)
    run_jobs(settings, at=now)
    draw_form(database, school, odd, by=by, at=now, form=None)
    with database.transaction() as session:
        page = session.scalars(select(Page).order_by(Page.index)).first()
        assert page is not None
        second = get_forms(session, exam_id=school.exam_id)[1]
        kept = {"session": session, "store": store, "page_id": page.id, "version": page.version}
        pointed = {"left": Point(x=0.4, y=0.06), "right": Point(x=0.68, y=0.06)}
        with pytest.raises(NotYours):
            place_form(**kept, **pointed, template_id=page.id, by=school.coordinator, at=now)
        place_form(**kept, **pointed, template_id=second.template_id, by=school.coordinator, at=now)
        assert (page.template_id, page.template.form) == (second.template_id, 2)
        assert page.code_crop_sha256 is not None
