"""The chair's board: how far it is, who waits, works moved, scoring closed and opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from app.access import Role
from app.bridge.desk import ScoringOver
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import Assignment, Round, TroubleKind
from app.queries.chair_board import get_board
from app.services import clarify, controls, planning, trouble
from tests.builders import make_municipality, make_person
from tests.integration.test_controls import RIGHT, score
from tests.scoring_world import make_world


def test_the_board_tells_what_is_done_what_waits_and_when_it_will_be_over(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        works = [world.assign(session, 0, script, at=now) for script in range(4)]
        seconds = [
            world.assign(session, 1, script, round=Round.SECOND, at=now) for script in range(2)
        ]
        first, second = world.actors[:2]
        score(session, works[0], first, now)
        score(session, seconds[0], second, now)
        score(session, works[1], first, now)
        score(session, seconds[1], second, now, {**RIGHT, "4К1": 0, "4К2": 0})
        trouble.set_aside(
            session,
            assignment_id=works[2],
            kind=TroubleKind.UNREADABLE,
            note="",
            by=first,
            at=now,
        )
        clarify.ask(session, exam_id=world.exam.id, criterion="1", words="Как?", by=second, at=now)
        found = get_board(session, exam_id=world.exam.id, actor=chair, at=now)
        with pytest.raises(NotYours):
            get_board(session, exam_id=world.exam.id, actor=world.school_coordinator, at=now)
    done = found.progress
    assert (done.readings, done.done, done.scripts, done.settled) == (7, 4, 4, 1)
    assert (done.waits.questions, done.waits.third, done.waits.aside) == (1, 1, 1)
    assert [line.kind for line in done.troubles] == [TroubleKind.UNREADABLE]
    assert done.finish is not None
    assert done.finish.early <= done.finish.likely <= done.finish.late
    assert [(one.name, one.done, one.left) for one in done.experts] == [
        ("expert1", 2, 2),
        ("expert2", 2, 0),
        ("expert3", 0, 1),
    ]
    assert {one.task: one.scripts for one in found.agreement}["4К1"] == 2


def test_works_not_begun_go_to_others_and_scoring_is_closed_when_nothing_is_left(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        exam_id, expert_id = world.exam.id, world.experts[0].id
        works = [world.assign(session, 0, script, at=now) for script in range(3)]
        score(session, works[0], world.actors[0], now)
        moved = controls.hand_on(session, exam_id=exam_id, expert_id=expert_id, by=chair, at=now)
        assert (moved.given, moved.nobody) == (2, 0)
        with pytest.raises(Refusal, match="не сдано работ 2"):
            controls.close_scoring(session, exam_id=exam_id, by=chair, at=now)
        people = {one.id: actor for one, actor in zip(world.experts, world.actors, strict=True)}
        given = session.scalars(
            select(Assignment).where(
                Assignment.withdrawn_at.is_(None), Assignment.expert_id != expert_id
            )
        ).all()
        assert len(given) == 2
        for one in given[:1]:
            score(session, one.id, people[one.expert_id], now)
        last = given[1]
        score(session, last.id, people[last.expert_id], now)
        controls.close_scoring(session, exam_id=exam_id, by=chair, at=now)
        late = world.assign(session, 0, 3, at=now)
        with pytest.raises(ScoringOver, match=r"21\.04\.2026"):
            score(session, late, world.actors[0], now)
        controls.open_scoring(session, exam_id=exam_id, by=chair, at=now)
        score(session, late, world.actors[0], now)
        with pytest.raises(planning.PlanRefused):
            planning.replan(session, exam_id=exam_id, seed=1, by=chair, at=now)
        elsewhere = make_person(
            session, "elsewhere", Role.COMMISSION_CHAIR, at=now,
            municipality=make_municipality(session, name="Другой район"),
        )  # fmt: skip
        with pytest.raises(NotYours):
            planning.replan(session, exam_id=exam_id, seed=1, by=elsewhere, at=now)
        both = replace(world.coordinator, grants=world.coordinator.grants + elsewhere.grants)
        with pytest.raises(planning.PlanRefused):
            planning.replan(session, exam_id=exam_id, seed=1, by=both, at=now)


def test_chosen_works_go_to_a_named_expert_where_he_may_have_them(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        exam_id, (first, second, *_) = world.exam.id, (one.id for one in world.experts)
        works = [world.assign(session, 0, script, at=now) for script in range(3)]
        world.assign(session, 1, 2, round=Round.SECOND, at=now)
        score(session, works[0], world.actors[0], now)
        moved = controls.hand_on(
            session,
            exam_id=exam_id,
            expert_id=first,
            works=works,
            to=second,
            by=chair,
            at=now,
        )
        assert (moved.given, moved.nobody) == (1, 1)
        held = select(Assignment.expert_id, Assignment.script_id).where(
            Assignment.withdrawn_at.is_(None), Assignment.round == Round.FIRST
        )
        scripts = [session.get_one(Assignment, key).script_id for key in works]
        assert {script: expert for expert, script in session.execute(held)} == dict(
            zip(scripts, (first, second, first), strict=True)
        )
        with pytest.raises(Refusal, match="Отметьте работы"):
            controls.hand_on(
                session, exam_id=exam_id, expert_id=first, works=works[:1], by=chair, at=now
            )
