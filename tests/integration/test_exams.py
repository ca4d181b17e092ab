"""Exams are set up: schedule, criteria, marks, template; what a rule forbids is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import AuditEvent, Exam, Municipality
from app.queries.exams import get_exam, list_campaigns
from app.services import exams as services
from app.services.exams import CriterionSpec, ExamSpec
from app.web.exams.template import STANDARD_LAYOUT
from scanning import LayoutError
from scoring import MarkThresholds, SchemeError
from tests.builders import make_municipality, make_person

SPEC = ExamSpec(
    subject="Русский язык",
    grade=4,
    held_on=date(2026, 4, 20),
    criteria_open_at_local=time(14, 0),
    scoring_ends_on=date(2026, 4, 24),
    form_due_on=date(2026, 4, 28),
)


@pytest.fixture
def coordinator(database: Database, now: datetime) -> Actor:
    with database.transaction() as session:
        place = make_municipality(session)
        return make_person(session, "mk", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)


@pytest.fixture
def exam(database: Database, coordinator: Actor, now: datetime) -> Exam:
    with database.transaction() as session:
        place = session.scalars(select(Municipality)).one()
        campaign = services.create_campaign(
            session, municipality_id=place.id, name="ВПР 2026", year=2026, by=coordinator, at=now
        )
        return services.create_exam(
            session, campaign_id=campaign.id, spec=SPEC, by=coordinator, at=now
        )


def test_criteria_before_two_o_clock_are_refused() -> None:
    with pytest.raises(Refusal, match="13:59"):
        replace(SPEC, criteria_open_at_local=time(13, 59))


def test_the_database_itself_refuses_criteria_before_two(database: Database, exam: Exam) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.get_one(Exam, exam.id).criteria_open_at_local = time(13, 59)


def test_dates_out_of_order_are_refused_with_all_three() -> None:
    with pytest.raises(Refusal, match=r"20\.04\.2026.*19\.04\.2026.*28\.04\.2026"):
        replace(SPEC, scoring_ends_on=date(2026, 4, 19))


def test_the_same_subject_and_grade_twice_is_refused(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    with pytest.raises(Refusal, match="уже есть"), database.transaction() as session:
        services.create_exam(
            session, campaign_id=exam.campaign_id, spec=SPEC, by=coordinator, at=now
        )


def test_criteria_keep_order_maxima_and_dependencies(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    specs = [
        CriterionSpec(label="3", max_points=5),
        CriterionSpec(label="4K1", max_points=3, guide="3 — всё верно"),
        CriterionSpec(label="4К2", max_points=2, depends_on="4К1"),
    ]
    with database.transaction() as session:
        services.set_criteria(session, exam_id=exam.id, criteria=specs, by=coordinator, at=now)
    with database.reading() as session:
        view = get_exam(session, exam_id=exam.id, actor=coordinator)
    assert [(one.label, one.max_points, one.depends_on) for one in view.criteria] == [
        ("3", 5, None),
        ("4К1", 3, None),
        ("4К2", 2, "4К1"),
    ]
    assert view.max_total == 10


def test_criteria_that_depend_on_one_another_can_be_set_again(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    specs = [
        CriterionSpec(label="4К1", max_points=3),
        CriterionSpec(label="4К2", max_points=2, depends_on="4К1"),
    ]
    for _ in range(2):
        with database.transaction() as session:
            services.set_criteria(session, exam_id=exam.id, criteria=specs, by=coordinator, at=now)
    with database.reading() as session:
        view = get_exam(session, exam_id=exam.id, actor=coordinator)
    assert [one.depends_on for one in view.criteria] == [None, "4К1"]


def test_a_wrong_criterion_leaves_the_old_ones(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    good = [CriterionSpec(label="1", max_points=2)]
    with database.transaction() as session:
        services.set_criteria(session, exam_id=exam.id, criteria=good, by=coordinator, at=now)
    wrong = [CriterionSpec(label="2", max_points=1), CriterionSpec(label="2", max_points=1)]
    with pytest.raises(SchemeError, match="дважды"), database.transaction() as session:
        services.set_criteria(session, exam_id=exam.id, criteria=wrong, by=coordinator, at=now)
    with database.reading() as session:
        assert len(get_exam(session, exam_id=exam.id, actor=coordinator).criteria) == 1


def test_a_five_beyond_the_maximum_is_refused(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    scale = MarkThresholds(three=1, four=2, five=30, source="приказ", year=2026)
    criteria = [CriterionSpec(label="1", max_points=20)]
    with database.transaction() as session:
        services.set_criteria(session, exam_id=exam.id, criteria=criteria, by=coordinator, at=now)
    with pytest.raises(SchemeError, match="30"), database.transaction() as session:
        services.set_marks(session, exam_id=exam.id, thresholds=scale, by=coordinator, at=now)


def test_new_criteria_that_put_a_five_out_of_reach_are_refused(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    scale = MarkThresholds(three=1, four=2, five=3, source="приказ", year=2026)
    enough = [CriterionSpec(label="1", max_points=3)]
    with database.transaction() as session:
        services.set_criteria(session, exam_id=exam.id, criteria=enough, by=coordinator, at=now)
        services.set_marks(session, exam_id=exam.id, thresholds=scale, by=coordinator, at=now)
    fewer = [CriterionSpec(label="1", max_points=2)]
    with pytest.raises(Refusal, match="начинается с 3"), database.transaction() as session:
        services.set_criteria(session, exam_id=exam.id, criteria=fewer, by=coordinator, at=now)


def test_a_template_is_a_version_and_a_wrong_one_names_its_place(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    with database.transaction() as session:
        for _ in range(2):
            services.set_template(
                session, exam_id=exam.id, layout=STANDARD_LAYOUT, by=coordinator, at=now
            )
    with pytest.raises(LayoutError, match="code_box"), database.transaction() as session:
        services.set_template(
            session,
            exam_id=exam.id,
            layout=STANDARD_LAYOUT | {"code_box": {"x": "слева"}},
            by=coordinator,
            at=now,
        )
    with database.reading() as session:
        assert get_exam(session, exam_id=exam.id, actor=coordinator).forms[0].version == 2


def test_another_municipality_neither_sees_nor_changes_the_exam(
    database: Database, exam: Exam, now: datetime
) -> None:
    with database.transaction() as session:
        other = make_municipality(session, name="Соседний район")
        stranger = make_person(
            session, "mk2", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other
        )
    with database.reading() as session:
        assert list_campaigns(session, actor=stranger) == ()
        with pytest.raises(NotYours):
            get_exam(session, exam_id=exam.id, actor=stranger)
    with pytest.raises(NotYours), database.transaction() as session:
        services.change_exam(session, exam_id=exam.id, spec=SPEC, by=stranger, at=now)


def test_every_change_leaves_a_trace_with_old_and_new(
    database: Database, coordinator: Actor, exam: Exam, now: datetime
) -> None:
    with database.transaction() as session:
        services.change_exam(
            session,
            exam_id=exam.id,
            spec=replace(SPEC, form_due_on=date(2026, 4, 29)),
            by=coordinator,
            at=now,
        )
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "exam.changed")).one()
    assert (event.old or {})["form_due_on"] == "2026-04-28"
    assert (event.new or {})["form_due_on"] == "2026-04-29"
