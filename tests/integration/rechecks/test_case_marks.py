"""Marks on the scan in a recheck: nobody sees the scorer's before the blind step is done."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import Database
from app.models import AnnotationKind, AnnotationVersion, Assignment, Round, Sheet
from app.queries.scoring_work import get_work
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.recheck_world import RecheckWorld, case_in, make_recheck_world, view


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> RecheckWorld:
    """The scorer wrote a word on the first page of the first work."""
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store, images=True)
        script = world.base.scripts[0]
        sheet = session.scalars(
            select(Sheet)
            .join(Assignment, Assignment.id == Sheet.assignment_id)
            .where(Assignment.script_id == script.id, Assignment.round == Round.FIRST)
        ).one()
        session.add(
            AnnotationVersion(
                sheet_id=sheet.id,
                page_id=script.images[0].page_id,
                annotation_id=uuid4(),
                number=1,
                kind=AnnotationKind.TEXT,
                x=0.1,
                y=0.2,
                w=0,
                h=0,
                words="нет единиц",
                save_key="k",
                saved_at=now,
                saved_by_id=world.base.actors[0].person_id,
            )
        )
        return world


def test_marks_of_the_scorer_appear_to_the_chair_when_the_blind_reading_is_done(
    database: Database, enter: Enter, world: RecheckWorld, now: datetime
) -> None:
    with database.transaction() as session:
        case_id = world.open_case(session).id
        reading = world.assign(session, case_in(session, case_id), 1)
        work, member = reading.assignment_id, world.actor_of(reading)
    with database.reading() as session:
        assert get_work(session, assignment_id=work, by=member, at=now).marks == ()
    assert [page.marks for page in view(database, world, case_id).pages] == [(), ()]
    chair = enter("chair")
    assert "нет единиц" not in case_page(chair, case_id)
    with database.transaction() as session:
        case = case_in(session, case_id)
        world.read(session, case.readings[0])
    [first, second] = view(database, world, case_id).pages
    assert [(mark.reader, mark.words) for mark in first.marks] == [(1, "нет единиц")]
    assert second.marks == ()
    assert "нет единиц" in case_page(chair, case_id)


def case_page(chair: FlaskClient, case_id: object) -> str:
    answer = chair.get(f"/rechecks/{case_id}")
    assert answer.status_code == 200
    return answer.text
