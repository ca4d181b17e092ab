"""What the commission has, no expert's sheet changes; a decision holds for the points it saw."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.chain import Link, done, live_counts
from app.bridge.corrected import count_corrected
from app.bridge.recheck_result import result_before
from app.bridge.since_control import count_since_good
from app.db import Database
from app.errors import Stale
from app.finals import add_final, find_final
from app.models import (
    Assignment,
    Criterion,
    Divergence,
    RecheckCase,
    ResultSource,
    Round,
    SecondLook,
)
from app.queries.clarify import get_chair_questions
from app.queries.next_steps import list_steps
from app.services import adjudication, clarify, controls, marking, rechecks, results
from app.services.controls.looks import Sent
from tests.marking_steps import fill, hand_in
from tests.recheck_world import (
    FAR,
    HIGHER,
    LOWER,
    SCORED,
    RecheckWorld,
    case_in,
    read_case,
)

MINUTE = timedelta(minutes=1)


def decide(session: Session, world: RecheckWorld, case: RecheckCase, *had: int) -> None:
    """The case is read, signed and confirmed by people who did not have the work."""
    reader = next(one for one in range(1, 5) if one not in had)
    world.read(session, world.assign(session, case, reader))
    everybody = world.members
    world.members = [everybody[reader - 1]]
    world.sign(session, case)
    world.members = everybody
    world.confirm(session, case)


def source_of(session: Session, world: RecheckWorld, script: int = 0) -> ResultSource:
    found = find_final(session, world.base.scripts[script].id)
    assert found is not None
    return found.source


def send_again(session: Session, world: RecheckWorld, at: datetime) -> Sent:
    return controls.send_to_second(
        session,
        exam_id=world.base.exam.id,
        expert_id=world.base.experts[0].id,
        by=world.chair,
        at=at,
    )


def look_at(session: Session, world: RecheckWorld, script: int = 0) -> tuple[Assignment, int]:
    """The second reading of a script, and which expert has it."""
    made = session.scalars(
        select(SecondLook).where(SecondLook.script_id == world.base.scripts[script].id)
    ).one()
    experts = [one.id for one in world.base.experts]
    return made.assignment, experts.index(made.assignment.expert_id)


def read_anew(session: Session, world: RecheckWorld, at: datetime) -> UUID:
    row = session.scalars(select(Criterion).where(Criterion.label == "1")).one()
    clarify.read_anew(
        session, criterion_id=row.id, guide="Иначе.", why="Спрашивали.", by=world.chair, at=at
    )
    return row.id


def test_no_work_of_the_commission_is_sent_to_a_second_expert_or_opened_again(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    exam_id, expert_id = world.base.exam.id, world.base.experts[0].id
    with database.transaction() as session:
        assert count_since_good(session, exam_id=exam_id) == {expert_id: 4}
        decide(session, world, world.open_case(session))
        world.open_case(session, 1)
        row_id = read_anew(session, world, now + MINUTE)
        page = get_chair_questions(session, exam_id=exam_id, actor=world.chair)
        assert [len(one.earlier) for one in page.criteria] == [2, 0, 0, 0]
        assert clarify.reopen_works(session, criterion_id=row_id, by=world.chair, at=now) == 2
    with database.transaction() as session:
        assert count_since_good(session, exam_id=exam_id) == {}
        assert send_again(session, world, now + MINUTE).given == 0


def test_a_second_reading_handed_in_after_the_decision_does_not_replace_it(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    with database.transaction() as session:
        assert send_again(session, world, now).given == 4
        for script in (0, 1):
            look, expert = look_at(session, world, script)
            if script == 0:
                decide(session, world, world.open_case(session), expert)
            hand_in(session, look.id, SCORED, by=world.base.actors[expert], at=now + MINUTE)
        assert source_of(session, world) is ResultSource.RECHECK
        assert source_of(session, world, 1) is ResultSource.AGREED


def test_a_sheet_open_for_one_criterion_does_not_replace_the_decision(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    with database.transaction() as session:
        row_id = read_anew(session, world, now + MINUTE)
        clarify.reopen_works(session, criterion_id=row_id, by=world.chair, at=now + MINUTE)
        decide(session, world, world.open_case(session))
        works = session.scalars(
            select(Assignment)
            .where(Assignment.round == Round.FIRST)
            .order_by(Assignment.queue_position)
        ).all()
        for work in works[:2]:
            marking.submit_sheet(
                session,
                assignment_id=work.id,
                confirmed=True,
                by=world.base.actors[0],
                at=now + 2 * MINUTE,
            )
        assert source_of(session, world) is ResultSource.RECHECK
        again = find_final(session, world.base.scripts[1].id)
        assert again is not None
        assert (again.source, again.number) == (ResultSource.SINGLE, 2)


def test_a_ruling_of_a_third_expert_does_not_replace_the_decision(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    with database.transaction() as session:
        send_again(session, world, now)
        look, expert = look_at(session, world)
        hand_in(session, look.id, FAR, by=world.base.actors[expert], at=now + MINUTE)
        apart = session.scalars(select(Divergence)).one()
        third = session.get_one(Assignment, apart.assignment_id)
        ruler = [one.id for one in world.base.experts].index(third.expert_id)
        by = world.base.actors[ruler]
        fill(session, third.id, LOWER, by=by, at=now)
        decide(session, world, world.open_case(session), expert, ruler)
        for _ in range(2):
            ruled = adjudication.record_ruling(
                session, assignment_id=third.id, confirmed=True, by=by, at=now + MINUTE
            )
            assert ruled.source is ResultSource.RECHECK
        assert apart.settled_at is not None
        assert source_of(session, world) is ResultSource.RECHECK


def is_form_done(session: Session, world: RecheckWorld) -> bool:
    """The last link but the reports, as the coordinator's board tells it of the school."""
    pair = live_counts([world.base.municipality.id]).subquery()
    query = select(done(Link.FORM, pair)).where(pair.c.school_id == world.base.schools[0].id)
    return bool(session.scalar(query))


