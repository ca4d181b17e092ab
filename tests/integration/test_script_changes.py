"""A work that was handed over gains or loses a page: its expert and the coordinator are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes import note_changes, places_of
from app.db import Database
from app.errors import NotYours
from app.models import Page, PageKind, ScriptChange, ScriptCrop, ScriptImage
from app.queries.attention import list_attention
from app.queries.scoring_work import get_crop_image, get_work
from app.services.script_changes import mark_seen
from app.storage import FileStore
from tests.scoring_world import World, make_world


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> World:
    with database.transaction() as session:
        return make_world(session, at=now, store=store)


def lose_a_page(database: Database, world: World, *, at: datetime) -> None:
    with database.transaction() as session:
        query = select(Page).where(Page.script_id == world.scripts[0].id)
        page = session.scalars(query.order_by(Page.page_number)).first()
        assert page is not None
        before = places_of([page])
        page.script, page.kind = None, PageKind.RESCAN_WANTED
        session.flush()
        note_changes(session, [page], before=before, at=at)


def test_the_expert_sees_it_on_the_work_and_the_coordinator_until_he_has_seen_it(
    database: Database, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        work = world.assign(session, 0, 0, at=now)
        other = world.assign(session, 0, 1, at=now)
    later = now + timedelta(hours=1)
    lose_a_page(database, world, at=later)
    with database.reading() as session:
        shown = get_work(session, assignment_id=work, by=world.actors[0], at=later)
        assert [(one.gained, one.lost, one.page_number) for one in shown.changes] == [
            (False, True, 1)
        ]
        untouched = get_work(session, assignment_id=other, by=world.actors[0], at=later)
        assert untouched.changes == ()
        [waiting] = list_attention(session, by=world.coordinator).changed
        assert (waiting.lost, waiting.page_number, waiting.submitted) == (True, 1, 0)
    with pytest.raises(NotYours), database.transaction() as session:
        mark_seen(session, change_ids=waiting.ids, by=world.actors[0], at=later)
    with database.transaction() as session:
        mark_seen(session, change_ids=waiting.ids, by=world.coordinator, at=later)
        mark_seen(session, change_ids=waiting.ids, by=world.coordinator, at=later)
        assert list_attention(session, by=world.coordinator).changed == ()
        assert session.scalars(select(ScriptChange)).one().seen_at == later


def test_an_expert_fetches_the_crops_of_his_own_work_alone(
    database: Database, store: FileStore, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        work = world.assign(session, 0, 0, at=now)
        other = world.assign(session, 0, 1, at=now)
        image = session.scalars(
            select(ScriptImage).where(ScriptImage.script_id == world.scripts[0].id)
        ).first()
        assert image is not None
        crop = ScriptCrop(
            image_id=image.id,
            position=1,
            task="9.1",
            sha256=store.put(b"an answer"),
            width_px=600,
            height_px=200,
        )
        session.add(crop)
    by = world.actors[0]
    with database.reading() as session:
        [shown] = get_work(session, assignment_id=work, by=by, at=now).crops
        assert (shown.crop_id, shown.task, shown.position) == (crop.id, "9.1", image.position)
        found = get_crop_image(session, assignment_id=work, crop_id=crop.id, by=by, at=now)
        assert found == crop.sha256
        with pytest.raises(NotYours):
            get_crop_image(session, assignment_id=other, crop_id=crop.id, by=by, at=now)
    with database.transaction() as session:
        session.get_one(ScriptImage, image.id).replaced_at = now
    with pytest.raises(NotYours), database.reading() as session:
        get_crop_image(session, assignment_id=work, crop_id=crop.id, by=by, at=now)
