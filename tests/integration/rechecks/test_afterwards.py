"""After a recheck: the corrected form beside the former; what was there stays, byte for byte."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import NotYours
from app.models import (
    AnnotationKind,
    AnnotationVersion,
    Assignment,
    Base,
    FinalPoint,
    FinalResult,
    FormVersion,
    PointVersion,
    RecheckDecision,
    RecheckFinding,
    RecheckHandover,
    RecheckLine,
    RecheckReading,
    ScriptImage,
    Sheet,
)
from app.queries.form_versions import get_difference
from app.queries.next_steps import list_steps
from app.queries.rechecks import get_case
from app.queries.results import get_school_results
from app.services import results
from app.storage import FileStore
from tests.recheck_world import (
    FAR,
    HIGHER,
    LOWER,
    SCORED,
    RecheckWorld,
    case_in,
    make_recheck_world,
    read_case,
)

LATER = timedelta(hours=1)
KEPT: tuple[type[Base], ...] = (
    Sheet,
    PointVersion,
    FinalResult,
    FinalPoint,
    FormVersion,
    RecheckHandover,
    RecheckReading,
    RecheckFinding,
    RecheckDecision,
    RecheckLine,
    AnnotationVersion,
)


@pytest.fixture
def world(database: Database, store: FileStore, now) -> RecheckWorld:
    with database.transaction() as session:
        made = make_recheck_world(session, at=now, store=store, images=True)
        draw_on_the_first_work(session, made)
        release(session, made)
    made.now = now + LATER
    return made


def draw_on_the_first_work(session: Session, world: RecheckWorld) -> None:
    """The expert's mark on the scan, as he left it when he handed the work in."""
    first = world.base.scripts[0].id
    page = session.scalars(select(ScriptImage).where(ScriptImage.script_id == first)).first()
    sheet = session.scalars(
        select(Sheet).join(Assignment).where(Assignment.script_id == first)
    ).one()
    assert page is not None
    session.add(
        AnnotationVersion(
            sheet_id=sheet.id,
            page_id=page.page_id,
            annotation_id=uuid4(),
            number=1,
            kind=AnnotationKind.TEXT,
            x=0.2,
            y=0.3,
            w=0.1,
            h=0.05,
            words="нет пояснения",
            save_key="drawn",
            saved_at=world.now,
            saved_by_id=world.base.actors[0].person_id,
        )
    )


def words_seen(session: Session, world: RecheckWorld, case_id: UUID) -> list[str]:
    """What the chair reads on the scan of a case."""
    case = get_case(session, case_id=case_id, actor=world.chair, today=world.now.date())
    return [mark.words for page in case.pages for mark in page.marks]


def release(session: Session, world: RecheckWorld) -> results.Released:
    return results.release(
        session,
        store=world.store,
        exam_id=world.base.exam.id,
        school_id=world.base.schools[0].id,
        by=world.base.school_coordinator,
        at=world.now,
    )


def rows_of(session: Session) -> dict[tuple[str, UUID], dict[str, object]]:
    """Every row of the tables that hold points and acts, column by column."""
    return {
        (model.__tablename__, row.id): {
            column.key: getattr(row, column.key) for column in inspect(model).columns
        }
        for model in KEPT
        for row in session.scalars(select(model))
    }


def files_of(world: RecheckWorld) -> dict[str, bytes]:
    return {digest: world.store.get(digest) for digest in world.store.digests()}


@pytest.mark.parametrize("points", [HIGHER, LOWER, SCORED, FAR])
def test_old_points_annotations_and_acts_stay_as_they_were_after_every_outcome(
    database: Database, world: RecheckWorld, points
) -> None:
    case_id = read_case(database, world, points)
    with database.reading() as session:
        rows_before = rows_of(session)
        assert words_seen(session, world, case_id) == ["нет пояснения"]
    files_before = files_of(world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id), points)
        if points != SCORED:
            world.confirm(session, case_in(session, case_id))
        release(session, world)
    with database.reading() as session:
        rows_after = rows_of(session)
        assert words_seen(session, world, case_id) == ["нет пояснения"]
    files_after = files_of(world)
    assert {key: rows_after.get(key) for key in rows_before} == rows_before
    assert {name: files_after.get(name) for name in files_before} == files_before
    assert len(files_after) > len(files_before)


def test_a_corrected_form_is_a_new_version_with_its_difference(
    database: Database, world: RecheckWorld
) -> None:
    case_id = read_case(database, world)
    school, exam_id = world.base.schools[0].id, world.base.exam.id
    head = world.base.school_coordinator
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
        world.confirm(session, case_in(session, case_id))
    with database.reading() as session:
        shown = get_school_results(session, exam_id=exam_id, school_id=school, by=head)
        steps = [step.endpoint for step in list_steps(session, actor=head, today=world.now.date())]
    assert shown.corrected == 1
    assert {"results.school", "rechecks.told"} <= set(steps)
    world.now += LATER
    with database.transaction() as session:
        released = release(session, world)
        assert (released.is_new, released.version.number) == (True, 2)
        version_id = released.version.id
    with database.reading() as session:
        found = get_difference(session, version_id=version_id, store=world.store, by=head)
        after = get_school_results(session, exam_id=exam_id, school_id=school, by=head)
        first = session.scalars(select(FormVersion.id).where(FormVersion.number == 1)).one()
        with pytest.raises(NotYours):
            get_difference(session, version_id=first, store=world.store, by=head)
        with pytest.raises(NotYours):
            get_difference(
                session, version_id=version_id, store=world.store, by=world.base.coordinator
            )
    assert after.corrected == 0
    assert [(one.code, one.column, one.before, one.after) for one in found.changes] == [
        ("73001", "1", "1", "2")
    ]