def test_a_result_that_changed_after_the_form_is_told_to_the_school_however_it_changed(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    place = {"exam_id": world.base.exam.id, "school_id": world.base.schools[0].id}
    school = world.base.school_coordinator
    with database.transaction() as session:
        made = results.release(session, store=world.store, **place, by=school, at=now).version
        results.mark_loaded(session, version_id=made.id, by=school, at=now)
        assert is_form_done(session, world)
        send_again(session, world, now)
        for script, points in enumerate((SCORED, HIGHER)):
            look, expert = look_at(session, world, script)
            hand_in(session, look.id, points, by=world.base.actors[expert], at=now + MINUTE)
        assert count_corrected(session, **place) == 1
        assert not is_form_done(session, world)
    with database.transaction() as session:
        told = [one.text for one in list_steps(session, actor=school, today=now.date())]
        assert [one for one in told if "после выпуска формы баллы изменились" in one]
        results.release(session, store=world.store, **place, by=school, at=now + 2 * MINUTE)
        assert count_corrected(session, **place) == 0


def test_a_decision_is_confirmed_only_over_the_points_that_it_compared_with(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
        script = world.base.scripts[0]
        newer = add_final(
            session,
            script=case_in(session, case_id).script,
            points=LOWER,
            source=ResultSource.SINGLE,
            by=world.base.actors[0],
            at=world.now,
        ).id
    with pytest.raises(Stale, match="Верните решение"), database.transaction() as session:
        world.confirm(session, case_in(session, case_id))
    with database.transaction() as session:
        case = case_in(session, case_id)
        assert result_before(session, case).id != newer
        rechecks.return_decision(
            session, case_id=case_id, reason="Баллы новые.", by=world.base.coordinator, at=world.now
        )
        assert result_before(session, case).id == newer
        world.sign(session, case)
        world.confirm(session, case)
        found = find_final(session, script.id)
        assert found is not None
        assert (found.number, found.source) == (3, ResultSource.RECHECK)
