"""What people do with read pages: decide, take back, mask, hand over."""

from __future__ import annotations

import io
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.access import Role
from app.db import Database
from app.errors import NotYours, Refusal, Stale
from app.models import (
    AuditEvent,
    ExamEntry,
    Page,
    PageKind,
    PageSource,
    Participant,
    Script,
    ScriptImage,
)
from app.queries.scans import get_desk, get_overview, get_picture, get_progress
from app.schema import upgrade
from app.services.anonymisation import draw_script, issue_images, mask_image
from app.services.entries import Entry, record_entries
from app.services.identification import Settled, assign_page, set_page_aside, undo_last
from app.services.readiness import Published, publish_scripts
from app.settings import Settings
from app.storage import FileStore
from scanning import Rect
from scanning.practice import PracticeSet, Trap
from tests.builders import make_municipality, make_person, make_school
from tests.conftest import NOW
from tests.integration.conftest import Enter
from tests.integration.scan_builders import (
    School,
    make_scan_school,
    practice_set,
    run_jobs,
    stored,
    upload,
)

LATER = NOW + timedelta(minutes=5)
TRAPS = frozenset({Trap.EMPTY_CODE, Trap.FOREIGN_PAGE, Trap.BLANK_BACKS})


@pytest.fixture(scope="module")
def practice() -> PracticeSet:
    return practice_set(pupils=4, traps=TRAPS, seed=15)


@pytest.fixture(scope="module")
def read_once(
    tmp_path_factory: pytest.TempPathFactory, practice: PracticeSet
) -> tuple[Path, School]:
    """One installation whose bundle is read; every test works on a copy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("read") / "var", _env_file=None)
    settings.data_dir.mkdir()
    database = Database(settings.database)
    upgrade(database)
    with database.transaction() as session:
        school = make_scan_school(session, practice, at=NOW)
    upload(database, school, stored(FileStore(settings.files_dir), practice), at=NOW)
    run_jobs(settings, at=NOW)
    _name_the_lone_page(database, FileStore(settings.files_dir), practice)
    database.dispose()
    return settings.data_dir, school


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


def plain(answer: TestResponse) -> str:
    """The answer without its token, which carries the second it was made in."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)


def waiting(database: Database) -> Page:
    """The page whose code field the pupil left empty."""
    with database.reading() as session:
        query = select(Page).where(Page.needs_person, Page.kind == PageKind.SCRIPT)
        return session.scalars(query).one()


def true_code(practice: PracticeSet) -> str:
    return str(
        next(
            page.code
            for page in practice.pages
            if page.kind == "script" and page.written_code is None
        )
    )


def assign(
    database: Database,
    school: School,
    page: Page,
    code: str,
    *,
    number: int | None = None,
    replace: bool = False,
    at: datetime = LATER,
) -> Settled:
    with database.transaction() as session:
        return assign_page(
            session,
            page_id=page.id,
            version=page.version,
            code=code,
            page_number=number,
            follow=True,
            replace=replace,
            by=school.coordinator,
            at=at,
        )


def publish(database: Database, school: School, incomplete: dict[UUID, str]) -> Published:
    with database.transaction() as session:
        return publish_scripts(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            incomplete=incomplete,
            by=school.coordinator,
            at=LATER,
        )


def test_the_program_leaves_the_empty_and_the_foreign_page_and_sets_blank_backs_aside(
    database: Database, practice: PracticeSet, school: School
) -> None:
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        for page, truth in zip(pages, practice.pages, strict=True):
            if page.script is not None:
                assert page.script.participant.code == truth.code
            if truth.expect in ("human", "foreign"):
                assert page.needs_person
            assert (page.kind is PageKind.BLANK) == (truth.kind == "blank")


def test_a_decided_page_joins_its_script_and_is_drawn_for_experts(
    settings: Settings, database: Database, practice: PracticeSet, school: School
) -> None:
    page, code = waiting(database), true_code(practice)
    settled = assign(database, school, page, code)
    run_jobs(settings, at=LATER)
    assert settled == Settled(page_id=page.id)
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert kept.script is not None
        assert (kept.script.participant.code, kept.source) == (code, PageSource.PERSON)
        assert {image.page_id for image in kept.script.images} == {
            one.id for one in kept.script.pages
        }
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "page.decided")).one()
        assert event.new == {"code": code, "page_number": None}


