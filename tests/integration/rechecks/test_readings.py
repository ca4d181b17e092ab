"""Members read by four methods, independent at every step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.independence import NotIndependent, Tie
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    CaseState,
    Conflict,
    ConflictCategory,
    ConflictLevel,
    Method,
    RecheckReading,
    Round,
    Script,
    Workplace,
)
from app.queries.rechecks import (
    get_case_image,
    get_reading,
)
from app.queries.scoring_pictures import get_page_image
from app.queries.scoring_work import get_work
from app.services import marking, rechecks, recusal
from app.storage import FileStore
from tests.recheck_world import (
    FAR,
    HIGHER,
    LOWER,
    SCORED,
    RecheckWorld,
    case_in,
    make_recheck_world,
    view,
)


def test_who_scored_the_script_is_refused_at_appointment(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case_id = world.open_case(session).id
    with pytest.raises(NotIndependent, match="уже проверял"), database.transaction() as session:
        world.assign(session, case_in(session, case_id), 0)


@pytest.mark.parametrize("tie", list(Tie))
def test_a_member_who_becomes_tied_is_refused_at_every_fetch_and_save(
    database: Database, store: FileStore, now: datetime, tie: Tie
) -> None:
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store, images=True)
        case = world.open_case(session)
        reading = world.assign(session, case, 1)
        work, member = reading.assignment_id, world.base.actors[1]
        marking.open_sheet(session, assignment_id=work, by=member, at=now)
        image = case.script.images[0].id
        _tie(session, world, tie)
    with database.reading() as session:
        with pytest.raises(NotIndependent):
            get_work(session, assignment_id=work, by=member, at=now)
        with pytest.raises(NotIndependent):
            get_page_image(session, assignment_id=work, image_id=image, by=member, at=now)
    for act in (_save, _submit):
        with pytest.raises(NotIndependent), database.transaction() as session:
            act(session, work, member, now)


def _tie(session: Session, world: RecheckWorld, tie: Tie) -> None:
    expert = world.base.experts[1]
    script = session.get_one(Script, world.base.scripts[0].id)
    if tie is Tie.SCORED:
        work = world.base.assign(session, 2, 0, round=Round.SECOND, at=world.now)
        given = session.get_one(Assignment, work)
        given.withdrawn_at, given.expert_id = world.now, expert.id
    elif tie is Tie.SCHOOL:
        session.add(Workplace(expert_id=expert.id, school_id=script.participant.school_id))
    else:
        session.add(
            Conflict(
                expert_id=expert.id,
                level=ConflictLevel.CODE,
                participant_id=script.participant_id,
                category=ConflictCategory.RELATIVE,
                declared_at=world.now,
                declared_by_id=expert.person_id,
            )
        )


def _save(session: Session, work: UUID, by: Actor, at: datetime) -> None:
    marking.record_points(
        session,
        assignment_id=work,
        criterion="1",
        value=1,
        save_key="late",
        based_on=0,
        by=by,
        at=at,
    )


def _submit(session: Session, work: UUID, by: Actor, at: datetime) -> None:
    marking.submit_sheet(session, assignment_id=work, confirmed=True, by=by, at=at)


def test_a_recusal_gives_the_case_back_for_another_member(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        reading = world.assign(session, case, 1)
        recusal.recuse(
            session, assignment_id=reading.assignment_id, by=world.base.actors[1], at=world.now
        )
        assert case.state is CaseState.OPENED
        again = world.assign(session, case)
        assert again.assignment.expert_id != world.base.experts[1].id
        assert again.position == 1


def test_a_reading_goes_to_another_until_it_is_done(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        reading = world.assign(session, case, 1)
        again = rechecks.assign_reader(
            session, case_id=case.id, instead_of=reading.id, by=world.chair, at=world.now
        )
        assert reading.assignment.withdrawn_at == world.now
        standing = next(one for one in case.readings if one.assignment_id == again.id)
        world.read(session, standing)
    with pytest.raises(Refusal, match="остаётся в деле"), database.transaction() as session:
        rechecks.assign_reader(
            session, case_id=case.id, instead_of=standing.id, by=world.chair, at=world.now
        )


def test_a_blind_reader_sees_no_old_points_and_one_in_review_does(
    database: Database, world: RecheckWorld
) -> None:
    seen = {}
    for number, method in enumerate((Method.BLIND, Method.REVEAL, Method.REVIEW)):
        with database.transaction() as session:
            world.set_method(session, method)
            reading = world.assign(session, world.open_case(session, number), 1)
            shown = get_work(
                session,
                assignment_id=reading.assignment_id,
                by=world.base.actors[1],
                at=world.now,
            )
            seen[method] = [one.earlier for one in shown.sheet.criteria]
    assert seen[Method.BLIND] == seen[Method.REVEAL] == [(), (), (), ()]
    assert seen[Method.REVIEW] == [(1,), (2,), (1,), (0,)]


def test_the_chair_sees_points_only_when_the_blind_step_is_done(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        reading = world.assign(session, case, 1)
    assert view(database, world, case.id).rows == ()
    with database.transaction() as session:
        world.read(session, session.get_one(RecheckReading, reading.id))
    rows = view(database, world, case.id).rows
    assert [(row.old, row.said, row.proposed) for row in rows[:2]] == [
        ("1", ("2",), "2"),
        ("2", ("2",), "2"),
    ]


def test_two_blind_readings_that_agree_propose_their_points(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.set_method(session, Method.TWO_BLIND)
        case = world.open_case(session)
        world.read(session, world.assign(session, case, 1))
        assert case.state is CaseState.OPENED
        world.read(session, world.assign(session, case, 2))
        assert case.state is CaseState.READ
    shown = view(database, world, case.id)
    assert not shown.diverges
    assert [row.proposed for row in shown.rows] == ["2", "2", "1", "0"]


def test_two_blind_readings_that_diverge_go_to_a_third_who_sees_both(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.set_method(session, Method.TWO_BLIND)
        case = world.open_case(session)
        world.read(session, world.assign(session, case, 1), SCORED)
        world.read(session, world.assign(session, case, 2), FAR)
    assert view(database, world, case.id).diverges
    with database.transaction() as session:
        case = case_in(session, case.id)
        third = world.assign(session, case)
        assert third.position == 3
        assert case.state is CaseState.READING
        shown = get_work(
            session,
            assignment_id=third.assignment_id,
            by=world.actor_of(third),
            at=world.now,
        )
        assert shown.sheet.criteria[1].earlier == (2, 0)
        world.read(session, third, HIGHER)
    shown = view(database, world, case.id)
    assert not shown.diverges
    assert [row.proposed for row in shown.rows] == ["2", "2", "1", "0"]


def test_after_the_blind_sheet_the_old_points_appear_and_differences_are_explained(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        world.set_method(session, Method.REVEAL)
        case = world.open_case(session)
        reading = world.assign(session, case, 1)
        with pytest.raises(NotYours):
            get_reading(session, reading_id=reading.id, actor=world.base.actors[1])
        world.read(session, reading, LOWER)
        assert case.state is CaseState.READING
        shown = get_reading(session, reading_id=reading.id, actor=world.base.actors[1])
        assert [(row.old, row.mine) for row in shown.rows[:2]] == [("1", "0"), ("2", "2")]
        world.explain(session, reading, HIGHER)
        assert case.state is CaseState.READ
    rows = view(database, world, case.id).rows
    assert rows[0].said == ("0", "2")
    assert rows[0].words == "Другой верный способ."
    with pytest.raises(Refusal, match="уже записано"), database.transaction() as session:
        world.explain(session, session.get_one(RecheckReading, reading.id))


@pytest.mark.parametrize("method", [Method.REVIEW, Method.REVEAL])
def test_a_difference_without_a_reason_is_refused(
    database: Database, world: RecheckWorld, method: Method
) -> None:
    with database.transaction() as session:
        world.set_method(session, method)
        reading = world.assign(session, world.open_case(session), 1)
        world.read(session, reading)
    bare = {label: rechecks.Verdict(points=value) for label, value in HIGHER.items()}
    with pytest.raises(Refusal, match="По критерию 1"), database.transaction() as session:
        rechecks.record_findings(
            session, reading_id=reading.id, verdicts=bare, by=world.base.actors[1], at=world.now
        )


def test_the_chair_who_scored_the_script_does_not_fetch_its_pages(
    database: Database, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store, images=True)
        case = world.open_case(session)
        image = case.script.images[0]
        both = Actor(
            person_id=world.base.actors[0].person_id,
            grants=world.base.actors[0].grants + world.chair.grants,
        )
        found = get_case_image(session, case_id=case.id, image_id=image.id, actor=world.chair)
        assert (found.sha256, found.works) == (image.sha256, None)
        with pytest.raises(NotIndependent):
            get_case_image(session, case_id=case.id, image_id=image.id, actor=both)
