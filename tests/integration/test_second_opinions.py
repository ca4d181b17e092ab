"""A second opinion is another expert's own reading; an empty work is called empty by two."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import Assignment, FinalResult, ResultSource, Round, TroubleKind
from app.queries.attention import list_attention
from app.queries.scoring_queue import WorkState, list_queues
from app.queries.scoring_work import get_work
from app.services import controls, marking, recusal, trouble
from app.services.marking import Settled, Submission, Waiting
from scoring import Points, X
from tests.builders import make_person
from tests.marking_steps import hand_in, save
from tests.scoring_world import CRITERIA, World, make_world

_CALLED = select(Assignment).where(
    Assignment.round == Round.OPINION, Assignment.withdrawn_at.is_(None)
)


def ask(session: Session, world: World, work: UUID, at: datetime) -> UUID:
    kind, actor = TroubleKind.SECOND_OPINION, world.actors[0]
    made = trouble.set_aside(session, assignment_id=work, kind=kind, note="", by=actor, at=at)
    marking.call_second(session, trouble_id=made.id, by=actor, at=at)
    return made.id


def score(
    session: Session, work: UUID, *, by: Actor, at: datetime, value: Points = 1
) -> Submission:
    return hand_in(session, work, {label: value for label, _ in CRITERIA}, by=by, at=at)


def second_of(session: Session) -> tuple[Assignment, str]:
    made = session.scalars(_CALLED).one()
    return made, made.expert.person.login


def states(session: Session, actor: Actor, at: datetime) -> list[WorkState]:
    return [line.state for queue in list_queues(session, by=actor, at=at) for line in queue.lines]


def test_a_second_expert_scores_blind_and_the_work_comes_back_to_who_asked(
    database: Database, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
        ask(session, world, work, now)
        second, login = second_of(session)
        assert login in {"expert2", "expert3"}
        assert states(session, world.actors[0], now) == [WorkState.ASIDE]
        [waiting] = list_attention(session, by=world.coordinator).aside
        assert waiting.has_second
        assert waiting.due_at == now + timedelta(hours=48)
        other = world.actors[int(login[-1]) - 1]
        assert score(session, second.id, by=other, at=later) == Waiting()
        assert states(session, world.actors[0], later) == [WorkState.NEW]
        assert isinstance(score(session, work, by=world.actors[0], at=later), Settled)


def test_without_anybody_fit_the_coordinator_answers_or_calls_again(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=1)
        work = world.assign(session, 0, at=now)
        asked = ask(session, world, work, now)
        [waiting] = list_attention(session, by=world.coordinator).aside
        assert not waiting.has_second
        assert marking.call_second(session, trouble_id=asked, by=world.coordinator, at=now) is None
        with pytest.raises(NotYours):
            marking.call_second(session, trouble_id=asked, by=world.school_coordinator, at=now)


@pytest.mark.parametrize("agrees", [True, False])
def test_a_work_is_empty_when_two_say_so(database: Database, now: datetime, agrees: bool) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
        said = score(session, work, by=world.actors[0], at=now, value=X)
        assert said == Waiting()
        second, login = second_of(session)
        other = world.actors[int(login[-1]) - 1]
        value = X if agrees else 1
        outcome = score(session, second.id, by=other, at=now, value=value)
        assert isinstance(outcome, Settled) is agrees
        assert len(session.scalars(select(FinalResult)).all()) == agrees


def test_who_leaves_before_his_opinion_is_followed_by_another(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        asked = ask(session, world, world.assign(session, 0, at=now), now)
        left, _ = second_of(session)
        left.expert.withdrawn_at = now
        session.flush()
        [waiting] = list_attention(session, by=world.coordinator).aside
        assert not waiting.has_second
        marking.call_second(session, trouble_id=asked, by=world.coordinator, at=now)
        assert left.withdrawn_at == now
        assert second_of(session)[0].expert_id != left.expert_id


def test_a_question_that_was_answered_calls_nobody(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=1)
        asked = ask(session, world, world.assign(session, 0, at=now), now)
        trouble.resolve(session, trouble_id=asked, answer="Верно", by=world.coordinator, at=now)
        with pytest.raises(Refusal, match="уже ответили"):
            marking.call_second(session, trouble_id=asked, by=world.coordinator, at=now)


def test_each_kind_of_trouble_has_a_term_within_the_days_of_scoring(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        for script, kind in enumerate([TroubleKind.UNREADABLE, TroubleKind.PERSONAL_MARK]):
            work = world.assign(session, 0, script, at=now)
            actor = world.actors[0]
            trouble.set_aside(session, assignment_id=work, kind=kind, note="", by=actor, at=now)
        waiting = list_attention(session, by=world.coordinator).aside
        assert [one.kind for one in waiting] == [TroubleKind.PERSONAL_MARK, TroubleKind.UNREADABLE]
        assert [one.due_at - now for one in waiting] == [timedelta(hours=4), timedelta(hours=24)]


@pytest.mark.parametrize("called", [True, False])
def test_the_coordinator_is_the_second_person_where_no_expert_is_left(
    database: Database, now: datetime, called: bool
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=2 if called else 1)
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        work, exam_id = world.assign(session, 0, at=now), world.exam.id
        assert score(session, work, by=world.actors[0], at=now, value=X) == Waiting()
        [waiting] = list_attention(session, by=world.coordinator).aside
        assert (waiting.is_empty, waiting.has_second) == (True, called)
        assert states(session, world.actors[0], now) == [WorkState.SUBMITTED]
        if called:
            with pytest.raises(Refusal, match="уже проверяет другой"):
                marking.confirm_empty(session, trouble_id=waiting.id, by=world.coordinator, at=now)
            second, _ = second_of(session)
            recusal.recuse(session, assignment_id=second.id, by=world.actors[1], at=now)
            [waiting] = list_attention(session, by=world.coordinator).aside
            assert not waiting.has_second
        with pytest.raises(Refusal, match="без итоговых баллов работ 1"):
            controls.close_scoring(session, exam_id=exam_id, by=chair, at=now)
        both = replace(world.actors[0], grants=world.actors[0].grants + world.coordinator.grants)
        with pytest.raises(Refusal, match="называют двое"):
            marking.confirm_empty(session, trouble_id=waiting.id, by=both, at=now)
        made = marking.confirm_empty(session, trouble_id=waiting.id, by=world.coordinator, at=now)
        assert made.source is ResultSource.SINGLE
        assert {row.points for row in made.points} == {None}
        assert list_attention(session, by=world.coordinator).aside == ()
        with pytest.raises(Refusal, match="уже ответили"):
            marking.confirm_empty(session, trouble_id=waiting.id, by=world.coordinator, at=now)
        controls.close_scoring(session, exam_id=exam_id, by=chair, at=now)


def test_a_work_given_back_as_not_empty_is_open_to_its_expert_again(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts=1)
        work = world.assign(session, 0, at=now)
        score(session, work, by=world.actors[0], at=now, value=X)
        [waiting] = list_attention(session, by=world.coordinator).aside
        trouble.resolve(
            session, trouble_id=waiting.id, answer="Ответ на обороте", by=world.coordinator, at=now
        )
        assert states(session, world.actors[0], now) == [WorkState.BEGUN]
        shown = get_work(session, assignment_id=work, by=world.actors[0], at=now)
        assert (shown.is_writable, shown.answer) == (True, "Ответ на обороте")
        save(session, work, "1", 1, by=world.actors[0], at=now, based_on=1)
        said = marking.submit_sheet(
            session, assignment_id=work, confirmed=True, by=world.actors[0], at=now
        )
        assert isinstance(said, Settled)


def test_a_work_of_three_readings_is_read_by_a_fourth_person(
    database: Database, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=3, experts=4)
        rounds = (Round.FIRST, Round.SECOND, Round.EXTRA)
        works = [world.assign(session, who, round=one, at=now) for who, one in enumerate(rounds)]
        ask(session, world, works[0], later)
        fourth = session.scalars(select(Assignment).where(Assignment.round == Round.OPINION)).one()
        assert fourth.expert.person.login == "expert4"
        assert score(session, fourth.id, by=world.actors[3], at=later) == Waiting()
        said = [
            score(session, work, by=by, at=later)
            for work, by in zip(works, world.actors, strict=False)
        ]
        assert [isinstance(one, Settled) for one in said] == [False, False, True]
