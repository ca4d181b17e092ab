"""Works are handed over to the commission: grounds, clock, procedure, planning, who sees them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    CaseState,
    CommissionMember,
    Exam,
    Ground,
    Method,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
    RoleGrant,
    Script,
    Workplace,
)
from app.queries.rechecks import (
    get_case,
    list_cases,
    pick_works,
)
from app.services import rechecks
from app.services.rechecks import Opening
from tests.builders import (
    make_class,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.recheck_world import (
    RecheckWorld,
)


def test_works_handed_over_have_one_clock_one_act_and_numbers(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        handover = world.hand_over(session, 0, 1, 2, ground=Ground.SELECTIVE)
        handover_id = handover.id
    with database.reading() as session:
        found = session.get_one(RecheckHandover, handover_id)
        lines = list_cases(session, actor=world.chair, today=date(2026, 4, 21))
    assert found.due_on == date(2026, 4, 29)
    assert found.works == 3
    assert [line.number for line in lines] == ["1-1", "1-2", "1-3"]
    assert {line.days_left for line in lines} == {6}
    assert world.store.get(found.act_sha256).startswith(b"%PDF")


def test_a_list_is_planned_by_one_solution_independent_and_even(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.set_method(session, Method.TWO_BLIND)
        handover = world.hand_over(session, 0, 1, 2, 3, ground=Ground.SELECTIVE)
        planned = rechecks.plan_readers(
            session, handover_id=handover.id, by=world.chair, at=world.now
        )
    assert (planned.given, planned.missing) == (8, 0)
    with database.reading() as session:
        readings = session.scalars(select(RecheckReading)).all()
        readers = [one.assignment.expert_id for one in readings]
        pairs = {(one.case_id, one.assignment.expert_id) for one in readings}
        assert len(pairs) == 8
        assert world.base.experts[0].id not in readers
        assert sorted(readers.count(one.id) for one in world.base.experts[1:]) == [2, 2, 2, 2]
        states = set(session.scalars(select(RecheckCase.state)))
    assert states == {CaseState.READING}


def test_a_list_for_which_members_lack_says_how_many_readings_are_missing(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        for expert in world.base.experts[2:]:
            session.add(Workplace(expert_id=expert.id, school_id=world.base.schools[0].id))
        session.flush()
        world.set_method(session, Method.TWO_BLIND)
        handover = world.hand_over(session, 0, 1, ground=Ground.SELECTIVE)
        planned = rechecks.plan_readers(
            session, handover_id=handover.id, by=world.chair, at=world.now
        )
        states = set(session.scalars(select(RecheckCase.state)))
    assert (planned.given, planned.missing) == (2, 2)
    assert states == {CaseState.OPENED}


def test_a_disagreement_is_the_school_s_own_and_other_grounds_are_the_coordinator_s(
    database: Database, world: RecheckWorld
) -> None:
    with pytest.raises(Refusal, match="той школы"), database.transaction() as session:
        world.hand_over(session, ground=Ground.DISAGREEMENT, by=world.base.coordinator)
    with pytest.raises(Refusal, match="муниципальный"), database.transaction() as session:
        world.hand_over(session, ground=Ground.SELECTIVE, by=world.base.school_coordinator)


@pytest.mark.parametrize(
    ("reason", "received_on", "expected"),
    [("  ", date(2026, 4, 20), "основание"), ("верно", date(2026, 5, 30), "30.05.2026")],
)
def test_a_hand_over_that_breaks_a_rule_stores_nothing(
    database: Database, world: RecheckWorld, reason: str, received_on: date, expected: str
) -> None:
    opening = Opening(ground=Ground.DISAGREEMENT, reason=reason, received_on=received_on)
    with pytest.raises(Refusal, match=expected), database.transaction() as session:
        rechecks.hand_over(
            session,
            store=world.store,
            script_ids=[world.base.scripts[0].id],
            opening=opening,
            by=world.base.school_coordinator,
            at=world.now,
        )
    with database.reading() as session:
        assert list_cases(session, actor=world.chair, today=world.now.date()) == ()


def test_works_that_are_open_or_not_final_are_left_out_and_counted(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.hand_over(session, 0)
        exam = world.base.exam
        home = session.get_one(Script, world.base.scripts[0].id).participant.school_class
        (late,) = make_participants(session, exam, home, ("73900",))
        script = Script(exam_id=exam.id, participant_id=late.id, published_at=world.now)
        session.add(script)
        session.flush()
        opened = rechecks.hand_over(
            session,
            store=world.store,
            script_ids=[world.base.scripts[0].id, world.base.scripts[1].id, script.id],
            opening=Opening(
                ground=Ground.SELECTIVE, reason="выше среднего", received_on=date(2026, 4, 20)
            ),
            by=world.base.coordinator,
            at=world.now,
        )
    assert (opened.handover.works, opened.already_open, opened.not_final) == (1, 1, 1)
    with pytest.raises(Refusal, match="уже открыта"), database.transaction() as session:
        world.hand_over(session, 0)
    with pytest.raises(Refusal, match="перепроверять нечего"), database.transaction() as session:
        rechecks.hand_over(
            session,
            store=world.store,
            script_ids=[script.id],
            opening=Opening(
                ground=Ground.DISAGREEMENT, reason="верно", received_on=date(2026, 4, 20)
            ),
            by=world.base.school_coordinator,
            at=world.now,
        )


def test_today_of_a_receipt_is_the_municipality_s_day(
    database: Database, world: RecheckWorld
) -> None:
    past_midnight_in_moscow = world.now.replace(hour=22, minute=30)
    with database.transaction() as session:
        opened = rechecks.hand_over(
            session,
            store=world.store,
            script_ids=[world.base.scripts[0].id],
            opening=Opening(
                ground=Ground.DISAGREEMENT,
                reason="не согласны",
                received_on=past_midnight_in_moscow.date().replace(
                    day=past_midnight_in_moscow.day + 1
                ),
            ),
            by=world.base.school_coordinator,
            at=past_midnight_in_moscow,
        )
    assert opened.handover.works == 1


def test_works_handed_over_before_keep_the_procedure_of_their_day(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        world.set_method(session, Method.TWO_BLIND, quorum=3)
        later = world.open_case(session, 1)
        assert (case.handover.method, case.handover.quorum) == (Method.BLIND, 2)
        assert (later.handover.method, later.handover.quorum) == (Method.TWO_BLIND, 3)


def test_another_municipality_and_another_school_see_nothing(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case_id = world.open_case(session).id
        other = make_municipality(session, name="Соседний район")
        far = make_school(session, other, 90)
        at = world.now
        strangers = [
            make_person(session, "far", Role.COMMISSION_CHAIR, at=at, municipality=other),
            make_person(session, "far-school", Role.SCHOOL_COORDINATOR, at=at, school=far),
        ]
    for stranger in strangers:
        with database.reading() as session:
            assert list_cases(session, actor=stranger, today=at.date()) == ()
            picked = pick_works(session, actor=stranger, exam_id=world.base.exam.id, codes="73001")
            assert picked.script_ids == ()
            with pytest.raises(NotYours):
                get_case(session, case_id=case_id, actor=stranger, today=at.date())
        with pytest.raises(NotYours), database.transaction() as session:
            rechecks.assign_reader(session, case_id=case_id, by=stranger, at=at)
        with pytest.raises(NotYours), database.transaction() as session:
            rechecks.hand_over(
                session,
                store=world.store,
                script_ids=[world.base.scripts[1].id],
                opening=Opening(
                    ground=Ground.DISAGREEMENT, reason="не наше", received_on=date(2026, 4, 20)
                ),
                by=stranger,
                at=at,
            )


def test_a_member_with_an_open_reading_is_not_withdrawn(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.assign(session, world.open_case(session), 1)
    with pytest.raises(Refusal, match="открытые дела"), database.transaction() as session:
        rechecks.withdraw_member(session, member_id=world.members[0], by=world.chair, at=world.now)


def test_a_member_who_was_withdrawn_is_appointed_again_by_the_same_order_unless_he_left(
    database: Database, world: RecheckWorld
) -> None:
    place = world.base.municipality.id
    with database.transaction() as session:
        member = session.get_one(CommissionMember, world.members[0])
        named = {"municipality_id": place, "expert_id": member.expert_id, "by": world.chair}
        order = rechecks.Order(number=member.order_number, on=member.order_on)
        rechecks.withdraw_member(session, member_id=member.id, by=world.chair, at=world.now)
        role = RoleGrant(role=Role.COMMISSION_MEMBER, municipality_id=place, granted_at=world.now)
        member.expert.person.grants.append(role)  # somebody has given it to him besides
        session.flush()
        again = rechecks.appoint_member(session, order=order, at=world.now, **named)
        assert again.id != member.id
        rechecks.withdraw_member(session, member_id=again.id, by=world.chair, at=world.now)
        assert role.revoked_at == world.now
        member.expert.person.disabled_at = world.now
        with pytest.raises(Refusal, match="больше не участвует"):
            rechecks.appoint_member(session, order=order, at=world.now, **named)
        standing = session.get_one(CommissionMember, world.members[1])
        twice = CommissionMember(
            municipality_id=place,
            expert_id=standing.expert_id,
            order_number="18-о",
            order_on=standing.order_on,
            appointed_at=world.now,
        )
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(twice)


def test_works_are_picked_by_code_class_school_or_all_and_a_code_of_two_schools_is_told(
    database: Database, world: RecheckWorld
) -> None:
    base, muni = world.base, world.base.coordinator
    with database.transaction() as session:
        of_class = make_class(session, base.schools[1], letter="Б")
        exam = session.get_one(Exam, base.exam.id)
        (twin,) = make_participants(session, exam, of_class, ("73001",))
        script = Script(exam_id=exam.id, participant_id=twin.id, published_at=world.now)
        session.add(script)
        session.flush()
        home = base.schools[0].id
        whole = pick_works(session, actor=muni, exam_id=exam.id)
        in_school = pick_works(session, actor=muni, exam_id=exam.id, school_id=home)
        in_class = pick_works(session, actor=muni, exam_id=exam.id, class_id=of_class.id)
        codes = pick_works(session, actor=muni, exam_id=exam.id, codes="73001, 73002 73999")
        one = pick_works(session, actor=muni, exam_id=exam.id, school_id=home, codes="73001;73002")
    assert set(whole.script_ids) == {row.id for row in base.scripts}
    assert set(in_school.script_ids) == set(whole.script_ids)
    assert in_class.script_ids == ()
    assert (codes.unknown, codes.ambiguous) == (("73999",), ("73001",))
    assert set(one.script_ids) == {base.scripts[0].id, base.scripts[1].id}
    assert one.ambiguous == ()
