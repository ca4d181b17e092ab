"""Questions to the chair, answers for all, a criterion read anew and works opened for it alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.bridge.hours import scoring_ends_at
from app.db import Database
from app.errors import NotYours, Refusal
from app.finals import find_final
from app.models import Criterion, CriterionReading, TroubleKind
from app.queries import clarify as queries
from app.queries.scoring_queue import WorkState, list_queues
from app.queries.scoring_work import get_work
from app.services import clarify, marking, trouble
from tests.builders import make_person
from tests.integration.test_controls import RIGHT, score
from tests.marking_steps import save
from tests.scoring_world import World, make_world


def test_an_answer_stands_beside_the_criterion_of_every_expert_and_names_nobody(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        asker, other = world.actors[:2]
        exam_id = world.exam.id
        with pytest.raises(Refusal, match="4К9"):
            clarify.ask(session, exam_id=exam_id, criterion="4К9", words="Что?", by=asker, at=now)
        asked = clarify.ask(
            session, exam_id=exam_id, criterion="4К1", words="Считать описку?", by=asker, at=now
        )
        assert queries.get_own_questions(session, exam_id=exam_id, by=other, at=now).waiting == ()
        [own] = queries.get_own_questions(session, exam_id=exam_id, by=asker, at=now).waiting
        assert own.words == "Считать описку?"
        with pytest.raises(NotYours):
            clarify.answer(session, question_id=asked.id, words="Нет", by=asker, at=now)
        clarify.answer(session, question_id=asked.id, words="Описка не ошибка", by=chair, at=now)
        work = world.assign(session, 1, at=now)
        shown = get_work(session, assignment_id=work, by=other, at=now)
    told = {row.label: [one.answer for one in row.answers] for row in shown.sheet.criteria}
    assert told == {"1": [], "4К1": ["Описка не ошибка"], "4К2": [], "9.1": []}


def answer_trouble(session: Session, world: World, work: UUID, at: datetime) -> None:
    kind = TroubleKind.UNREADABLE
    asked = trouble.set_aside(
        session, assignment_id=work, kind=kind, note="", by=world.actors[0], at=at
    )
    trouble.resolve(session, trouble_id=asked.id, answer="Это семёрка", by=world.coordinator, at=at)


def test_a_criterion_read_anew_opens_scored_works_for_it_alone(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now - timedelta(days=1))
        chair = make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        by = world.actors[0]
        works = [world.assign(session, 0, script, at=now) for script in range(2)]
        answer_trouble(session, world, works[0], now)
        assert get_work(session, assignment_id=works[0], by=by, at=now).answer == "Это семёрка"
        score(session, works[0], by, now)
        row = session.scalars(select(Criterion).where(Criterion.label == "4К1")).one()
        later, again = now + timedelta(hours=1), now + timedelta(hours=2)
        with pytest.raises(Refusal, match="не изменилось"):
            clarify.read_anew(
                session, criterion_id=row.id, guide=row.guide, why="-", by=chair, at=later
            )
        clarify.read_anew(
            session, criterion_id=row.id, guide="Описка не ошибка", why="спрашивали", by=chair,
            at=later,
        )  # fmt: skip
        score(session, works[1], by, later + timedelta(minutes=1))
        kept = session.scalars(select(CriterionReading).order_by(CriterionReading.number)).all()
        assert [(one.number, one.guide) for one in kept] == [
            (1, "3 — ошибок нет; 2 — одна ошибка; 1 — две ошибки"),
            (2, "Описка не ошибка"),
        ]
        page = queries.get_chair_questions(session, exam_id=world.exam.id, actor=chair)
        assert [len(one.earlier) for one in page.criteria] == [0, 1, 0, 0]
        over = scoring_ends_at(world.exam)
        with pytest.raises(Refusal, match="некому сдать"):
            clarify.reopen_works(session, criterion_id=row.id, by=chair, at=over)
        assert clarify.reopen_works(session, criterion_id=row.id, by=chair, at=again) == 1
        assert clarify.reopen_works(session, criterion_id=row.id, by=chair, at=again) == 0
        [line] = [one for one in list_queues(session, by=by, at=again)[0].lines if one.reopened]
        assert (line.state, line.reopened) == (WorkState.BEGUN, ("4К1",))
        shown = get_work(session, assignment_id=works[0], by=by, at=again)
        assert [one.is_writable for one in shown.sheet.criteria] == [False, True, True, False]
        assert shown.answer == ""
        with pytest.raises(Refusal, match="только для критериев: 4К1, 4К2"):
            save(session, works[0], "1", 0, by=by, at=again, based_on=1)
        save(session, works[0], "4К1", 1, by=by, at=again, based_on=2)
        marking.submit_sheet(session, assignment_id=works[0], confirmed=True, by=by, at=again)
        final = find_final(session, world.scripts[0].id)
        assert final is not None
        points = {one.criterion.label: one.points for one in final.points}
        assert (final.number, points) == (2, {**RIGHT, "4К1": 1})
        [_, page_row, *_] = queries.get_chair_questions(
            session, exam_id=world.exam.id, actor=chair
        ).criteria
        assert (page_row.earlier, page_row.reopened, page_row.settled_again) == ((), 0, 1)
