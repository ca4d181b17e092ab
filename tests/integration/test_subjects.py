"""A subject is one subject under any spelling: who teaches it is planned, asked and counted."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from sqlalchemy import update

from app.bridge.controls import own_expert
from app.bridge.experts import appointed_experts
from app.bridge.recheck_load import Member, Work, readers_of
from app.db import Database
from app.errors import Refusal
from app.models import TaughtSubject
from app.queries.registers import list_experts
from app.services import exams
from app.services.registers import ExpertEntry
from tests.scoring_world import World, make_world

SPELT = "русский  ЯЗЫК"


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """Experts whose schools wrote the subject of «Русский язык» in their own way."""
    with database.transaction() as session:
        world = make_world(session, at=now)
    with database.transaction() as session:
        session.execute(update(TaughtSubject).values(subject=SPELT))
    return world


def test_an_expert_of_a_subject_spelt_otherwise_is_its_expert(
    database: Database, world: World, now: datetime
) -> None:
    with database.reading() as session:
        exam = session.merge(world.exam, load=True)
        found = appointed_experts(session, exam=exam, readings=())
        assert {one.id for one in found} == {one.id for one in world.experts}
        _, expert = own_expert(session, exam_id=exam.id, by=world.actors[0], at=now)
        assert expert.id == world.experts[0].id
        assert len(list_experts(session, by=world.coordinator, subject="Русский язык")) == 3
        assert list_experts(session, by=world.coordinator, subject="Математика") == ()
        work = Work(
            script_id=world.scripts[0].id, subject=exam.subject, school_id=world.schools[0].id
        )
        member = Member(
            expert_id=world.experts[0].id,
            name="Член комиссии",
            subjects=frozenset({SPELT}),
            schools=frozenset({world.schools[1].id}),
        )
        assert readers_of(session, [work], [member])[work.script_id] == {str(member.expert_id)}


def test_the_same_subject_spelt_twice_is_refused(
    database: Database, world: World, now: datetime
) -> None:
    since = date(2015, 9, 1)
    with pytest.raises(Refusal, match="указан дважды"):
        ExpertEntry(
            display_name="Учитель Первый",
            subjects=(("Русский язык", since), (SPELT, since)),
            capacity=10,
        )
    spec = exams.ExamSpec(
        subject="РУССКИЙ ЯЗЫК",
        grade=4,
        held_on=date(2026, 4, 20),
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=date(2026, 4, 24),
        form_due_on=date(2026, 4, 28),
    )
    with pytest.raises(Refusal, match="уже есть"), database.transaction() as session:
        exams.create_exam(
            session, campaign_id=world.exam.campaign_id, spec=spec, by=world.coordinator, at=now
        )
