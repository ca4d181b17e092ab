"""A code that was misread is no work, and a work of somebody marked absent is told, not hidden."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.chain import Link, done, live_counts
from app.bridge.results import Gap, form_of, standings_of
from app.db import Database
from app.models import ExamEntry, Page, PageKind
from app.queries.next_steps.school import school_steps
from app.queries.results import get_school_results
from app.services import identification
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.marking_steps import hand_in
from tests.recheck_world import SCORED
from tests.scoring_world import CODES, World, make_world


@pytest.fixture
def moment() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one


@pytest.fixture
def world(database: Database, store: FileStore, moment: datetime) -> World:
    """The first three works are final; the fourth is still at school."""
    with database.transaction() as session:
        world = make_world(session, at=moment, store=store)
        for place in range(3):
            work = world.assign(session, 0, place, at=moment)
            hand_in(session, work, SCORED, by=world.actors[0], at=moment)
        world.scripts[3].published_at = None
        return world


def empty(session: Session, world: World, script: int, at: datetime) -> None:
    """Every page of the script turns out to be somebody else's."""
    query = select(Page).where(Page.script_id == world.scripts[script].id)
    for page in session.scalars(query).all():
        identification.set_page_aside(
            session,
            page_id=page.id,
            version=page.version,
            kind=PageKind.FOREIGN,
            by=world.school_coordinator,
            at=at,
        )


def mark_absent(session: Session, world: World, script: int) -> None:
    key = world.scripts[script].participant_id
    entry = session.scalars(select(ExamEntry).where(ExamEntry.participant_id == key)).one()
    entry.variant, entry.absent = None, True
    session.flush()


def links(session: Session, world: World) -> dict[Link, bool]:
    pair = live_counts([world.municipality.id]).subquery()
    wanted = (Link.IDENTIFIED, Link.SCORED)
    query = select(*(done(link, pair) for link in wanted))
    [row] = session.execute(query.where(pair.c.school_id == world.schools[0].id))
    return dict(zip(wanted, row, strict=True))


def steps(session: Session, world: World, at: datetime) -> list[str]:
    found = school_steps(session, actor=world.school_coordinator, today=at.date())
    return [one.text % one.params for one in found]


def test_a_script_that_lost_all_its_pages_is_waited_for_no_more(
    database: Database, world: World, moment: datetime
) -> None:
    with database.transaction() as session:
        empty(session, world, 3, moment)
        assert not any("передайте работы" in one for one in steps(session, world, moment))
        rows = standings_of(session, exam=world.exam, school_id=world.schools[0].id)
        assert [row.gap for row in rows] == [None, None, None, Gap.NO_SCRIPT]
        assert not links(session, world)[Link.IDENTIFIED]
        mark_absent(session, world, 3)
        assert links(session, world) == {Link.IDENTIFIED: True, Link.SCORED: True}


def test_a_work_of_somebody_marked_absent_stays_out_of_the_form_and_is_told(
    database: Database, world: World, moment: datetime, enter: Enter
) -> None:
    with database.transaction() as session:
        mark_absent(session, world, 0)
        rows = standings_of(session, exam=world.exam, school_id=world.schools[0].id)
        assert [row.gap for row in rows][:2] == [Gap.ABSENT_WITH_WORK, None]
        assert [row.code for row in form_of(world.exam, rows).rows] == list(CODES[1:3])
        assert any("но работы есть: 1" in one for one in steps(session, world, moment))
        key = {"exam_id": world.exam.id, "school_id": world.schools[0].id}
        line = get_school_results(session, **key, by=world.school_coordinator).line
        assert (line.absent, line.is_complete) == (0, False)
    client, place = enter("school1"), f"{world.exam.id}/{world.schools[0].id}"
    assert "но страницы работ есть: 73001." in client.get(f"/scans/{place}/overview").text
    assert "отмечен отсутствующим, но работа есть" in client.get(f"/results/{place}").text


def test_somebody_absent_with_a_work_does_not_stand_for_a_work_that_lacks(
    database: Database, world: World, moment: datetime
) -> None:
    with database.transaction() as session:
        empty(session, world, 3, moment)
        mark_absent(session, world, 0)
        assert not links(session, world)[Link.IDENTIFIED]
