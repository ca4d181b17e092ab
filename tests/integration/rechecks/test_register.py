"""The register of cases: order, pages, indexes, filters."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Select, TextClause, text
from sqlalchemy.orm import Session

from app.bridge.recheck_clock import Clocks
from app.db import Database
from app.models import Ground
from app.queries import rechecks as queries
from app.queries.rechecks import CaseFilter, Shown
from app.queries.rechecks.keys import case_keys
from app.queries.rechecks.register import page_of_keys
from tests.recheck_world import RecheckWorld

TODAY = date(2026, 4, 21)


def _hand_over(database: Database, world: RecheckWorld, *scripts: int) -> UUID:
    with database.transaction() as session:
        return world.hand_over(session, *scripts, ground=Ground.SELECTIVE).id


def test_the_register_shows_open_cases_by_due_day_and_pages_without_loss(
    database: Database, world: RecheckWorld
) -> None:
    for script in range(4):
        _hand_over(database, world, script)
    wanted = CaseFilter(shown=Shown.OPEN)
    seen: list[str] = []
    place = None
    with database.reading() as session:
        while True:
            page = queries.page_of_cases(
                session, actor=world.chair, today=TODAY, wanted=wanted, place=place, size=1
            )
            assert page.total == 4
            seen += [line.number for line in page.lines]
            place = page.following
            if place is None:
                break
            place = queries.place_of(str(place))
    assert seen == ["1-1", "2-1", "3-1", "4-1"]


def test_a_page_of_the_register_is_found_by_indexes(
    database: Database, world: RecheckWorld
) -> None:
    _hand_over(database, world, 0, 1)
    with database.reading() as session:
        keys = case_keys(
            session,
            actor=world.chair,
            wanted=CaseFilter(shown=Shown.OPEN),
            clocks=Clocks(session=session, today=TODAY),
        )
        query = page_of_keys(keys, place=None, size=50)
        steps = session.execute(_explained(session, query)).all()
    told = [row[3] for row in steps]
    assert any("recheck_handover USING INDEX" in step for step in told)
    assert any("recheck_case USING INDEX" in step for step in told)
    assert not any(step.startswith("SCAN") for step in told), told


def _explained(session: Session, query: Select[UUID]) -> TextClause:
    made = query.compile(
        session.connection(), compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    return text(f"EXPLAIN QUERY PLAN {made}")


def test_a_place_that_is_none_is_the_beginning() -> None:
    assert queries.place_of("") is None
    assert queries.place_of("2026-04-29~x~y~z") is None


def test_the_register_filters_by_member_school_exam_ground_and_state(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        world.assign(session, case, 1)
        world.hand_over(session, 1, ground=Ground.SELECTIVE)
    expert = world.base.experts[1].id
    asked = {
        "member": CaseFilter(member_id=expert),
        "other member": CaseFilter(member_id=world.base.experts[2].id),
        "ground": CaseFilter(ground=Ground.SELECTIVE),
        "school": CaseFilter(school_id=world.base.schools[0].id),
        "other school": CaseFilter(school_id=world.base.schools[1].id),
        "exam": CaseFilter(exam_id=world.base.exam.id),
        "closed": CaseFilter(shown=Shown.CLOSED),
    }
    with database.reading() as session:
        found = {
            name: len(queries.list_cases(session, actor=world.chair, today=TODAY, wanted=one))
            for name, one in asked.items()
        }
        choices = queries.list_filter_choices(session, actor=world.chair)
    assert found == {
        "member": 1,
        "other member": 0,
        "ground": 1,
        "school": 2,
        "other school": 0,
        "exam": 2,
        "closed": 0,
    }
    assert expert in {key for key, _ in choices.members}
    assert [key for key, _ in choices.exams] == [world.base.exam.id]
    assert [name for _, name in choices.schools] == [one.name for one in world.base.schools]
