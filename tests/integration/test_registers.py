"""Registers on a real database: who may change what; a file goes in whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    NO_PASSWORD,
    AuditEvent,
    Campaign,
    Conflict,
    ConflictCategory,
    ConflictLevel,
    Expert,
    Municipality,
    Participant,
    Person,
    School,
    SchoolClass,
)
from app.services import registers
from app.services.registers import (
    Change,
    ClassEntry,
    CodeEntry,
    ConflictEntry,
    ExpertEntry,
    RowState,
    SchoolEntry,
)
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)

SINCE = (("Русский язык", date(2015, 9, 1)),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    municipality: Municipality
    home: School
    other: School
    municipal: Actor
    school: Actor


@pytest.fixture
def town(database: Database, now: datetime) -> Town:
    with database.transaction() as session:
        place = make_municipality(session)
        home, other = make_school(session, place, 1), make_school(session, place, 2)
        return Town(
            municipality=place,
            home=home,
            other=other,
            municipal=make_person(
                session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place
            ),
            school=make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=home),
        )


def _campaign(session: Session, town: Town) -> Campaign:
    made = Campaign(municipality_id=town.municipality.id, name="ВПР 2026", year=2026)
    session.add(made)
    session.flush()
    return made


def _expert(session: Session, town: Town, now: datetime, **changes: object) -> registers.Saved:
    facts = {"display_name": "Иванова А. А.", "subjects": SINCE, "capacity": 30} | changes
    return registers.save_expert(
        session,
        school_id=town.home.id,
        entry=ExpertEntry(**facts),  # type: ignore[arg-type]
        by=town.school,
        at=now,
    )


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


def test_a_new_expert_gets_an_account_without_a_password(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        made = _expert(session, town, now)
        person = session.get_one(Expert, made.id).person
    assert (person.login, person.password_hash) == ("edu100001-1", NO_PASSWORD)
    assert [grant.role for grant in person.grants] == [Role.EXPERT]


def test_an_expert_saved_again_by_his_name_is_the_same_expert(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        first = _expert(session, town, now)
        again = _expert(session, town, now, capacity=12)
    assert (again.id, again.differing) == (first.id, ("capacity",))


def test_the_login_of_a_person_out_of_sight_is_not_linked(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        make_person(session, "boss", Role.ADMINISTRATOR, at=now)
        with pytest.raises(Refusal, match="уже занят"):
            _expert(session, town, now, login="boss")


def test_a_day_to_come_is_no_beginning_of_teaching(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session, pytest.raises(Refusal, match="ещё не наступил"):
        _expert(session, town, now, subjects=(("Русский язык", date(2026, 9, 1)),))


def test_the_day_is_that_of_the_municipality_and_not_of_utc(database: Database, town: Town) -> None:
    first_of_may = (("Русский язык", date(2026, 5, 1)),)
    evening = datetime(2026, 4, 30, 20, 0, tzinfo=UTC)
    with database.transaction() as session:
        with pytest.raises(Refusal, match="ещё не наступил"):
            _expert(session, town, evening, subjects=first_of_may)
        session.get_one(Municipality, town.municipality.id).timezone = "Asia/Yekaterinburg"
        assert _expert(session, town, evening, subjects=first_of_may).change is Change.NEW


def test_a_school_does_not_name_the_municipal_commission(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session, pytest.raises(Refusal, match="комиссии"):
        _expert(session, town, now, in_commission=True)


def test_an_expert_with_a_conflict_is_withdrawn_and_not_removed(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        made = _expert(session, town, now)
        registers.declare_conflict(
            session,
            expert_id=made.id,
            level=ConflictLevel.SCHOOL,
            ref=town.other.id,
            category=ConflictCategory.RELATIVE,
            by=town.school,
            at=now,
        )
        with pytest.raises(Refusal, match="Отстраните"):
            registers.remove_expert(session, expert_id=made.id, by=town.school, at=now)
        registers.withdraw_expert(session, expert_id=made.id, by=town.school, at=now)
        assert session.get_one(Expert, made.id).withdrawn_at == now


def test_a_removed_expert_keeps_his_account_without_the_role(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        made = _expert(session, town, now, teaches=())
        person_id = session.get_one(Expert, made.id).person_id
        registers.remove_expert(session, expert_id=made.id, by=town.school, at=now)
        person = session.get_one(Person, person_id)
        assert [grant.revoked_at for grant in person.grants] == [now]


def test_an_expert_recuses_himself_and_cannot_take_it_back(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        himself = make_person(session, "e1", Role.EXPERT, at=now, school=town.home)
        make_expert(session, himself.person_id, town.home)
        made = registers.recuse(
            session,
            level=ConflictLevel.SCHOOL,
            ref=town.other.id,
            category=ConflictCategory.RECUSAL,
            by=himself,
            at=now,
        )
        with pytest.raises(NotYours):
            registers.withdraw_conflict(session, conflict_id=made, by=himself, at=now)
        registers.withdraw_conflict(session, conflict_id=made, by=town.school, at=now)
        assert session.get_one(Conflict, made).withdrawn_at == now


def test_a_coordinator_who_scores_does_not_lift_his_own_conflict(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        expert = make_expert(session, town.school.person_id, town.home)
        made = registers.declare_conflict(
            session,
            expert_id=expert.id,
            level=ConflictLevel.SCHOOL,
            ref=town.other.id,
            category=ConflictCategory.RELATIVE,
            by=town.school,
            at=now,
        )
        with pytest.raises(Refusal, match="другой координатор"):
            registers.withdraw_conflict(session, conflict_id=made, by=town.school, at=now)


def test_a_code_of_another_school_is_not_found_by_its_coordinator(
    database: Database, town: Town, now: datetime
) -> None:
    with database.transaction() as session:
        _expert(session, town, now, login="e1")
        exam = make_exam(session, town.municipality, at=now)
        make_participants(session, exam, make_class(session, town.other), ("00001",))
        entry = ConflictEntry(
            login="e1",
            level=ConflictLevel.CODE,
            reference="edu100002/00001",
            category=ConflictCategory.RELATIVE,
        )
        with pytest.raises(Refusal, match="среди ваших нет"):
            registers.save_conflict(session, entry=entry, by=town.school, at=now)
        done = registers.save_conflict(session, entry=entry, by=town.municipal, at=now)
    assert done.change is Change.NEW


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


def test_a_file_that_does_not_speak_of_other_schools_leaves_them(
    database: Database, town: Town, now: datetime
) -> None:
    """An expert without his second school would be given its works."""
    with database.transaction() as session:
        saved = _expert(session, town, now, login="t1", also_at=("edu100002",))
        again = _expert(session, town, now, login="t1", also_at=None, teaches=None, capacity=20)
        assert (again.id, again.differing) == (saved.id, ("capacity",))
        school = SchoolEntry(login="edu100002", name="Школа № 2", participating=False)
        silent = SchoolEntry(login="edu100002", name="Школа № 2", participating=None)
        for entry in (school, silent):
            registers.save_school(
                session,
                municipality_id=town.municipality.id,
                entry=entry,
                by=town.municipal,
                at=now,
            )
        found = session.scalars(select(School).where(School.login == "edu100002")).one()
        assert not found.participating