def test_the_last_decision_is_taken_back_whole(
    settings: Settings, database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    assign(database, school, page, true_code(practice))
    run_jobs(settings, at=LATER)
    with database.transaction() as session:
        undone = undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER + timedelta(seconds=5),
        )
    run_jobs(settings, at=LATER + timedelta(seconds=9))
    assert undone == page.id
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert (kept.script_id, kept.needs_person, kept.why) == (None, True, page.why)
        current = select(ScriptImage).where(
            ScriptImage.page_id == page.id, ScriptImage.replaced_at.is_(None)
        )
        assert session.scalars(current).all() == []
    with pytest.raises(Refusal, match="Отменять нечего"), database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER + timedelta(seconds=10),
        )


def test_a_decision_that_somebody_has_changed_since_cannot_be_taken_back(
    database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    assign(database, school, page, true_code(practice))
    with database.transaction() as session:
        session.get_one(Page, page.id).decided_at = LATER + timedelta(minutes=1)
    with pytest.raises(Stale), database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER,
        )


def test_a_page_that_somebody_decided_first_is_not_decided_over(
    database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    assign(database, school, page, true_code(practice))
    with pytest.raises(Stale):
        assign(database, school, page, true_code(practice))


def test_a_code_that_was_never_issued_is_refused_with_what_to_do(
    database: Database, school: School
) -> None:
    with pytest.raises(Refusal, match="Кода 00000 нет среди выданных"):
        assign(database, school, waiting(database), "00000")


def test_a_full_script_takes_a_page_only_in_the_place_of_another(
    settings: Settings, database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    full = next(
        truth.code for truth in practice.pages if truth.code not in (None, true_code(practice))
    )
    with pytest.raises(Refusal, match="уже все страницы: 2"):
        assign(database, school, page, full)
    with pytest.raises(Refusal, match="Страницы 3 в работе нет"):
        assign(database, school, page, full, number=3)
    with database.transaction() as session:
        script = session.scalars(
            select(Script).join(Participant).where(Participant.code == full)
        ).one()
        for number, one in enumerate(script.pages, start=1):
            one.page_number = number
        first = script.pages[0].id
    with pytest.raises(Refusal, match="Страница 1 работы"):
        assign(database, school, page, full, number=1)
    assign(database, school, page, full, number=1, replace=True)
    run_jobs(settings, at=LATER)
    with database.reading() as session:
        old = session.get_one(Page, first)
        assert (old.kind, old.replaced_by_id, old.script_id) == (PageKind.DUPLICATE, page.id, None)
        script = session.scalars(
            select(Script).join(Participant).where(Participant.code == full)
        ).one()
        shown = {image.page_id for image in script.images if image.replaced_at is None}
        assert shown == {one.id for one in script.pages}
        assert first not in shown


@pytest.mark.parametrize(
    "kind", [PageKind.BLANK, PageKind.FOREIGN, PageKind.DUPLICATE, PageKind.RESCAN_WANTED]
)
def test_a_page_is_set_aside(database: Database, school: School, kind: PageKind) -> None:
    page = waiting(database)
    with database.transaction() as session:
        set_page_aside(
            session,
            page_id=page.id,
            version=page.version,
            kind=kind,
            by=school.coordinator,
            at=LATER,
        )
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert (kept.kind, kept.needs_person, kept.decided_at) == (kind, False, LATER)


def test_the_rest_of_a_script_follows_a_decision_and_comes_back_with_it(
    database: Database, practice: PracticeSet, school: School
) -> None:
    code = true_code(practice)
    with database.transaction() as session:
        script = session.scalars(
            select(Script).join(Participant).where(Participant.code == code)
        ).one()
        empty = session.get_one(Page, waiting(database).id)
        for one in [*script.pages, empty]:
            one.script, one.needs_person, one.source = None, True, None
            one.candidates = [{"code": code, "confidence": 0.6}]
    with database.reading() as session:
        desk = get_desk(
            session, exam_id=school.exam_id, school_id=school.school_id, by=school.coordinator
        )
        page = next(page for page in desk.pages if page.guesses and page.guesses[0].code == code)
        told = page.guesses[0].followers
        row = session.get_one(Page, page.page_id)
    settled = assign(database, school, row, code)
    assert settled.followers == told
    assert len(told) == 1
    with database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER,
        )
    with database.reading() as session:
        states = [session.get_one(Page, one).needs_person for one in (page.page_id, *told)]
    assert states == [True, True]


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
    form = {f"row-{person.id}": "1", f"variant-{person.id}": "2", f"mark-{person.id}": "5"}
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
