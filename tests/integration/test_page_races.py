"""Two coordinators at one pg, on the database that lets both write: the later one is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Select, func, select
from sqlalchemy.orm.exc import StaleDataError

from app.db import Database
from app.errors import Stale
from app.models import Page, PageKind
from app.services import identification
from app.storage import FileStore
from tests.scoring_world import World, make_world
from tests.writers import Step, one_after_another


@pytest.mark.postgres
def test_one_place_takes_one_page_and_one_page_one_decision(
    pg: Database, store: FileStore, now: datetime
) -> None:
    with pg.transaction() as session:
        world = make_world(session, at=now, store=store)
        world.exam.pages_expected = None
        pages = [session.scalars(_of(world, place)).all() for place in (1, 2)]

    def move(page: Page) -> Step:
        return lambda session: identification.assign_page(
            session,
            page_id=page.id,
            version=page.version,
            code="73001",
            page_number=3,
            follow=False,
            replace=False,
            by=world.school_coordinator,
            at=now,
        )

    def drop(page: Page, kind: PageKind) -> Step:
        return lambda session: identification.set_page_aside(
            session,
            page_id=page.id,
            version=page.version,
            kind=kind,
            by=world.school_coordinator,
            at=now,
        )

    refused = one_after_another(pg, move(pages[0][0]), move(pages[1][0]))
    assert "Страница 3 работы 73001 уже есть" in str(refused)
    same = pages[0][1]
    told = one_after_another(pg, drop(same, PageKind.BLANK), drop(same, PageKind.FOREIGN))
    assert isinstance(told, Stale)
    with pg.reading() as session:
        assert session.scalar(_count(world.scripts[0].id)) == 1
        assert session.get_one(Page, same.id).kind is PageKind.BLANK


def _of(world: World, script: int) -> Select[Page]:
    return select(Page).where(Page.script_id == world.scripts[script].id).order_by(Page.page_number)


def _count(script_id: UUID) -> Select[int]:
    return select(func.count(Page.id)).where(Page.script_id == script_id, Page.page_number == 3)


def test_a_row_changed_between_reading_and_writing_is_told_and_nothing_is_stored(
    app: Flask,
) -> None:
    def overtaken() -> None:
        raise StaleDataError("one row was expected, none was found")

    app.before_request(overtaken)
    answer = app.test_client().get("/login")
    assert (answer.status_code, "НЕ сохранено" in answer.text) == (503, True)
