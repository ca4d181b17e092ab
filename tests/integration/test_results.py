"""The form of results: own rows only, a version whenever it changes, compared cell by cell."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.results import Gap, standings_of
from app.db import Database
from app.errors import NotYours, Refusal
from app.exchange.federal_form import FormTitle, read_form
from app.models import ExamEntry, FormVersion, MarkThreshold
from app.queries import results as queries
from app.queries.form_comparison import compare_form
from app.queries.results import get_school_results, list_own_lines, list_watched_lines
from app.services import results
from app.storage import FileStore
from scoring import ABSENT, Points, X
from tests.builders import make_class, make_participants, make_school
from tests.marking_steps import hand_in
from tests.scoring_world import CODES, World, make_world

POINTS: dict[str, Points] = {"1": 2, "4К1": 0, "4К2": X, "9.1": 1}


def score(
    session: Session, world: World, script: int, points: dict[str, Points], at: datetime
) -> None:
    work = world.assign(session, 0, script, at=at)
    hand_in(session, work, points, by=world.actors[0], at=at)


def release(session: Session, world: World, store: FileStore, at: datetime) -> results.Released:
    return results.release(
        session,
        store=store,
        exam_id=world.exam.id,
        school_id=world.schools[0].id,
        by=world.school_coordinator,
        at=at,
    )


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """The first script final, the second absent, the third without variant, the fourth waiting."""
    with database.transaction() as session:
        world = make_world(session, at=now)
        score(session, world, 0, POINTS, now)
        score(session, world, 2, POINTS, now)
        entries = {row.participant_id: row for row in session.scalars(select(ExamEntry))}
        absent = entries[world.scripts[1].participant_id]
        absent.absent, absent.variant = True, None
        entries[world.scripts[2].participant_id].variant = None
        entries[world.scripts[0].participant_id].previous_mark = 4
        return world


def test_the_form_holds_final_and_absent_participants_and_tells_of_the_others(
    database: Database, store: FileStore, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        released = release(session, world, store, now)
        title = FormTitle(subject="Русский язык", grade=4, year=2026)
        form = read_form(store.get(released.version.sha256), title=title)
    assert [(row.code, row.variant, dict(row.points), row.previous_mark) for row in form.rows] == [
        (CODES[0], 3, POINTS, 4),
        (CODES[1], ABSENT, {}, None),
    ]
    assert [(one.participant.code, one.gap) for one in released.missing] == [
        (CODES[2], Gap.NO_VARIANT),
        (CODES[3], Gap.NOT_FINAL),
    ]
    assert released.version.name == "Форма сбора результатов Русский язык 4 класс ВПР 2026.xlsx"


def test_the_same_results_make_no_new_version_and_a_change_makes_one(
    database: Database, store: FileStore, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        first = release(session, world, store, now)
        again = release(session, world, store, now)
        assert (again.version.id, again.is_new) == (first.version.id, False)
        score(session, world, 3, POINTS, now)
        changed = release(session, world, store, now)
        assert (changed.version.number, changed.version.rows) == (2, 3)
        with pytest.raises(Refusal, match="более новая"):
            results.mark_loaded(
                session, version_id=first.version.id, by=world.school_coordinator, at=now
            )
        results.mark_loaded(
            session, version_id=changed.version.id, by=world.school_coordinator, at=now
        )
    with database.reading() as session:
        loaded = [row.loaded_at for row in session.scalars(select(FormVersion).order_by("number"))]
        assert loaded == [None, now]


def test_another_schools_participants_never_stand_in_the_form(
    database: Database, store: FileStore, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        other = make_class(session, world.schools[1])
        make_participants(session, world.exam, other, ("99999",))
        release(session, world, store, now)
        found = get_school_results(
            session,
            exam_id=world.exam.id,
            school_id=world.schools[0].id,
            by=world.school_coordinator,
        )
        assert [row.code for row in found.rows] == list(CODES)
        with pytest.raises(NotYours):
            results.release(
                session,
                store=store,
                exam_id=world.exam.id,
                school_id=world.schools[1].id,
                by=world.school_coordinator,
                at=now,
            )


def test_those_who_watch_see_counts_of_every_school(
    database: Database, store: FileStore, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        release(session, world, store, now)
    with database.reading() as session:
        (own,) = list_own_lines(session, by=world.school_coordinator)
        (watched,) = list_watched_lines(session, by=world.coordinator).lines
        assert own == watched
        assert (own.participants, own.absent, own.final, own.is_complete) == (4, 1, 2, False)


def test_marks_stand_where_a_whole_scale_is_known(database: Database, world: World) -> None:
    with database.transaction() as session:
        exam = session.merge(world.exam)
        exam.marks_source, exam.marks_year = "Шкала 2026", 2026
        for mark, least in ((3, 2), (4, 3), (5, 7)):
            session.add(MarkThreshold(exam_id=exam.id, mark=mark, min_points=least))
    with database.reading() as session:
        found = get_school_results(
            session,
            exam_id=world.exam.id,
            school_id=world.schools[0].id,
            by=world.school_coordinator,
        )
        assert [(row.raw_score, row.mark) for row in found.rows] == [
            (3, 4),
            (None, None),
            (3, 4),
            (None, None),
        ]


def test_a_changed_cell_of_a_form_that_came_back_is_named(
    database: Database, store: FileStore, world: World, now: datetime
) -> None:
    with database.transaction() as session:
        released = release(session, world, store, now)
    book = openpyxl.load_workbook(io.BytesIO(store.get(released.version.sha256)))
    book["Протокол"]["C2"] = 1
    changed = io.BytesIO()
    book.save(changed)
    with database.reading() as session:
        for data, expected in (
            (store.get(released.version.sha256), []),
            (changed.getvalue(), [("Протокол!C2", CODES[0], "1", "1", "2")]),
        ):
            found = compare_form(
                session,
                exam_id=world.exam.id,
                school_id=world.schools[0].id,
                name=released.version.name,
                data=data,
                by=world.school_coordinator,
            )
            assert [
                (one.cell, one.code, one.column, one.given, one.ours) for one in found
            ] == expected


def test_long_lists_come_in_pages_that_leave_nobody_out(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    with database.transaction() as session:
        exam, place, own = world.exam, world.municipality, world.schools[0]
        grown = make_class(session, own, letter="Я", serial=9)
        make_participants(session, exam, grown, tuple(f"7000{n}" for n in range(5)))
        for number in range(50, 54):
            school = make_school(session, place, number)
            make_participants(session, exam, make_class(session, school), (f"71{number}0",))
    codes, schools = [], []
    with database.reading() as session:
        code, place_of_page = "", None
        while page := get_school_results(
            session,
            exam_id=world.exam.id,
            school_id=own.id,
            by=world.school_coordinator,
            after=code,
        ):
            codes += [row.code for row in page.rows]
            if not (code := page.last):
                break
        while watched := list_watched_lines(session, by=world.coordinator, after=place_of_page):
            schools += [line.school_id for line in watched.lines]
            if watched.last is None:
                break
            place_of_page = watched.last.exam_id, watched.last.school_id
        standings = standings_of(session, exam=world.exam, school_id=own.id)
    assert codes == [one.participant.code for one in standings]
    assert len(codes) > 2 * 3
    assert (len(schools), len(set(schools))) == (5, 5)
