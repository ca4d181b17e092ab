"""The chair signs, a second person confirms, the school is told; old points stay."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.independence import NotIndependent
from app.bridge.sheets import final_points_of
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    CaseState,
    FinalResult,
    Method,
    Outcome,
    RecheckCase,
    RecheckDecision,
    Round,
)
from app.queries.rechecks import (
    find_same_error,
    get_case,
    list_untold,
)
from app.services import rechecks
from scoring import LoweringError, X
from tests.builders import make_person
from tests.recheck_world import (
    HIGHER,
    LOWER,
    SCORED,
    RecheckWorld,
    case_in,
    read_case,
    view,
)


def test_a_blind_reading_is_signed_and_confirmed_by_two_persons(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
    with database.reading() as session:
        assert len(_results(session, world)) == 1
    with database.transaction() as session:
        world.confirm(session, case_in(session, case_id))
    with database.reading() as session:
        before, after = _results(session, world)
        case = case_in(session, case_id)
        decision = case.decisions[0]
        assert final_points_of(before) == SCORED
        assert final_points_of(after) == HIGHER
        assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.RAISED)
        assert decision.signed_by_id != decision.confirmed_by_id
        assert world.store.get(decision.act_sha256).startswith(b"%PDF")


def _results(session: Session, world: RecheckWorld) -> list[FinalResult]:
    query = (
        select(FinalResult)
        .where(FinalResult.script_id == world.base.scripts[0].id)
        .order_by(FinalResult.number)
    )
    return list(session.scalars(query))


def test_the_signer_and_the_reader_do_not_confirm(database: Database, world: RecheckWorld) -> None:
    case_id = read_case(database, world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
    reader = Actor(
        person_id=world.base.actors[1].person_id,
        grants=world.base.actors[1].grants + world.chair.grants,
    )
    for second, expected in ((world.chair, "второе лицо"), (reader, "сами читали")):
        with pytest.raises(Refusal, match=expected), database.transaction() as session:
            world.confirm(session, case_in(session, case_id), by=second)
    with database.reading() as session:
        assert len(_results(session, world)) == 1


def test_the_database_itself_refuses_one_person_for_two(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
    confirmed = update(RecheckDecision).values(
        confirmed_by_id=RecheckDecision.signed_by_id,
        result_after_id=RecheckDecision.result_before_id,
    )
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(confirmed)


def test_a_returned_decision_stays_and_the_chair_decides_anew(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
        rechecks.return_decision(
            session,
            case_id=case_id,
            reason="Критерий читается иначе.",
            by=world.base.coordinator,
            at=world.now,
        )
        assert case_in(session, case_id).state is CaseState.READ
        world.sign(session, case_in(session, case_id), SCORED)
    with database.reading() as session:
        first, second = session.scalars(
            select(RecheckDecision).order_by(RecheckDecision.number)
        ).all()
        assert first.return_reason == "Критерий читается иначе."
        assert (first.outcome, second.outcome) == (Outcome.RAISED, Outcome.KEPT)
        assert case_in(session, case_id).state is CaseState.CLOSED
        assert len(_results(session, world)) == 1


def test_a_procedure_that_does_not_lower_refuses_a_lower_sum(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.set_method(session, Method.BLIND, may_lower=False)
    case_id = read_case(database, world, LOWER)
    with pytest.raises(LoweringError, match="не разрешает"), database.transaction() as session:
        world.sign(session, case_in(session, case_id), LOWER)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id), SCORED)


def test_a_procedure_that_lowers_lowers(database: Database, world: RecheckWorld) -> None:
    case_id = read_case(database, world, LOWER)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id), LOWER)
        world.confirm(session, case_in(session, case_id))
        assert case_in(session, case_id).outcome is Outcome.LOWERED


def test_without_a_quorum_nothing_is_signed_and_a_tied_member_does_not_make_one(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    with pytest.raises(Refusal, match="Нет кворума"), database.transaction() as session:
        world.sign(session, case_in(session, case_id), present=0)
    world.members = _memberships(database, world, 0)
    with pytest.raises(NotIndependent), database.transaction() as session:
        world.sign(session, case_in(session, case_id))


def _memberships(database: Database, world: RecheckWorld, expert: int) -> list[UUID]:
    with database.reading() as session:
        member = rechecks.find_member(
            session, world.base.municipality.id, world.base.experts[expert].id
        )
        assert member is not None
        return [member.id]


def test_nobody_decides_before_the_commission_has_read(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case_id = world.open_case(session).id
    with pytest.raises(Refusal, match="решать рано"), database.transaction() as session:
        world.sign(session, case_in(session, case_id))


def test_points_that_are_kept_make_no_new_result_and_need_no_second_person(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world, SCORED)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id), SCORED)
        assert case_in(session, case_id).state is CaseState.CLOSED
        assert len(_results(session, world)) == 1


def test_what_a_task_left_blank_gets_stays_x_in_the_new_result(
    database: Database, world: RecheckWorld
) -> None:
    blank = {**SCORED, "9.1": X}
    case_id = read_case(database, world, blank)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id), blank)
        world.confirm(session, case_in(session, case_id))
        assert final_points_of(_results(session, world)[-1]) == blank
        assert case_in(session, case_id).outcome is Outcome.KEPT


def test_the_same_error_elsewhere_is_found_and_added_in_one_action(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    with database.reading() as session:
        same = find_same_error(session, case_id=case_id, label="", actor=world.chair)
        for nosy in (world.base.school_coordinator, world.base.coordinator):
            seen = find_same_error(session, case_id=case_id, label="", actor=nosy)
            assert (seen is None) == (nosy is world.base.school_coordinator)
    assert same is not None
    assert (same.label, same.changed) == ("1", ("1",))
    assert [(one.scorer, one.code, one.points, one.alike) for one in same.works] == [
        (1, "73002", "1", True),
        (1, "73003", "1", True),
        (1, "73004", "1", True),
    ]
    with database.transaction() as session:
        opened = rechecks.add_same_error(
            session,
            store=world.store,
            case_id=case_id,
            script_ids=[one.script_id for one in same.works],
            by=world.chair,
            at=world.now,
        )
        assert opened.handover.works == 3
        assert "1-1" in opened.handover.reason
        followers = session.scalars(
            select(RecheckCase.follows_id).where(RecheckCase.handover_id == opened.handover.id)
        ).all()
    assert followers == [case_id] * 3
    with database.reading() as session:
        again = find_same_error(session, case_id=case_id, label="", actor=world.chair)
    assert again is not None
    assert again.works == ()


def test_the_same_error_is_looked_for_in_every_reading_that_gave_points(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    rounds = (Round.EXTRA, Round.OPINION)
    with database.transaction() as session:
        for script, one in zip(world.base.scripts[1:], rounds, strict=False):
            session.scalars(
                select(Assignment).where(Assignment.script_id == script.id)
            ).one().round = one
    with database.reading() as session:
        same = find_same_error(session, case_id=case_id, label="", actor=world.chair)
    assert same is not None
    assert [one.code for one in same.works] == ["73002", "73003", "73004"]


def test_the_school_is_told_and_says_that_it_knows(database: Database, world: RecheckWorld) -> None:
    case_id = read_case(database, world)
    school = world.base.school_coordinator
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
        assert list_untold(session, actor=school) == ()
        world.confirm(session, case_in(session, case_id))
    with database.transaction() as session:
        (told,) = list_untold(session, actor=school)
        assert (told.outcome, told.changes) == (Outcome.RAISED, True)
        rechecks.acknowledge(session, case_ids=[told.case_id], by=school, at=world.now)
        assert list_untold(session, actor=school) == ()


def test_a_member_does_not_see_a_case_before_it_waits_for_his_confirmation(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    grant = make_member(database, world)
    with database.reading() as session, pytest.raises(NotYours):
        get_case(session, case_id=case_id, actor=grant, today=world.now.date())
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
    assert view(database, world, case_id, by=grant).line.state is CaseState.SIGNED
    with database.transaction() as session:
        world.confirm(session, case_in(session, case_id), by=grant)


def make_member(database: Database, world: RecheckWorld) -> Actor:
    with database.transaction() as session:
        return make_person(
            session,
            "second-member",
            Role.COMMISSION_MEMBER,
            at=world.now,
            municipality=world.base.municipality,
        )
