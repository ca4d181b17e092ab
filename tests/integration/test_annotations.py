"""Marks on the scan: versions like points, and seen by nobody while readings are blind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.bridge.annotations import list_annotations, list_scorers
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    AnnotationKind,
    AnnotationVersion,
    Assignment,
    AuditEvent,
    Round,
    ScriptImage,
    Sheet,
)
from app.queries.scoring_work import get_work
from app.services import marking
from app.services.marking import Annotation, StaleAnnotation
from app.storage import FileStore
from tests.scoring_world import World, make_world


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> World:
    with database.transaction() as session:
        return make_world(session, at=now, store=store, experts_per_script=2)


@pytest.fixture
def work(database: Database, world: World, now: datetime) -> UUID:
    with database.transaction() as session:
        return world.assign(session, 0, at=now)


def image_of(database: Database, world: World, script: int = 0) -> UUID:
    with database.reading() as session:
        return session.scalars(
            select(ScriptImage.id).where(
                ScriptImage.script_id == world.scripts[script].id, ScriptImage.position == 1
            )
        ).one()


def tick(image_id: UUID, **more: object) -> Annotation:
    given = {"annotation_id": uuid4(), "kind": AnnotationKind.TICK, "box": (0.5, 0.25, 0.0, 0.0)}
    return Annotation(image_id=image_id, **(given | more))  # type: ignore[arg-type]


def save(
    database: Database,
    world: World,
    work: UUID,
    drawn: Annotation,
    at: datetime,
    *,
    key: str = "k",
    based_on: int = 0,
    expert: int = 0,
) -> int:
    with database.transaction() as session:
        return marking.record_annotation(
            session,
            assignment_id=work,
            drawn=drawn,
            save_key=key,
            based_on=based_on,
            by=world.actors[expert],
            at=at,
        ).number


def test_a_mark_is_saved_once_by_versions_and_can_be_taken_away_and_given_back(
    database: Database, world: World, work: UUID, now: datetime
) -> None:
    image = image_of(database, world)
    drawn = tick(image)
    gone = tick(image, annotation_id=drawn.annotation_id, is_removed=True)
    assert [save(database, world, work, drawn, now) for _ in range(20)] == [1] * 20
    assert save(database, world, work, gone, now, key="k2", based_on=1) == 2
    by = world.actors[0]
    with database.reading() as session:
        assert get_work(session, assignment_id=work, by=by, at=now).marks == ()
    assert save(database, world, work, drawn, now, key="k3", based_on=2) == 3
    with database.reading() as session:
        [shown] = get_work(session, assignment_id=work, by=by, at=now).marks
        assert (shown.number, shown.box, shown.image_id) == (3, (0.5, 0.25, 0, 0), image)
        assert session.scalar(select(func.count(AnnotationVersion.id))) == 3
        told = session.scalars(
            select(AuditEvent.action).where(AuditEvent.action.startswith("annotation"))
        )
        assert sorted(told) == ["annotation.removed", "annotation.saved", "annotation.saved"]


def test_a_mark_changed_in_another_window_is_not_overwritten(
    database: Database, world: World, work: UUID, now: datetime
) -> None:
    drawn = tick(image_of(database, world))
    save(database, world, work, drawn, now)
    with pytest.raises(StaleAnnotation) as told:
        save(database, world, work, drawn, now, key="other")
    assert told.value.theirs is not None
    assert told.value.theirs.number == 1


@pytest.mark.parametrize(
    "more",
    [
        {"box": (0.9, 0.5, 0.2, 0.0)},
        {"box": (-0.1, 0.5, 0.0, 0.0)},
        {"box": (float("nan"), 0.5, 0.0, 0.0)},
        {"kind": AnnotationKind.TEXT},
        {"kind": AnnotationKind.LOST},
        {"words": "я" * 301},
    ],
)
def test_an_unusable_mark_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        tick(uuid4(), **more)


def test_marks_of_others_works_pages_and_handed_in_sheets_are_refused(
    database: Database, world: World, work: UUID, now: datetime
) -> None:
    with pytest.raises(NotYours):
        save(database, world, work, tick(image_of(database, world)), now, expert=1)
    with pytest.raises(NotYours):
        save(database, world, work, tick(image_of(database, world, script=1)), now)
    there = tick(image_of(database, world), kind=AnnotationKind.GIVEN, criterion="77")
    with pytest.raises(Refusal, match="77"):
        save(database, world, work, there, now)
    with database.transaction() as session:
        session.add(Sheet(assignment_id=work, opened_at=now, submitted_at=now))
    with pytest.raises(Refusal, match="сдана"):
        save(database, world, work, tick(image_of(database, world)), now)


def test_while_readings_are_blind_nobody_sees_anothers_marks_and_the_third_sees_both(
    database: Database, world: World, work: UUID, now: datetime
) -> None:
    image = image_of(database, world)
    with database.transaction() as session:
        second = world.assign(session, 1, round=Round.SECOND, at=now)
    save(database, world, work, tick(image), now)
    save(database, world, second, tick(image), now, expert=1)
    for place, one in enumerate((work, second)):
        with database.reading() as session:
            shown = get_work(session, assignment_id=one, by=world.actors[place], at=now).marks
            assert [mark.reader for mark in shown] == [0]
    diverge(database, world, (work, second), now)
    with database.reading() as session:
        third = session.scalars(select(Assignment.id).where(Assignment.round == Round.THIRD)).one()
        shown = get_work(session, assignment_id=third, by=world.actors[2], at=now).marks
        assert sorted(mark.reader for mark in shown) == [1, 2]
        readers = list_scorers(session, script_id=world.scripts[0].id)
        assert readers == [work, second]
        assert len(list_annotations(session, script_id=world.scripts[0].id, readers=readers)) == 2


def diverge(database: Database, world: World, works: tuple[UUID, UUID], at: datetime) -> None:
    """The first gives everything, the second nothing: a third is called."""
    for place, work in enumerate(works):
        for label, most in (("1", 2), ("4К1", 3), ("4К2", 2), ("9.1", 1)):
            with database.transaction() as session:
                marking.record_points(
                    session,
                    assignment_id=work,
                    criterion=label,
                    value=most if place == 0 else 0,
                    save_key=label,
                    based_on=0,
                    by=world.actors[place],
                    at=at,
                )
        with database.transaction() as session:
            marking.submit_sheet(
                session, assignment_id=work, confirmed=True, by=world.actors[place], at=at
            )


def test_a_mark_stays_where_it_is_when_its_page_is_drawn_anew(
    database: Database, world: World, work: UUID, now: datetime
) -> None:
    image = image_of(database, world)
    save(database, world, work, tick(image), now)
    with database.transaction() as session:
        old = session.get_one(ScriptImage, image)
        old.replaced_at = now
        session.flush()
        fresh = ScriptImage(
            script_id=old.script_id,
            page_id=old.page_id,
            position=1,
            sha256=old.sha256,
            width_px=old.width_px,
            height_px=old.height_px,
            masks=[],
            created_at=now,
        )
        session.add(fresh)
    with database.reading() as session:
        [shown] = get_work(session, assignment_id=work, by=world.actors[0], at=now).marks
        assert shown.image_id == fresh.id
