"""What people do with pages that the program left to them: decide, take back, set aside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import Database
from app.errors import Refusal, Stale
from app.models import (
    AuditEvent,
    Page,
    PageKind,
    PageSource,
    Participant,
    Script,
    ScriptImage,
)
from app.queries.scans import get_desk
from app.services.identification import Settled, set_page_aside, undo_last
from app.settings import Settings
from scanning.practice import PracticeSet
from tests.integration.read_pile.pile import LATER, assign, true_code, waiting
from tests.integration.scan_builders import (
    School,
    run_jobs,
)


def test_the_program_leaves_the_empty_and_the_foreign_page_and_sets_blank_backs_aside(
    database: Database, practice: PracticeSet, school: School
) -> None:
    with database.reading() as session:
        pages = session.scalars(select(Page).order_by(Page.index)).all()
        for page, truth in zip(pages, practice.pages, strict=True):
            if page.script is not None:
                assert page.script.participant.code == truth.code
            if truth.expect in ("human", "foreign"):
                assert page.needs_person
            assert (page.kind is PageKind.BLANK) == (truth.kind == "blank")


def test_a_decided_page_joins_its_script_and_is_drawn_for_experts(
    settings: Settings, database: Database, practice: PracticeSet, school: School
) -> None:
    page, code = waiting(database), true_code(practice)
    settled = assign(database, school, page, code)
    run_jobs(settings, at=LATER)
    assert settled == Settled(page_id=page.id)
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert kept.script is not None
        assert (kept.script.participant.code, kept.source) == (code, PageSource.PERSON)
        assert {image.page_id for image in kept.script.images} == {
            one.id for one in kept.script.pages
        }
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "page.decided")).one()
        assert event.new == {"code": code, "page_number": None}


def test_the_last_decision_is_taken_back_whole(
    settings: Settings, database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    assign(database, school, page, true_code(practice))
    run_jobs(settings, at=LATER)
    with database.transaction() as session:
        undone = undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER + timedelta(seconds=5),
        )
    run_jobs(settings, at=LATER + timedelta(seconds=9))
    assert undone == page.id
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert (kept.script_id, kept.needs_person, kept.why) == (None, True, page.why)
        current = select(ScriptImage).where(
            ScriptImage.page_id == page.id, ScriptImage.replaced_at.is_(None)
        )
        assert session.scalars(current).all() == []
    with pytest.raises(Refusal, match="Отменять нечего"), database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER + timedelta(seconds=10),
        )


def test_a_decision_that_somebody_has_changed_since_cannot_be_taken_back(
    database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    assign(database, school, page, true_code(practice))
    with database.transaction() as session:
        session.get_one(Page, page.id).decided_at = LATER + timedelta(minutes=1)
    with pytest.raises(Stale), database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER,
        )


def test_a_page_that_somebody_decided_first_is_not_decided_over(
    database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    assign(database, school, page, true_code(practice))
    with pytest.raises(Stale):
        assign(database, school, page, true_code(practice))


def test_a_code_that_was_never_issued_is_refused_with_what_to_do(
    database: Database, school: School
) -> None:
    with pytest.raises(Refusal, match="Кода 00000 нет среди выданных"):
        assign(database, school, waiting(database), "00000")


def test_a_full_script_takes_a_page_only_in_the_place_of_another(
    settings: Settings, database: Database, practice: PracticeSet, school: School
) -> None:
    page = waiting(database)
    full = next(
        truth.code for truth in practice.pages if truth.code not in (None, true_code(practice))
    )
    with pytest.raises(Refusal, match="уже все страницы: 2"):
        assign(database, school, page, full)
    with pytest.raises(Refusal, match="Страницы 3 в работе нет"):
        assign(database, school, page, full, number=3)
    with database.transaction() as session:
        script = session.scalars(
            select(Script).join(Participant).where(Participant.code == full)
        ).one()
        for number, one in enumerate(script.pages, start=1):
            one.page_number = number
        first = script.pages[0].id
    with pytest.raises(Refusal, match="Страница 1 работы"):
        assign(database, school, page, full, number=1)
    assign(database, school, page, full, number=1, replace=True)
    run_jobs(settings, at=LATER)
    with database.reading() as session:
        old = session.get_one(Page, first)
        assert (old.kind, old.replaced_by_id, old.script_id) == (PageKind.DUPLICATE, page.id, None)
        script = session.scalars(
            select(Script).join(Participant).where(Participant.code == full)
        ).one()
        shown = {image.page_id for image in script.images if image.replaced_at is None}
        assert shown == {one.id for one in script.pages}
        assert first not in shown


@pytest.mark.parametrize(
    "kind", [PageKind.BLANK, PageKind.FOREIGN, PageKind.DUPLICATE, PageKind.RESCAN_WANTED]
)
def test_a_page_is_set_aside(database: Database, school: School, kind: PageKind) -> None:
    page = waiting(database)
    with database.transaction() as session:
        set_page_aside(
            session,
            page_id=page.id,
            version=page.version,
            kind=kind,
            by=school.coordinator,
            at=LATER,
        )
    with database.reading() as session:
        kept = session.get_one(Page, page.id)
        assert (kept.kind, kept.needs_person, kept.decided_at) == (kind, False, LATER)


def test_the_rest_of_a_script_follows_a_decision_and_comes_back_with_it(
    database: Database, practice: PracticeSet, school: School
) -> None:
    code = true_code(practice)
    with database.transaction() as session:
        script = session.scalars(
            select(Script).join(Participant).where(Participant.code == code)
        ).one()
        empty = session.get_one(Page, waiting(database).id)
        for one in [*script.pages, empty]:
            one.script, one.needs_person, one.source = None, True, None
            one.candidates = [{"code": code, "confidence": 0.6}]
    with database.reading() as session:
        desk = get_desk(
            session, exam_id=school.exam_id, school_id=school.school_id, by=school.coordinator
        )
        page = next(page for page in desk.pages if page.guesses and page.guesses[0].code == code)
        told = page.guesses[0].followers
        row = session.get_one(Page, page.page_id)
    settled = assign(database, school, row, code)
    assert settled.followers == told
    assert len(told) == 1
    with database.transaction() as session:
        undo_last(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            by=school.coordinator,
            at=LATER,
        )
    with database.reading() as session:
        states = [session.get_one(Page, one).needs_person for one in (page.page_id, *told)]
    assert states == [True, True]
