"""The board: what is done and late by school and exam, within one's own reach."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.chain import COUNTS, Link, kept_counts, live_counts
from app.db import Database
from app.errors import NotYours
from app.exchange.tables import read_table
from app.models import (
    AuditEvent,
    CampaignOrder,
    Exam,
    ExamApplication,
    FormVersion,
    Municipality,
    Page,
    Participant,
    RoleGrant,
    School,
    SchoolClass,
    Script,
    ScriptImage,
)
from app.queries import board as queries
from app.queries.board import BoardFilter
from app.services.board import recount
from app.storage import FileStore
from tests.builders import (
    make_class,
    make_exam,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.integration.conftest import Enter
from tests.scoring_world import CODES, draw_page, make_world

TODAY = date(2026, 4, 30)


@pytest.fixture
def town(database: Database, now: datetime) -> Municipality:
    """Two schools: the first has handed two works over, the second has done nothing."""
    with database.transaction() as session:
        town, other = make_municipality(session), make_municipality(session, name="Соседи")
        first, second = (make_school(session, town, number) for number in (1, 2))
        exam = make_exam(session, town, at=now)
        make_class(session, second)
        codes = make_participants(session, exam, make_class(session, first), ("00011", "00022"))
        session.add_all(
            Script(exam_id=exam.id, participant_id=one.id, published_at=now) for one in codes
        )
        session.add(
            ExamApplication(
                exam_id=exam.id,
                school_id=first.id,
                classes=1,
                participants=2,
                held_on=exam.held_on,
                changed_at=now,
            )
        )
        make_exam(session, other, at=now)
        make_class(session, make_school(session, other, 3))
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "next", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=now)
        make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=first)
        return town


def actor(session: Session, role: Role, place: Municipality | None, now: datetime) -> Actor:
    return make_person(session, f"x{role.value}", role, at=now, municipality=place)


def board(
    session: Session, by: Actor, wanted: BoardFilter | None = None, today: date = TODAY
) -> queries.BoardPage:
    return queries.get_board(session, actor=by, today=today, wanted=wanted or BoardFilter())


def test_what_is_late_stands_first_and_what_is_done_is_counted(
    database: Database, town: Municipality, now: datetime
) -> None:
    with database.transaction() as session:
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        page = board(session, by)
    assert (page.total, page.late) == (2, 2)
    second, first = page.rows
    assert (second.name, first.name) == ("Школа № 2", "Школа № 1")
    done = {link for link in Link if first.done[link]}
    assert done == {Link.APPLICATION, Link.TIMETABLE, Link.CODES, Link.SCANS, Link.IDENTIFIED}
    assert {link for link in Link if first.late[link]} == {Link.PLANNED, Link.SCORED, Link.FORM}
    assert second.late[Link.CODES] == second.late[Link.SCANS] == 1
    # no order says when applications are due, and nobody watches there
    assert second.late[Link.APPLICATION] == 0
    assert first.expected[Link.ACTS] == 0


@pytest.mark.parametrize(
    ("today", "late"),
    [
        ("2026-04-17", set()),  # Friday, the last working day before the work
        ("2026-04-18", {Link.CODES}),
        ("2026-04-21", {Link.CODES}),
        ("2026-04-22", {Link.CODES, Link.SCANS}),
        ("2026-04-23", {Link.CODES, Link.SCANS, Link.IDENTIFIED, Link.PLANNED}),
        (
            "2026-04-25",
            {Link.CODES, Link.SCANS, Link.IDENTIFIED, Link.PLANNED, Link.SCORED},
        ),
        (
            "2026-04-29",
            {Link.CODES, Link.SCANS, Link.IDENTIFIED, Link.PLANNED, Link.SCORED, Link.FORM},
        ),
    ],
)
def test_a_school_that_does_nothing_becomes_late_day_by_day(
    database: Database, town: Municipality, now: datetime, today: str, late: set[Link]
) -> None:
    with database.transaction() as session:
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        page = board(session, by, today=date.fromisoformat(today))
        idle = next(row for row in page.rows if row.name == "Школа № 2")
        exam = session.scalars(select(Exam).where(Exam.campaign.has(municipality_id=town.id))).one()
        pair = queries.get_pair(
            session,
            school_id=idle.id,
            exam_id=exam.id,
            actor=by,
            today=date.fromisoformat(today),
        )
    assert {link for link in Link if idle.late[link]} == late
    assert {one.link for one in pair.links if one.late} == late


def test_dates_of_the_order_make_applications_late(
    database: Database, town: Municipality, now: datetime
) -> None:
    with database.transaction() as session:
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        exam = session.scalars(select(Exam).where(Exam.campaign.has(municipality_id=town.id))).one()
        session.add(
            CampaignOrder(
                campaign_id=exam.campaign_id,
                number=1,
                document="Приказ",
                applications_due_on=date(2026, 4, 29),
                questionnaires_due_on=date(2026, 4, 30),
                set_at=now,
                set_by_id=by.person_id,
            )
        )
        session.flush()
        page = board(session, by)
        idle = next(row for row in page.rows if row.name == "Школа № 2")
        assert idle.late[Link.APPLICATION] == 1
        assert idle.late[Link.QUESTIONNAIRE] == 0


def test_a_form_counts_as_loaded_only_in_its_newest_version(
    database: Database, town: Municipality, now: datetime
) -> None:
    with database.transaction() as session:
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        script = session.scalars(select(Script)).first()
        assert script is not None
        school_id = session.get_one(Participant, script.participant_id).school_id
        facts = {"exam_id": script.exam_id, "school_id": school_id, "rows": 2, "sha256": "0" * 64}
        who = {"released_at": now, "released_by_id": by.person_id, "name": "Форма.xlsx"}
        loaded = {"loaded_at": now, "loaded_by_id": by.person_id}
        session.add(FormVersion(number=1, **facts, **who, **loaded))
        session.flush()
        assert sum(row.done[Link.FORM] for row in board(session, by).rows) == 1
        session.add(FormVersion(number=2, **facts, **who))
        session.flush()
        assert sum(row.done[Link.FORM] for row in board(session, by).rows) == 0


def test_counts_that_are_kept_are_those_that_are_counted_live(
    fresh: Database, now: datetime
) -> None:
    with fresh.transaction() as session:
        town = make_municipality(session)
        exam = make_exam(session, town, at=now)
        for number in (1, 2):
            room = make_class(session, make_school(session, town, number))
            codes = make_participants(session, exam, room, ("00011", "00022")[:number])
            session.add_all(
                Script(exam_id=exam.id, participant_id=one.id, published_at=now) for one in codes
            )
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        late = [row.late_total for row in board(session, by).rows]
        assert late == [3, 3]
        recount(session, municipality_id=town.id, at=now)
        recount(session, municipality_id=town.id, at=now)
        names = ("exam_id", "school_id", *COUNTS)
        live, kept = (
            sorted(tuple(row[name] for name in names) for row in session.execute(query).mappings())
            for query in (live_counts([town.id]), kept_counts([town.id]))
        )
        assert live == kept
        assert len(live) == 2


def test_a_filter_leaves_what_is_asked(
    database: Database, town: Municipality, now: datetime
) -> None:
    with database.transaction() as session:
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        assert board(session, by, BoardFilter(grade=5, subject="История")).rows == ()
        left = board(session, by, BoardFilter(link=Link.CODES))
        assert [row.name for row in left.rows] == ["Школа № 2"]
        assert board(session, by, BoardFilter(late=True), today=date(2026, 4, 1)).rows == ()


def test_a_region_sees_municipalities_and_a_municipality_itself_alone(
    database: Database, town: Municipality, now: datetime
) -> None:
    with database.transaction() as session:
        region = actor(session, Role.REGIONAL_COORDINATOR, None, now)
        assert {row.name for row in board(session, region).rows} == {"Пробный район", "Соседи"}
        by = actor(session, Role.MUNICIPAL_COORDINATOR, town, now)
        strange = session.scalars(select(School).where(School.name == "Школа № 3")).one()
        with pytest.raises(NotYours):
            queries.get_board(
                session,
                actor=by,
                today=TODAY,
                wanted=BoardFilter(),
                municipality_id=strange.municipality_id,
            )
        with pytest.raises(NotYours):
            queries.get_school_board(
                session, actor=by, today=TODAY, wanted=BoardFilter(), school_id=strange.id
            )
        grades = session.scalars(select(SchoolClass.grade)).all()
        assert set(grades) == {4}


def test_pages_lead_down_to_one_school_at_one_exam_without_codes_or_points(
    enter: Enter, database: Database, town: Municipality
) -> None:
    with database.reading() as session:
        school = session.scalars(select(School).where(School.name == "Школа № 1")).one()
        exam = session.scalars(select(Exam).where(Exam.campaign.has(municipality_id=town.id))).one()
    client = enter("mo")
    for path, words in (
        ("/board/", "Школа № 1"),
        ("/board/?link=codes&late=1", "Школа № 2"),
        (f"/board/schools/{school.id}", "Русский язык"),
        (f"/board/schools/{school.id}/{exam.id}", "Форма результатов"),
    ):
        answer = client.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert words in page
        assert "00011" not in page
    assert "Соседи" in enter("region").get("/board/").get_data(as_text=True)
    for login in ("next", "so"):
        assert enter(login).get(f"/board/schools/{school.id}").status_code == 404


def test_files_hold_every_row_of_the_filter(
    enter: Enter, database: Database, town: Municipality
) -> None:
    client = enter("mo")
    rows = read_table(client.get("/board/export.xlsx").data, sheet_name="Табло")
    assert [row.cells[0] for row in rows] == ["Название", "Школа № 2", "Школа № 1"]
    text = io.StringIO(client.get("/board/export.csv?link=codes").get_data(as_text=True))
    assert sum("Школа" in line for line in text) == 1


def test_the_board_leads_down_to_one_page_whose_small_picture_hides_code_and_name(
    enter: Enter, database: Database, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=now)
        other = make_municipality(session, name="Соседи")
        make_person(session, "next", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
        pair = f"/board/schools/{world.schools[0].id}/{world.exam.id}"
        picture = session.scalars(select(ScriptImage)).first()
        assert picture is not None
        drawn = store.get(picture.sha256)
        page_id = picture.page_id
    for login in ("muni", "region"):
        client = enter(login)
        work = _link(client, pair, "/board/works/")
        page = _link(client, work, "/board/pages/")
        answer = client.get(f"{page}/picture")
        assert answer.mimetype == "image/jpeg"
        with Image.open(io.BytesIO(answer.data)) as small, Image.open(io.BytesIO(drawn)) as whole:
            assert small.width <= 165 < whole.width
        for path in (pair, work, page):
            text = client.get(path).get_data(as_text=True)
            assert not any(code in text for code in CODES), path
            assert "original" not in text
        assert client.get(f"/scans/pages/{page_id}/original").status_code == 404
    stranger, school = enter("next"), enter("school1")
    for path in (work, page, f"{page}/picture"):
        assert stranger.get(path).status_code == school.get(path).status_code == 404


def test_who_is_the_schools_coordinator_too_opens_the_page_itself_and_the_trail_keeps_it(
    enter: Enter, database: Database, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        shown = session.scalars(select(Page).where(Page.script_id == world.scripts[0].id)).all()
        shown[0].image_sha256 = store.put(draw_page(7))
        session.add(
            RoleGrant(
                person_id=world.coordinator.person_id,
                role=Role.SCHOOL_COORDINATOR,
                school_id=world.schools[0].id,
                granted_at=now,
            )
        )
        page_id = shown[0].id
    client = enter("muni")
    assert f"/scans/pages/{page_id}/original" in client.get(f"/board/pages/{page_id}").text
    assert client.get(f"/scans/pages/{page_id}/original").status_code == 200
    with database.reading() as session:
        seen = select(AuditEvent.subject_id).where(AuditEvent.action == "page.viewed")
        assert session.scalars(seen).all() == [page_id]


def _link(client: FlaskClient, path: str, start: str) -> str:
    """The first link of a page that begins so."""
    found = re.search(f'href="({start}[^"]+)"', client.get(path).get_data(as_text=True))
    assert found is not None, f"{path} leads to no {start}"
    return found[1]
