"""Registers of schools, classes and codes; a file goes in whole or not at all."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    AuditEvent,
    Campaign,
    Participant,
    School,
    SchoolClass,
)
from app.services import registers
from app.services.registers import (
    Change,
    ClassEntry,
    CodeEntry,
    RowState,
    SchoolEntry,
)
from tests.builders import (
    make_class,
    make_municipality,
    make_school,
)
from tests.integration.registers.conftest import Town


def _campaign(session: Session, town: Town) -> Campaign:
    made = Campaign(municipality_id=town.municipality.id, name="ВПР 2026", year=2026)
    session.add(made)
    session.flush()
    return made


def test_a_school_saved_twice_is_one_school_and_one_event(
    database: Database, town: Town, now: datetime
) -> None:
    entry = SchoolEntry(login="EDU200001 ", name="Школа   № 7")
    with database.transaction() as session:
        first, second = (
            registers.save_school(
                session,
                municipality_id=town.municipality.id,
                entry=entry,
                by=town.municipal,
                at=now,
            )
            for _ in range(2)
        )
        events = session.scalar(select(func.count()).where(AuditEvent.subject_id == first.id))
    assert (first.change, second.change, first.id) == (Change.NEW, Change.UNCHANGED, second.id)
    assert events == 1


def test_a_school_coordinator_does_not_keep_the_register_of_schools(
    database: Database, town: Town, now: datetime
) -> None:
    entry = SchoolEntry(login="edu200001", name="Школа № 7")
    with database.transaction() as session, pytest.raises(NotYours):
        registers.save_school(
            session, municipality_id=town.municipality.id, entry=entry, by=town.school, at=now
        )


def test_a_school_of_another_municipality_keeps_its_login(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        make_school(session, make_municipality(session, name="Другой район"), 9)
        with pytest.raises(Refusal, match="уже у другой школы"):
            registers.save_school(
                session,
                municipality_id=town.municipality.id,
                entry=SchoolEntry(login="edu100009", name="Наша"),
                by=town.municipal,
                at=now,
            )


def test_a_school_with_a_class_is_not_removed(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        make_class(session, town.home)
        with pytest.raises(Refusal, match="есть классы"):
            registers.remove_school(session, school_id=town.home.id, by=town.municipal, at=now)
        registers.remove_school(session, school_id=town.other.id, by=town.municipal, at=now)
        assert session.get(School, town.other.id) is None


def test_latin_letters_of_a_class_become_russian_ones(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        made = registers.save_class(
            session,
            school_id=town.home.id,
            entry=ClassEntry(grade=4, letter="a"),
            by=town.school,
            at=now,
        )
        assert session.get_one(SchoolClass, made.id).name == "4А"


def test_the_next_class_of_a_grade_takes_the_first_free_serial(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        make_class(session, town.home, letter="А", serial=1)
        make_class(session, town.home, letter="В", serial=3)
        made = registers.save_class(
            session,
            school_id=town.home.id,
            entry=ClassEntry(grade=4, letter="Б"),
            by=town.school,
            at=now,
        )
    assert made.new["serial"] == 2


def test_classes_of_another_school_are_out_of_reach(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session, pytest.raises(NotYours):
        registers.save_class(
            session,
            school_id=town.other.id,
            entry=ClassEntry(grade=4, letter="А"),
            by=town.school,
            at=now,
        )


def test_a_code_with_a_work_stays_in_its_class(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        campaign = _campaign(session, town)
        first = make_class(session, town.home, letter="А", serial=1)
        second = make_class(session, town.home, letter="Б", serial=2)
        for to in (first, second):
            done = registers.save_code(
                session,
                campaign_id=campaign.id,
                class_id=to.id,
                entry=CodeEntry(code="00017"),
                by=town.school,
                at=now,
            )
        assert done.change is Change.CHANGED
        with pytest.raises(Refusal, match="знаков 5"):
            registers.save_code(
                session,
                campaign_id=campaign.id,
                class_id=first.id,
                entry=CodeEntry(code="117"),
                by=town.school,
                at=now,
            )


def test_issued_codes_keep_two_digits_away_from_given_ones(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        campaign = _campaign(session, town)
        school_class = make_class(session, town.home)
        session.add(
            Participant(
                campaign_id=campaign.id,
                school_id=town.home.id,
                class_id=school_class.id,
                code="0000",
            )
        )
        session.flush()
        codes = registers.issue_codes(
            session,
            campaign_id=campaign.id,
            class_id=school_class.id,
            count=28,
            seed=5,
            by=town.school,
            at=now,
        )
    every = (*codes, "0000")
    assert {len(code) for code in codes} == {4}
    assert all(
        sum(a != b for a, b in zip(one, two, strict=True)) >= 2
        for one in every
        for two in every
        if one != two
    )


def test_a_trial_leaves_nothing_and_a_file_with_a_wrong_row_is_refused_whole(
    database: Database, town: Town, now: datetime
) -> None:
    rows = [
        (2, SchoolEntry(login="edu300001", name="Новая")),
        (3, SchoolEntry(login="edu100001", name="Школа № 1")),
        (4, SchoolEntry(login="edu100002", name="Школа № 1")),
        (5, SchoolEntry(login="edu300001", name="Новая")),
    ]
    with database.transaction() as session:

        def save(entry: SchoolEntry) -> registers.Saved:
            return registers.save_school(
                session,
                municipality_id=town.municipality.id,
                entry=entry,
                by=town.municipal,
                at=now,
            )

        reports = registers.take_in(session, rows, save, apply=False)
        with pytest.raises(Refusal, match="ничего не записано"):
            registers.take_in(session, rows, save, apply=True)
        logins = set(session.scalars(select(School.login)))
        assert logins == {"edu100001", "edu100002"}
        registers.take_in(session, rows[:2], save, apply=True)
    assert [report.state for report in reports] == [
        RowState.NEW,
        RowState.UNCHANGED,
        RowState.WRONG,
        RowState.WRONG,
    ]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(School)) == 3
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1
