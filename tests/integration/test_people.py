"""Accounts on a real database: who makes, sees, resets and closes whose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import Expert, LoginSession, Municipality, Person, School, Territory
from app.queries.people import list_own_sessions, list_people, list_places, show_person
from app.services import accounts, municipalities, registers
from app.services.accounts import NOWHERE, Place
from app.services.registers import ExpertEntry
from tests.builders import PASSWORD, make_municipality, make_person, make_school
from tests.integration.conftest import Enter
from tests.integration.registers.test_experts import SINCE


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    town: Municipality
    school: School
    other: School
    admin: Actor
    municipal: Actor
    coordinator: Actor


@pytest.fixture
def house(database: Database, now: datetime) -> House:
    with database.transaction() as session:
        town = make_municipality(session)
        school, other = make_school(session, town, 1), make_school(session, town, 2)
        return House(
            town=town,
            school=school,
            other=other,
            admin=make_person(session, "admin", Role.ADMINISTRATOR, at=now),
            municipal=make_person(
                session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town
            ),
            coordinator=make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=school),
        )


def _log_in(database: Database, login: str, password: str, now: datetime) -> object:
    with database.reading() as session:
        knock = accounts.knock(session, login=login, password=password, origin="", at=now)
    return _enter(database, knock, now)


def _enter(database: Database, knock: accounts.Knock, now: datetime) -> object:
    with database.transaction() as session:
        return accounts.log_in(
            session,
            knock=knock,
            at=now,
            lasts=timedelta(hours=1),
            origin="",
            agent="",
        )


def test_each_level_sees_the_accounts_of_the_level_below(
    database: Database, house: House, now: datetime
) -> None:
    with database.reading() as session:
        seen = {
            name: [one.login for one in list_people(session, by=by, at=now)]
            for name, by in (
                ("admin", house.admin),
                ("municipal", house.municipal),
                ("school", house.coordinator),
            )
        }
    assert seen == {"admin": ["admin", "mo"], "municipal": ["so"], "school": []}


def test_a_school_does_not_make_a_coordinator(
    database: Database, house: House, now: datetime
) -> None:
    with database.transaction() as session, pytest.raises(NotYours):
        accounts.create_account(
            session,
            login="second",
            display_name="Второй",
            role=Role.SCHOOL_COORDINATOR,
            place=Place(school_id=house.school.id),
            by=house.coordinator,
            at=now,
        )


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (Role.MUNICIPAL_COORDINATOR, "выберите муниципалитет"),
        (Role.RESPONSIBLE_COORDINATOR, "выберите муниципалитет"),
    ],
)
def test_a_role_in_a_place_that_does_not_fit_is_refused(
    role: Role, says: str, database: Database, house: House, now: datetime
) -> None:
    with database.transaction() as session, pytest.raises(Refusal, match=says):
        accounts.create_account(
            session,
            login="x1",
            display_name="Некто",
            role=role,
            place=NOWHERE,
            by=house.admin,
            at=now,
        )


def test_a_responsible_coordinator_has_no_municipality(
    database: Database, house: House, now: datetime
) -> None:
    facts = {"login": "resp", "display_name": "Ответственный", "by": house.admin, "at": now}
    role = Role.RESPONSIBLE_COORDINATOR
    with database.transaction() as session, pytest.raises(Refusal, match="вне муниципалитетов"):
        accounts.create_account(
            session, role=role, place=Place(municipality_id=house.town.id), **facts
        )
    with database.transaction() as session:
        territory_id = municipalities.add_municipality(
            session,
            name="Частные школы",
            territory=Territory.RESPONSIBLE,
            timezone="Europe/Moscow",
            by=house.admin,
            at=now,
        )
        accounts.create_account(
            session, role=role, place=Place(municipality_id=territory_id), **facts
        )


def test_the_first_municipality_has_a_time_zone_that_exists(
    database: Database, now: datetime
) -> None:
    with pytest.raises(Refusal, match="Europe/Moskow"), database.transaction() as session:
        accounts.set_up_installation(
            session,
            login="admin",
            display_name="Администратор",
            password="длинный пароль",
            municipality="Пробный район",
            timezone="Europe/Moskow",
            at=now,
        )


def test_an_unknown_time_zone_is_refused(database: Database, house: House, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(Refusal, match="Europe/Moscow"):
        municipalities.add_municipality(
            session,
            name="Другой",
            territory=Territory.MUNICIPALITY,
            timezone="Москва",
            by=house.admin,
            at=now,
        )


def test_every_school_without_a_coordinator_gets_one_account_by_its_login(
    database: Database, house: House, now: datetime
) -> None:
    with database.transaction() as session:
        first, second = (
            accounts.make_school_coordinators(
                session, municipality_id=house.town.id, by=house.municipal, at=now
            )
            for _ in range(2)
        )
    assert [one.login for one in first] == ["edu100002"]
    assert second == []
    assert _log_in(database, "edu100002", first[0].password, now) is not None


def test_an_expert_without_a_password_cannot_log_in_until_one_is_handed_out(
    database: Database, house: House, now: datetime
) -> None:
    entry = ExpertEntry(display_name="Учитель Первый", subjects=SINCE, capacity=10, login="t1")
    with database.transaction() as session:
        registers.save_expert(
            session, school_id=house.school.id, entry=entry, by=house.coordinator, at=now
        )
    assert _log_in(database, "t1", "", now) is None
    with database.transaction() as session:
        issued = accounts.issue_first_passwords(session, by=house.coordinator, at=now)
        again = accounts.issue_first_passwords(session, by=house.coordinator, at=now)
    assert [one.login for one in issued] == ["t1"]
    assert again == []
    assert _log_in(database, "t1", issued[0].password, now) is not None


def test_a_neighbour_hands_out_no_passwords_here(
    database: Database, house: House, now: datetime
) -> None:
    entry = ExpertEntry(display_name="Учитель Первый", subjects=SINCE, capacity=10, login="t1")
    with database.transaction() as session:
        registers.save_expert(
            session, school_id=house.school.id, entry=entry, by=house.coordinator, at=now
        )
        neighbour = make_person(session, "so2", Role.SCHOOL_COORDINATOR, at=now, school=house.other)
        assert accounts.issue_first_passwords(session, by=neighbour, at=now) == []


def test_a_closed_account_opens_nothing_until_it_is_opened_again(
    database: Database, house: House, now: datetime
) -> None:
    person_id = house.coordinator.person_id
    with database.transaction() as session:
        accounts.close_account(session, person_id=person_id, by=house.municipal, at=now)
    assert _log_in(database, "so", PASSWORD, now) is None
    with database.transaction() as session:
        with pytest.raises(Refusal, match="закрыта"):
            accounts.reset_password(session, person_id=person_id, by=house.municipal, at=now)
        accounts.reopen_account(session, person_id=person_id, by=house.municipal, at=now)
    assert _log_in(database, "so", PASSWORD, now) is not None


def test_nobody_closes_his_own_account_or_drops_his_own_administration(
    database: Database, house: House, now: datetime
) -> None:
    with database.transaction() as session:
        grant = session.get_one(Person, house.admin.person_id).grants[0]
        with pytest.raises(Refusal, match="Свою учётную запись"):
            accounts.close_account(session, person_id=house.admin.person_id, by=house.admin, at=now)
        with pytest.raises(Refusal, match="другой администратор"):
            accounts.revoke_role(session, grant_id=grant.id, by=house.admin, at=now)


def test_a_person_with_a_role_above_keeps_his_password(
    database: Database, house: House, now: datetime
) -> None:
    with database.transaction() as session:
        accounts.grant_role(
            session,
            person_id=house.coordinator.person_id,
            role=Role.COMMISSION_MEMBER,
            place=Place(municipality_id=house.town.id),
            by=house.municipal,
            at=now,
        )
        accounts.grant_role(
            session,
            person_id=house.coordinator.person_id,
            role=Role.EXPERT,
            place=Place(school_id=house.school.id),
            by=house.municipal,
            at=now,
        )
        with pytest.raises(NotYours):
            accounts.reset_password(
                session,
                person_id=house.coordinator.person_id,
                by=house.coordinator,
                at=now,
            )


def test_a_stranger_is_given_no_role(database: Database, house: House, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(NotYours):
        accounts.grant_role(
            session,
            person_id=house.admin.person_id,
            role=Role.EXPERT,
            place=Place(school_id=house.school.id),
            by=house.coordinator,
            at=now,
        )


def test_the_role_of_an_appointed_expert_is_taken_in_the_register(
    database: Database, house: House, now: datetime
) -> None:
    entry = ExpertEntry(display_name="Учитель Первый", subjects=SINCE, capacity=10, login="t1")
    with database.transaction() as session:
        made = registers.save_expert(
            session, school_id=house.school.id, entry=entry, by=house.coordinator, at=now
        )
        person = session.get_one(Person, session.get_one(Expert, made.id).person_id)
        with pytest.raises(Refusal, match="в реестре"):
            accounts.revoke_role(
                session, grant_id=person.grants[0].id, by=house.coordinator, at=now
            )


def test_a_role_taken_away_leaves_the_person_in_sight(
    database: Database, house: House, now: datetime
) -> None:
    person_id = house.coordinator.person_id
    with database.transaction() as session:
        grant = session.get_one(Person, person_id).grants[0]
        accounts.revoke_role(session, grant_id=grant.id, by=house.municipal, at=now)
    with database.reading() as session:
        seen = show_person(session, person_id=person_id, by=house.municipal, at=now)
    assert (seen.grants, seen.below) == ((), True)


def test_one_ends_ones_own_sessions_and_no_others(
    database: Database, house: House, now: datetime
) -> None:
    _log_in(database, "so", PASSWORD, now)
    _log_in(database, "mo", PASSWORD, now)
    with database.transaction() as session:
        (mine,) = list_own_sessions(session, by=house.coordinator, at=now)
        with pytest.raises(NotYours):
            accounts.end_own_session(
                session, session_id=mine.id, password=PASSWORD, by=house.municipal, at=now
            )
        with pytest.raises(Refusal, match="Пароль"):
            accounts.end_own_session(
                session, session_id=mine.id, password="чужой", by=house.coordinator, at=now
            )
        accounts.end_own_session(
            session, session_id=mine.id, password=PASSWORD, by=house.coordinator, at=now
        )
        assert session.get_one(LoginSession, mine.id).revoked_at == now
        accounts.end_sessions(session, person_id=house.municipal.person_id, by=house.admin, at=now)
        assert list_own_sessions(session, by=house.municipal, at=now) == ()


def test_places_to_choose_are_those_one_manages(database: Database, house: House) -> None:
    with database.reading() as session:
        names = {
            by.person_id: [place.name for place in list_places(session, by=by)]
            for by in (house.admin, house.municipal, house.coordinator)
        }
    assert names[house.admin.person_id] == ["", "Пробный район"]
    assert names[house.municipal.person_id] == ["Пробный район", "Школа № 1", "Школа № 2"]
    assert names[house.coordinator.person_id] == ["Школа № 1"]


def test_trying_a_password_keeps_no_writer_waiting(
    database: Database, house: House, now: datetime
) -> None:
    del house
    with database.transaction(), database.reading() as session:
        assert accounts.knock(session, login="so", password=PASSWORD, origin="", at=now).fits


def test_a_knock_opens_nothing_after_a_lock_or_a_new_password(
    database: Database, house: House, now: datetime
) -> None:
    with database.reading() as session:
        early = accounts.knock(session, login="so", password=PASSWORD, origin="", at=now)
    for _ in range(accounts.MOST_FAILURES):
        assert _log_in(database, "so", "не тот", now) is None
    assert _enter(database, early, now) is None
    with database.transaction() as session:
        accounts.reset_password(
            session, person_id=house.coordinator.person_id, by=house.municipal, at=now
        )
    assert _enter(database, early, now) is None


def test_a_first_password_opens_its_own_account_alone(
    database: Database, house: House, now: datetime
) -> None:
    with database.transaction() as session:
        [first] = accounts.make_school_coordinators(
            session, municipality_id=house.town.id, by=house.municipal, at=now
        )
        second = accounts.reset_password(
            session, person_id=house.coordinator.person_id, by=house.municipal, at=now
        )
    assert _log_in(database, first.login, first.password, now) is not None
    assert _log_in(database, first.login, second.password, now) is None
    assert _log_in(database, second.login, second.password, now) is not None


def test_people_come_a_page_at_a_time(
    enter: Enter, database: Database, house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.people.accounts.PAGE_SIZE", 3)
    with database.transaction() as session:
        for number in range(7):
            make_person(session, f"e{number}", Role.EXPERT, at=now, school=house.school)
    client, seen, address = enter("so"), [], "/people/?role=expert"
    while address:
        text = client.get(address).text
        seen += re.findall(r'<td class="mono">(\w+)</td>', text)
        links = re.findall(r'href="(/people/\?after=[^"]+)"', text)
        address = links[0].replace("&amp;", "&") if links else ""
    assert seen == [f"e{number}" for number in range(7)]
