"""Control works: agreed by the chair, unseen in a list, a word after a miss, a second look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.admission import NotAdmitted
from app.bridge.controls import scoring_days_left
from app.bridge.problem import published_scripts
from app.db import Database
from app.errors import NotYours, Refusal
from app.finals import find_final
from app.models import (
    Assignment,
    ControlReading,
    ControlUse,
    Divergence,
    Expert,
    Round,
    Sheet,
)
from app.queries import controls as queries
from app.queries.scoring_queue import list_queues
from app.queries.scoring_work import get_work
from app.services import controls, marking
from scoring import Advice, Points
from tests.builders import make_person
from tests.marking_steps import hand_in
from tests.scoring_world import World, make_world

CODES = tuple(f"7{number:04}" for number in range(1, 21))
RIGHT: Mapping[str, Points] = {"1": 2, "4К1": 3, "4К2": 2, "9.1": 1}
WRONG: Mapping[str, Points] = {"1": 0, "4К1": 0, "4К2": 0, "9.1": 0}


def set_up(
    session: Session, now: datetime, *, rule: controls.RuleSpec, use: ControlUse, works: int
) -> tuple[World, Actor]:
    """Twelve works of the first expert; the last works are agreed by the chair."""
    world = make_world(session, at=now - timedelta(days=1), codes=CODES)
    chair = make_person(
        session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
    )
    for script in range(12):
        world.assign(session, 0, script, at=now)
    controls.set_rule(session, exam_id=world.exam.id, spec=rule, by=chair, at=now)
    for script in world.scripts[-works:]:
        controls.declare_work(
            session, script_id=script.id, use=use, agreed=agreed(), by=chair, at=now
        )
    return world, chair


def agreed() -> dict[str, controls.AgreedPoint]:
    return {
        label: controls.AgreedPoint(points=points, why=f"потому что {label}")
        for label, points in RIGHT.items()
    }


def score(
    session: Session, work: UUID, by: Actor, at: datetime, points: Mapping[str, Points] = RIGHT
) -> marking.Submission:
    return hand_in(session, work, points, by=by, at=at)


def next_work(session: Session, by: Actor, at: datetime) -> UUID:
    line = list_queues(session, by=by, at=at)[0].next_line
    assert line is not None
    return line.assignment_id


def kind_of(session: Session, work: UUID) -> Round:
    return session.get_one(Assignment, work).round


def test_controls_stand_unseen_in_the_list_and_begin_every_day(
    database: Database, now: datetime
) -> None:
    spec = controls.RuleSpec(every=12, days=3)
    with database.transaction() as session:
        world, chair = set_up(session, now, rule=spec, use=ControlUse.CONTROL, works=5)
        by = world.actors[0]
        assert controls.lay_controls(session, exam_id=world.exam.id, by=chair, at=now) == 3
        assert controls.lay_controls(session, exam_id=world.exam.id, by=chair, at=now) == 0
        [queue] = list_queues(session, by=by, at=now)
        assert [line.ordinal for line in queue.lines] == list(range(1, 16))
        for day in range(3):
            at = now + timedelta(days=day)
            first = next_work(session, by, at)
            assert kind_of(session, first) is Round.CONTROL
            before = [line.assignment_id for line in list_queues(session, by=by, at=at)[0].lines]
            marking.open_sheet(session, assignment_id=first, by=by, at=at)
            assert score(session, first, by, at) == marking.Waiting()
            after = [line.assignment_id for line in list_queues(session, by=by, at=at)[0].lines]
            assert before == after
            score(session, next_work(session, by, at), by, at)
        told = session.scalars(select(ControlReading.outside)).all()
    assert told.count(False) == 3


def test_a_rule_without_a_number_of_days_keeps_a_control_for_every_working_day(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        spec = controls.RuleSpec(every=12, days=1)
        world, chair = set_up(session, now, rule=spec, use=ControlUse.CONTROL, works=6)
        world.exam.scoring_ends_on = now.date() + timedelta(days=6)
        assert scoring_days_left(session, world.exam, now) == 5  # from a Tuesday to a Monday
        exam_id = world.exam.id
        assert controls.lay_controls(session, exam_id=exam_id, by=chair, at=now) == 1
        every_day = replace(spec, days=0)
        controls.set_rule(session, exam_id=exam_id, spec=every_day, by=chair, at=now)
        assert controls.lay_controls(session, exam_id=exam_id, by=chair, at=now) >= 2


def test_a_work_and_a_control_look_the_same_to_their_expert(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world, chair = set_up(
            session, now, rule=controls.RuleSpec(), use=ControlUse.CONTROL, works=3
        )
        controls.lay_controls(session, exam_id=world.exam.id, by=chair, at=now)
        by = world.actors[0]
        shown = [
            get_work(session, assignment_id=line.assignment_id, by=by, at=now)
            for line in list_queues(session, by=by, at=now)[0].lines
        ]
    same = {(one.is_writable, one.bar, one.aside, one.sheet, one.changes) for one in shown}
    assert len(same) == 1


def test_a_miss_is_told_with_reasons_and_brings_the_next_control_sooner(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world, chair = set_up(
            session, now, rule=controls.RuleSpec(every=6), use=ControlUse.CONTROL, works=4
        )
        by, exam_id = world.actors[0], world.exam.id
        controls.lay_controls(session, exam_id=exam_id, by=chair, at=now)
        work = next_work(session, by, now)
        score(session, work, by, now, WRONG)
        reading_id = queries.find_word(session, assignment_id=work)
        assert reading_id is not None
        told = queries.get_word(session, reading_id=reading_id, by=by)
        assert (told.outside, told.total_gap) == (True, -8)
        assert told.criteria[1].why == "потому что 4К1"
        with pytest.raises(NotYours):
            queries.get_word(session, reading_id=reading_id, by=world.actors[1])
        left = [
            kind_of(session, line.assignment_id)
            for line in list_queues(session, by=by, at=now)[0].lines
            if line.is_left
        ]
        assert left.index(Round.CONTROL) <= 3
        controls.take_word(session, reading_id=reading_id, by=by, at=now)
        assert queries.find_word(session, assignment_id=work) is None
        [line] = queries.get_controls(session, exam_id=exam_id, actor=chair).experts
        assert (line.done, line.outside, line.advice) == (1, 1, Advice.TALK)
        with pytest.raises(Refusal, match="закрыта"):
            marking.reopen_sheet(session, assignment_id=work, by=by, at=now)


def test_a_stopped_expert_keeps_his_points_and_waits(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world, chair = set_up(
            session, now, rule=controls.RuleSpec(), use=ControlUse.CONTROL, works=1
        )
        by, exam_id, expert_id = world.actors[0], world.exam.id, world.experts[0].id
        work = next_work(session, by, now)
        with pytest.raises(Refusal, match="почему"):
            controls.stop_expert(
                session, exam_id=exam_id, expert_id=expert_id, why=" ", by=chair, at=now
            )
        controls.stop_expert(
            session, exam_id=exam_id, expert_id=expert_id, why="Поговорим в три.", by=chair, at=now
        )
        with pytest.raises(NotAdmitted, match="Поговорим в три"):
            score(session, work, by, now)
        assert not get_work(session, assignment_id=work, by=by, at=now).is_writable
        assert list_queues(session, by=by, at=now)[0].bar is not None
        controls.lift_stop(session, exam_id=exam_id, expert_id=expert_id, by=chair, at=now)
        assert isinstance(score(session, work, by, now), marking.Settled)
        with pytest.raises(NotYours):
            controls.lift_stop(
                session, exam_id=exam_id, expert_id=expert_id, by=world.coordinator, at=now
            )


def test_who_does_not_qualify_tries_again_on_other_works_and_then_begins(
    database: Database, now: datetime
) -> None:
    spec = controls.RuleSpec(qualifying_works=2, most_outside=0)
    with database.transaction() as session:
        world, chair = set_up(session, now, rule=spec, use=ControlUse.QUALIFICATION, works=4)
        by, exam_id = world.actors[0], world.exam.id
        with pytest.raises(NotAdmitted, match="отбор"):
            score(session, next_work(session, by, now), by, now)
        seen: set[UUID] = set()
        for attempt, points in enumerate((WRONG, RIGHT)):
            controls.begin_try(session, exam_id=exam_id, by=by, at=now)
            [own] = queries.list_own(session, by=by, at=now)
            assert len(own.works) == 2
            for work in own.works:
                seen.add(session.get_one(Assignment, work.assignment_id).script_id)
                assert queries.list_own(session, by=by, at=now)[0].told == own.told
                score(session, work.assignment_id, by, now, points)
            [own] = queries.list_own(session, by=by, at=now)
            assert (own.qualified, len(own.told)) == (attempt == 1, 2 * (attempt + 1))
        assert len(seen) == 4
        assert isinstance(score(session, next_work(session, by, now), by, now), marking.Settled)
        other = world.actors[1]
        controls.begin_try(session, exam_id=exam_id, by=other, at=now)
        controls.admit(session, exam_id=exam_id, expert_id=world.experts[1].id, by=chair, at=now)
        assert queries.list_own(session, by=other, at=now)[0].qualified


def test_a_work_agreed_before_anybody_had_it_is_settled_and_out_of_plans(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world, chair = set_up(
            session, now, rule=controls.RuleSpec(), use=ControlUse.QUALIFICATION, works=2
        )
        final = find_final(session, world.scripts[-1].id)
        assert final is not None
        assert sum(row.points or 0 for row in final.points) == 8
        planned = {row.script_id for row in published_scripts(session, exam_id=world.exam.id)}
        assert planned == {script.id for script in world.scripts[:-2]}
        controls.declare_work(
            session,
            script_id=world.scripts[0].id,
            use=ControlUse.CONTROL,
            agreed=agreed(),
            by=chair,
            at=now,
        )
        assert find_final(session, world.scripts[0].id) is None
        with pytest.raises(Refusal, match="уже контрольная"):
            controls.declare_work(
                session,
                script_id=world.scripts[0].id,
                use=ControlUse.CONTROL,
                agreed=agreed(),
                by=chair,
                at=now,
            )


def test_works_since_the_last_good_control_are_read_again_and_compared(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world, chair = set_up(
            session, now, rule=controls.RuleSpec(), use=ControlUse.CONTROL, works=2
        )
        by, exam_id, expert_id = world.actors[0], world.exam.id, world.experts[0].id
        controls.lay_controls(session, exam_id=exam_id, by=chair, at=now)
        score(session, next_work(session, by, now), by, now)  # the good control
        done = [next_work(session, by, now)]
        score(session, done[0], by, now + timedelta(minutes=1))
        done.append(next_work(session, by, now))
        score(session, done[1], by, now + timedelta(minutes=2), WRONG)
        sent = controls.send_to_second(
            session,
            exam_id=exam_id,
            expert_id=expert_id,
            by=chair,
            at=now + timedelta(minutes=3),
        )
        assert (sent.given, sent.nobody) == (2, 0)
        again = controls.send_to_second(
            session, exam_id=exam_id, expert_id=expert_id, by=chair, at=now
        )
        assert again.given == 0
        later = now + timedelta(minutes=5)
        for first in done:
            script_id = session.get_one(Assignment, first).script_id
            second = session.scalars(
                select(Assignment).where(
                    Assignment.script_id == script_id, Assignment.round == Round.OPINION
                )
            ).one()
            score(session, second.id, actor_of(world, session, second.expert_id), later)
        agreed_one, diverged = (session.get_one(Assignment, one).script_id for one in done)
        final = find_final(session, agreed_one)
        assert final is not None
        assert (final.number, final.source.value) == (2, "agreed")
        found = session.scalars(select(Divergence)).one()
        assert found.script_id == diverged
        assert session.scalar(select(Sheet.id).where(Sheet.submitted_at.is_(None))) is None


def actor_of(world: World, session: Session, expert_id: UUID) -> Actor:
    person_id = session.get_one(Expert, expert_id).person_id
    return next(one for one in world.actors if one.person_id == person_id)
