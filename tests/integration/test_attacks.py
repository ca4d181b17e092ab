"""Attacks that were tried and are closed: each test is somebody with a reason to try."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.factory import LARGEST_OTHER_BODY, create_app
from app.models import (
    AgreedRule,
    Assignment,
    AuditEvent,
    Divergence,
    LoginSession,
    RecheckCase,
    RoleGrant,
    Round,
    SchoolClass,
)
from app.queries.attention import list_attention
from app.queries.exams import get_exam
from app.queries.registers import list_conflicts
from app.queries.scoring_pictures import get_page_image
from app.queries.scoring_queue import list_queues
from app.queries.scoring_work import get_work
from app.services import accounts, exams, intake, marking, recusal, registers
from app.services.registers import ClassEntry
from app.settings import Settings
from app.storage import FileStore
from app.web.registers.export import rows_of
from scoring import Points
from tests.builders import (
    PASSWORD,
    make_class,
    make_expert,
    make_municipality,
    make_person,
    make_school,
)
from tests.marking_steps import hand_in
from tests.recheck_world import SCORED, make_recheck_world, read_case
from tests.scoring_world import World, make_world

POINTS: dict[str, Points] = {"1": 1, "4К1": 1, "4К2": 1, "9.1": 0}


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.transaction() as session:
        return make_world(session, at=now)


def test_a_withdrawn_expert_sees_and_scores_nothing_any_more(
    database: Database, world: World, now: datetime
) -> None:
    expert, school = world.actors[0], world.schools[1]
    with database.transaction() as session:
        work = world.assign(session, 0, at=now)
        head = make_person(session, "head", Role.SCHOOL_COORDINATOR, at=now, school=school)
        registers.withdraw_expert(session, expert_id=world.experts[0].id, by=head, at=now)
    with pytest.raises(NotYours), database.transaction() as session:
        marking.open_sheet(session, assignment_id=work, by=expert, at=now)
    with database.reading() as session:
        assert list_queues(session, by=expert, at=now) == ()
        with pytest.raises(NotYours):
            get_work(session, assignment_id=work, by=expert, at=now)
        with pytest.raises(NotYours):
            get_page_image(session, assignment_id=work, image_id=work, by=expert, at=now)


@pytest.mark.parametrize("left", ["withdrawn", "closed"])
def test_a_third_expert_who_leaves_does_not_hold_the_work_up(
    database: Database, now: datetime, left: str
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2, experts=4)
        for expert, reading in ((0, Round.FIRST), (1, Round.SECOND)):
            work = world.assign(session, expert, round=reading, at=now)
            points = POINTS | {"4К1": 1 + 2 * expert}
            hand_in(session, work, points, by=world.actors[expert], at=now)
        called = session.scalars(select(Divergence)).one()
        first = session.get_one(Assignment, called.assignment_id)
        if left == "withdrawn":
            first.expert.withdrawn_at = now
        else:
            first.expert.person.disabled_at = now
        session.flush()
        waiting = list_attention(session, by=world.coordinator).divergences
        assert [one.id for one in waiting] == [called.id]
        again = marking.call_third(session, divergence_id=called.id, by=world.coordinator, at=now)
        assert again not in (None, first.id)
        assert first.withdrawn_at == now


def test_stepping_back_from_a_work_tells_one_s_own_coordinator_nothing_of_it(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        work = world.assign(session, 0, at=now)
        recusal.recuse(session, assignment_id=work, by=world.actors[0], at=now)
        head = make_person(
            session, "head", Role.SCHOOL_COORDINATOR, at=now, school=world.schools[1]
        )
    with database.reading() as session:
        (told,) = list_conflicts(session, by=head)
        assert told.reference == ""
        assert rows_of(session, "conflicts", campaign_id=None, by=head) == []
        (known,) = list_conflicts(session, by=world.coordinator)
        assert known.reference.endswith("/73001")


@pytest.mark.parametrize("tie", ["reader", "school"])
def test_a_chair_with_a_stake_in_the_work_does_not_sign(
    database: Database, store: FileStore, now: datetime, tie: str
) -> None:
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        base = world.base
        judge = base.actors[0] if tie == "reader" else base.school_coordinator
        chair = Actor(person_id=judge.person_id, grants=(*judge.grants, *world.chair.grants))
    case_id = read_case(database, world, SCORED)
    with pytest.raises(Refusal, match="другой человек"), database.transaction() as session:
        world.sign(session, session.get_one(RecheckCase, case_id), SCORED, by=chair)


def test_a_member_of_the_commission_does_not_lose_the_role_and_go_on_reading(
    database: Database, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        member = select(RoleGrant.id).where(RoleGrant.role == Role.COMMISSION_MEMBER)
        held = session.scalars(member).first()
    with pytest.raises(Refusal, match="из комиссии"), database.transaction() as session:
        accounts.revoke_role(session, grant_id=held, by=world.base.coordinator, at=now)


@pytest.mark.parametrize(
    "change",
    [{"sum_tolerance": 9}, {"criterion_tolerance": 9}, {"agreed_rule": AgreedRule.HIGHER}],
)
def test_what_makes_two_readings_one_does_not_change_between_two_sheets(
    database: Database, world: World, now: datetime, change: dict[str, object]
) -> None:
    with database.transaction() as session:
        exam = session.merge(world.exam)
        names = exams.ExamSpec.__dataclass_fields__
        spec = exams.ExamSpec(**{name: getattr(exam, name) for name in names} | change)
        exams.change_exam(session, exam_id=exam.id, spec=spec, by=world.coordinator, at=now)
        work = world.assign(session, 0, at=now)
        marking.open_sheet(session, assignment_id=work, by=world.actors[0], at=now)
        exams.change_exam(session, exam_id=exam.id, spec=spec, by=world.coordinator, at=now)
    again = dataclasses.replace(
        spec, sum_tolerance=3, criterion_tolerance=3, agreed_rule=AgreedRule.FIRST
    )
    with pytest.raises(Refusal, match="уже началась"), database.transaction() as session:
        exams.change_exam(session, exam_id=world.exam.id, spec=again, by=world.coordinator, at=now)


def test_what_points_are_given_for_is_shown_to_its_authors_alone(
    database: Database, world: World
) -> None:
    with database.reading() as session:
        seen = get_exam(session, exam_id=world.exam.id, actor=world.school_coordinator)
        written = get_exam(session, exam_id=world.exam.id, actor=world.coordinator)
    assert not any(row.guide for row in seen.criteria)
    assert any(row.guide for row in written.criteria)


def test_a_class_with_works_cannot_leave_its_exams_by_changing_its_grade(
    database: Database, world: World, now: datetime
) -> None:
    with database.reading() as session:
        class_id = session.scalars(select(SchoolClass.id)).one()
    with pytest.raises(Refusal, match="уже есть работы"), database.transaction() as session:
        registers.save_class(
            session,
            school_id=world.schools[0].id,
            entry=ClassEntry(grade=5, letter="Ъ"),
            class_id=class_id,
            by=world.school_coordinator,
            at=now,
        )


def test_nobody_writes_into_the_trail_of_another_municipality_s_exam(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        far = make_school(session, make_municipality(session, name="Дальний район"), 9)
        stranger = make_person(session, "far", Role.SCHOOL_COORDINATOR, at=now, school=far)
    place = {"exam_id": world.exam.id, "school_id": far.id}
    with pytest.raises(NotYours), database.reading() as session:
        intake.reckon_again(session, **place, by=stranger)
    with pytest.raises(NotYours), database.transaction() as session:
        intake.match_again(session, **place, by=stranger, at=now, ahead={})
    with database.reading() as session:
        assert session.scalars(select(AuditEvent).where(AuditEvent.school_id == far.id)).all() == []


@pytest.fixture
def app(app: Flask, database: Database, now: datetime) -> Flask:
    """The application with the people of these tests."""
    with database.transaction() as session:
        school = make_school(session, make_municipality(session), 1)
        make_class(session, school)
        teacher = make_person(session, "teacher", Role.EXPERT, at=now, school=school)
        make_expert(session, teacher.person_id, school)
    return app


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "/\t\\evil.example", "/\r\nX: 1", "http:x"]
)
def test_the_login_leads_to_our_own_pages_alone(app: Flask, wanted: str) -> None:
    answer = app.test_client().post(
        "/login", query_string={"next": wanted}, data={"login": "teacher", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (302, "/")


def test_a_stranger_cannot_fill_the_disk(app: Flask) -> None:
    answer = app.test_client().post(
        "/login",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_OTHER_BODY + 1)},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(("proxies", "origin"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_a_forwarded_address_counts_only_where_a_proxy_was_named(
    settings: Settings, app: Flask, database: Database, proxies: int, origin: str
) -> None:
    del app
    made = create_app(settings.model_copy(update={"proxies": proxies}))
    made.config["WTF_CSRF_ENABLED"] = False
    made.test_client().post(
        "/login",
        data={"login": "teacher", "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"},
    )
    with database.reading() as session:
        assert session.scalars(select(LoginSession.origin)).all() == [origin]
