"""A recheck from opening to decision: its clock, who may read, what stays readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    Conflict,
    ConflictCategory,
    ConflictLevel,
    FinalPoint,
    FinalResult,
    Ground,
    Outcome,
    ReasonCode,
    ResultSource,
    RoleGrant,
    Round,
    Script,
)
from app.queries.rechecks import find_script, get_case, list_cases
from app.services import marking, rechecks
from scoring import Points
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)

RECEIVED_ON = date(2026, 4, 20)


@dataclass(kw_only=True)
class World:
    """Two schools, one finished script, a scorer, and members who may or may not read it."""

    municipality_id: UUID
    exam_id: UUID
    school_id: UUID
    script_id: UUID
    chair: Actor
    school_coordinator: Actor
    scorer: Actor
    scorer_id: UUID
    neighbour: Actor
    neighbour_id: UUID
    colleague_id: UUID


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.transaction() as session:
        return _make(session, now)


def _make(session: Session, now: datetime) -> World:
    place = make_municipality(session)
    home, away = make_school(session, place, 1), make_school(session, place, 2)
    exam = make_exam(session, place, at=now, criteria=(("1", 2), ("2", 3)))
    of_class = make_class(session, home)
    (participant,) = make_participants(session, exam, of_class, ("40001",))
    script = Script(exam_id=exam.id, participant_id=participant.id, published_at=now)
    session.add(script)
    session.flush()
    people = {
        name: make_person(session, name, Role.EXPERT, at=now, school=school)
        for name, school in (("scorer", away), ("neighbour", away), ("colleague", home))
    }
    experts = {
        "scorer": make_expert(session, people["scorer"].person_id, away),
        "neighbour": make_expert(session, people["neighbour"].person_id, away),
        "colleague": make_expert(session, people["colleague"].person_id, home),
    }
    session.add(
        Assignment(
            script_id=script.id,
            expert_id=experts["scorer"].id,
            round=Round.FIRST,
            queue_position=1,
            created_at=now,
        )
    )
    result = FinalResult(
        script_id=script.id,
        number=1,
        source=ResultSource.SINGLE,
        decided_at=now,
        decided_by_id=people["scorer"].person_id,
    )
    for criterion, points in zip(exam.criteria, (1, 2), strict=True):
        result.points.append(FinalPoint(criterion_id=criterion.id, points=points))
    session.add(result)
    return World(
        municipality_id=place.id,
        exam_id=exam.id,
        school_id=home.id,
        script_id=script.id,
        chair=make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=place),
        school_coordinator=make_person(
            session, "shk", Role.SCHOOL_COORDINATOR, at=now, school=home
        ),
        scorer=people["scorer"],
        scorer_id=experts["scorer"].id,
        neighbour=people["neighbour"],
        neighbour_id=experts["neighbour"].id,
        colleague_id=experts["colleague"].id,
    )


def _open(session: Session, world: World, now: datetime) -> UUID:
    return rechecks.open_case(
        session,
        script_id=world.script_id,
        ground=Ground.DISAGREEMENT,
        reason="Задание 2 решено верно другим способом.",
        received_on=RECEIVED_ON,
        by=world.school_coordinator,
        at=now,
    ).id


def _appoint(session: Session, world: World, now: datetime, *experts: UUID) -> None:
    for expert_id in experts:
        rechecks.appoint_member(
            session,
            municipality_id=world.municipality_id,
            expert_id=expert_id,
            order=rechecks.Order(number="17-о", on=date(2026, 4, 1)),
            by=world.chair,
            at=now,
        )


def _read_by_neighbour(
    database: Database, world: World, now: datetime, points: tuple[Points, Points]
) -> UUID:
    with database.transaction() as session:
        case_id = _open(session, world, now)
        _appoint(session, world, now, world.neighbour_id)
        given = rechecks.assign_reader(session, case_id=case_id, by=world.chair, at=now)
        marking.open_sheet(session, assignment_id=given.id, by=world.neighbour, at=now)
        for criterion, value in zip(("1", "2"), points, strict=True):
            marking.record_points(
                session,
                assignment_id=given.id,
                criterion=criterion,
                value=value,
                save_key=f"key-{criterion}",
                based_on=0,
                by=world.neighbour,
                at=now,
            )
        marking.submit_sheet(
            session, assignment_id=given.id, confirmed=True, by=world.neighbour, at=now
        )
    return case_id


def _decide(
    database: Database, case_id: UUID, by: Actor, now: datetime, *, adopt: bool = True
) -> None:
    with database.transaction() as session:
        rechecks.decide_case(
            session,
            case_id=case_id,
            adopt=adopt,
            reason_code=ReasonCode.UNUSUAL,
            reason="Способ решения верен.",
            by=by,
            at=now,
        )


def test_a_case_is_due_in_seven_working_days_after_the_day_of_receipt(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = _open(session, world, now)
    with database.reading() as session:
        case = get_case(session, case_id=case_id, actor=world.chair, today=now.date())
    assert case.line.due_on == date(2026, 4, 29)
    assert case.line.days_left == 6


def test_who_scored_the_script_or_works_in_its_school_is_never_given_it(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = _open(session, world, now)
        _appoint(session, world, now, world.scorer_id, world.colleague_id)
    with pytest.raises(Refusal, match="Независимого"), database.transaction() as session:
        rechecks.assign_reader(session, case_id=case_id, by=world.chair, at=now)
    with pytest.raises(Refusal, match="Независимого"), database.transaction() as session:
        rechecks.assign_reader(
            session, case_id=case_id, by=world.chair, at=now, expert_id=world.scorer_id
        )


def test_a_conflict_with_the_code_keeps_a_member_away(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = _open(session, world, now)
        _appoint(session, world, now, world.neighbour_id)
        script = session.get_one(Script, world.script_id)
        session.add(
            Conflict(
                expert_id=world.neighbour_id,
                level=ConflictLevel.CODE,
                participant_id=script.participant_id,
                category=ConflictCategory.RELATIVE,
                declared_at=now,
                declared_by_id=world.neighbour.person_id,
            )
        )
    with pytest.raises(Refusal, match="Независимого"), database.transaction() as session:
        rechecks.assign_reader(session, case_id=case_id, by=world.chair, at=now)


def test_an_adopted_recheck_is_a_new_result_and_the_old_one_stays(
    database: Database, world: World, now: datetime
) -> None:
    case_id = _read_by_neighbour(database, world, now, (1, 3))
    _decide(database, case_id, world.chair, now)
    with database.reading() as session:
        results = session.scalars(
            select(FinalResult)
            .where(FinalResult.script_id == world.script_id)
            .order_by(FinalResult.number)
        ).all()
        points = [[row.points for row in result.points] for result in results]
        case = get_case(session, case_id=case_id, actor=world.chair, today=now.date())
    assert [sorted(one) for one in points] == [[1, 2], [1, 3]]
    assert [result.source for result in results] == [ResultSource.SINGLE, ResultSource.RECHECK]
    assert case.decision is not None
    assert case.decision.outcome is Outcome.RAISED
    assert [(row.old, row.new) for row in case.rows] == [("1", "1"), ("2", "3")]


def test_points_that_are_kept_make_no_new_result(
    database: Database, world: World, now: datetime
) -> None:
    case_id = _read_by_neighbour(database, world, now, (0, 0))
    _decide(database, case_id, world.chair, now, adopt=False)
    with database.reading() as session:
        assert len(session.scalars(select(FinalResult)).all()) == 1
        (line,) = list_cases(session, actor=world.chair, today=now.date())
    assert line.outcome is Outcome.KEPT


def test_nobody_decides_before_the_commission_has_read(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = _open(session, world, now)
    with pytest.raises(Refusal, match="решать рано"):
        _decide(database, case_id, world.chair, now)


def test_the_reader_does_not_sign_his_own_recheck(
    database: Database, world: World, now: datetime
) -> None:
    case_id = _read_by_neighbour(database, world, now, (2, 3))
    with database.transaction() as session:
        session.add(
            RoleGrant(
                person_id=world.neighbour.person_id,
                role=Role.COMMISSION_CHAIR,
                municipality_id=world.municipality_id,
                granted_at=now,
            )
        )
    both = Actor(
        person_id=world.neighbour.person_id, grants=world.neighbour.grants + world.chair.grants
    )
    with pytest.raises(Refusal, match="другой человек"):
        _decide(database, case_id, both, now)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": "  "}, "основание"),
        ({"received_on": date(2026, 5, 1)}, "01.05.2026"),
    ],
)
def test_an_opening_that_breaks_a_rule_stores_nothing(
    database: Database, world: World, now: datetime, changes: dict[str, object], expected: str
) -> None:
    values = {
        "script_id": world.script_id,
        "ground": Ground.SELECTIVE,
        "reason": "выше среднего по школе",
        "received_on": RECEIVED_ON,
    }
    with pytest.raises(Refusal, match=expected), database.transaction() as session:
        rechecks.open_case(session, **values | changes, by=world.school_coordinator, at=now)
    with database.reading() as session:
        assert list_cases(session, actor=world.chair, today=now.date()) == ()


def test_today_of_a_receipt_is_the_municipality_s_day(
    database: Database, world: World, now: datetime
) -> None:
    past_midnight_in_moscow = now.replace(hour=22, minute=30)
    with database.transaction() as session:
        opened = rechecks.open_case(
            session,
            script_id=world.script_id,
            ground=Ground.DISAGREEMENT,
            reason="не согласны",
            received_on=date(2026, 4, 22),
            by=world.school_coordinator,
            at=past_midnight_in_moscow,
        )
    assert opened.received_on == date(2026, 4, 22)


def test_the_same_script_has_one_open_case(database: Database, world: World, now: datetime) -> None:
    with database.transaction() as session:
        _open(session, world, now)
    with pytest.raises(Refusal, match="уже открыта"), database.transaction() as session:
        _open(session, world, now)


def test_a_script_without_final_points_is_not_rechecked(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        (other,) = make_participants(
            session,
            session.get_one(Script, world.script_id).exam,
            session.get_one(Script, world.script_id).participant.school_class,
            ("40002",),
        )
        script = Script(exam_id=world.exam_id, participant_id=other.id, published_at=now)
        session.add(script)
        session.flush()
        script_id = script.id
    with pytest.raises(Refusal, match="перепроверять нечего"), database.transaction() as session:
        rechecks.open_case(
            session,
            script_id=script_id,
            ground=Ground.DISAGREEMENT,
            reason="не согласны",
            received_on=RECEIVED_ON,
            by=world.school_coordinator,
            at=now,
        )


def test_another_municipality_and_another_school_see_nothing(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = _open(session, world, now)
        other = make_municipality(session, name="Соседний район")
        far = make_school(session, other, 9)
        strangers = [
            make_person(session, "far", Role.COMMISSION_CHAIR, at=now, municipality=other),
            make_person(session, "far-school", Role.SCHOOL_COORDINATOR, at=now, school=far),
        ]
    for stranger in strangers:
        with database.reading() as session:
            assert list_cases(session, actor=stranger, today=now.date()) == ()
            found = find_script(
                session,
                actor=stranger,
                exam_id=world.exam_id,
                school_id=world.school_id,
                code="40001",
            )
            assert found is None
            with pytest.raises(NotYours):
                get_case(session, case_id=case_id, actor=stranger, today=now.date())
        with pytest.raises(NotYours), database.transaction() as session:
            rechecks.assign_reader(session, case_id=case_id, by=stranger, at=now)


def test_a_member_with_an_open_case_is_not_withdrawn(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = _open(session, world, now)
        _appoint(session, world, now, world.neighbour_id)
        rechecks.assign_reader(session, case_id=case_id, by=world.chair, at=now)
        member = rechecks.find_member(session, world.municipality_id, world.neighbour_id)
        assert member is not None
    with pytest.raises(Refusal, match="открытые дела"), database.transaction() as session:
        rechecks.withdraw_member(session, member_id=member.id, by=world.chair, at=now)
