"""The register of experts and of their conflicts: who may change what."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    NO_PASSWORD,
    Conflict,
    ConflictCategory,
    ConflictLevel,
    Expert,
    Municipality,
    Person,
    School,
)
from app.services import registers
from app.services.registers import (
    Change,
    ConflictEntry,
    ExpertEntry,
    SchoolEntry,
)
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_participants,
    make_person,
)
from tests.integration.registers.conftest import Town

SINCE = (("Русский язык", date(2015, 9, 1)),)


def _expert(session: Session, town: Town, now: datetime, **changes: object) -> registers.Saved:
    facts = {"display_name": "Иванова А. А.", "subjects": SINCE, "capacity": 30} | changes
    return registers.save_expert(
        session,
        school_id=town.home.id,
        entry=ExpertEntry(**facts),  # type: ignore[arg-type]
        by=town.school,
        at=now,
    )


def _conflict(session: Session, town: Town, now: datetime, *, login: str) -> registers.Saved:
    """His school declares that the expert has a relative at the other one."""
    entry = ConflictEntry(
        login=login,
        level=ConflictLevel.SCHOOL,
        reference=town.other.login,
        category=ConflictCategory.RELATIVE,
    )
    return registers.save_conflict(session, entry=entry, by=town.school, at=now)


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
        _conflict(session, town, now, login="edu100001-1")
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
        make_expert(session, town.school.person_id, town.home)
        own = session.get_one(Person, town.school.person_id).login
        made = _conflict(session, town, now, login=own)
        with pytest.raises(Refusal, match="другой координатор"):
            registers.withdraw_conflict(session, conflict_id=made.id, by=town.school, at=now)


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
