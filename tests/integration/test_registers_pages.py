"""Pages of people and registers through the real application."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.access import Role
from app.db import Database
from app.exchange.register_read import read_register
from app.exchange.registers import REGISTERS
from app.models import Conflict, Expert, Person, School, SchoolClass
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.integration.conftest import Enter


@pytest.fixture
def app(app: Flask, database: Database, now: datetime) -> Flask:
    """The application with the people of these tests."""
    with database.transaction() as session:
        town = make_municipality(session)
        home, other = make_school(session, town, 1), make_school(session, town, 2)
        make_class(session, other)
        exam = make_exam(session, town, at=now)
        make_participants(session, exam, make_class(session, home), ("00011", "00022"))
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=home)
        expert = make_person(session, "expert", Role.EXPERT, at=now, school=home)
        make_expert(session, expert.person_id, home)
    return app


def _upload(client: FlaskClient, key: str, text: str, **fields: str) -> str:
    file = (io.BytesIO(text.encode()), "rows.csv")
    answer = client.post(f"/registers/{key}/import", data={"file": file, **fields})
    return answer.get_data(as_text=True)


def _content(page: str) -> dict[str, str]:
    found = re.search(r'name="content" value="([^"]*)"', page)
    assert found is not None
    return {"content": found[1]}


def _municipality(client: FlaskClient) -> str:
    page = client.get("/registers/schools/import").get_data(as_text=True)
    found = re.search(r'<option value="([^"]+)">Пробный район', page)
    assert found is not None
    return found[1]


def test_a_file_is_tried_then_taken_in(enter: Enter, database: Database) -> None:
    client = enter("mo")
    fields = {"municipality_id": _municipality(client)}
    page = _upload(
        client, "schools", "Логин ОО;Название ОО\nedu300001;Новая\nedu100001;Лицей\n", **fields
    )
    assert "Новых строк: 1, изменённых: 1, без изменений: 0, ошибочных: 0" in page
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(School)) == 2
    client.post("/registers/schools/import/apply", data=_content(page) | fields)
    with database.reading() as session:
        names = set(session.scalars(select(School.name)))
    assert names == {"Новая", "Лицей", "Школа № 2"}


def test_wrong_rows_come_back_as_a_file_and_nothing_is_taken_in(
    enter: Enter, database: Database
) -> None:
    client = enter("so")
    text = "Логин ОО;Класс;Порядковый номер класса\nedu100001;5А;1\nedu100002;5А;1\n"
    page = _upload(client, "classes", text)
    assert "Школы с логином «edu100002» среди ваших нет." in page
    assert "Записать всё" not in page
    answer = client.post("/registers/classes/import/wrong.xlsx", data=_content(page))
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    again = read_register(answer.data, REGISTERS["classes"])
    assert [one.school for one in again.records] == ["edu100002"]
    client.post("/registers/classes/import/apply", data=_content(page))
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(SchoolClass.grade == 5)) == 0


@pytest.mark.parametrize("content", ["А", "не файл", "A==="])
@pytest.mark.parametrize("step", ["apply", "wrong.xlsx"])
def test_a_trial_sent_back_spoilt_is_refused(enter: Enter, step: str, content: str) -> None:
    client = enter("so")
    answer = client.post(
        f"/registers/classes/import/{step}", data={"content": content}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "Файл не выбран или пуст" in answer.get_data(as_text=True)


@pytest.mark.parametrize("text", ["", "\x00\x01", "Имя ученика;Код\nНекто;1\n"])
def test_a_file_that_is_no_register_is_refused_with_a_reason(enter: Enter, text: str) -> None:
    client = enter("so")
    file = (io.BytesIO(text.encode()), "rows.csv")
    answer = client.post(
        "/registers/codes/import", data={"file": file}, follow_redirects=True
    ).get_data(as_text=True)
    reasons = ("Файл не выбран или пуст", "Файл не таблица", "личных данных учеников")
    assert any(reason in answer for reason in reasons)


@pytest.mark.parametrize("key", REGISTERS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_register_is_exported_as_it_can_be_read(enter: Enter, key: str, kind: str) -> None:
    answer = enter("mo").get(f"/registers/{key}/export.{kind}")
    assert read_register(answer.data, REGISTERS[key]).errors == ()


def test_a_school_coordinator_has_no_file_of_schools(enter: Enter) -> None:
    client = enter("so")
    assert client.get("/registers/schools/import").status_code == 404
    assert client.get("/registers/schools/new").status_code == 404


def test_what_belongs_to_another_school_answers_as_what_is_not_there(
    enter: Enter, database: Database
) -> None:
    client = enter("so")
    with database.reading() as session:
        theirs = session.scalar(
            select(SchoolClass.id).join(School).where(School.login == "edu100002")
        )
    nothing = "00000000-0000-4000-8000-000000000000"
    pages = [client.get(f"/registers/classes/{key}") for key in (theirs, nothing)]
    assert [page.status_code for page in pages] == [404, 404]


def test_an_expert_is_added_corrected_withdrawn_and_removed(
    enter: Enter, database: Database
) -> None:
    client = enter("so")
    with database.reading() as session:
        school_id = session.scalar(select(School.id).where(School.login == "edu100001"))
    form = {
        "display_name": "Учитель Второй",
        "school": str(school_id),
        "subjects": "Русский язык: 01.09.2010",
        "capacity": "20",
        "teaches": "4А",
    }
    client.post("/registers/experts/new", data=form)
    with database.reading() as session:
        expert = session.scalars(
            select(Expert).join(Person).where(Person.login == "edu100001-1")
        ).one()
    client.post(f"/registers/experts/{expert.id}", data=form | {"capacity": "7"})
    client.post(f"/registers/experts/{expert.id}/withdraw")
    page = client.get(f"/registers/experts/{expert.id}").get_data(as_text=True)
    assert 'value="7"' in page
    assert "Отстранён" in page
    client.post(f"/registers/experts/{expert.id}/remove")
    assert client.get(f"/registers/experts/{expert.id}").status_code == 404


def test_a_wrong_date_of_a_subject_is_told_on_the_same_page(enter: Enter) -> None:
    client = enter("mo")
    page = client.get("/registers/experts/new").get_data(as_text=True)
    school = re.findall(r'<option value="([0-9a-f-]{36})"', page)[0]
    form = {"display_name": "Некто", "school": school, "subjects": "Русский", "capacity": "1"}
    answer = client.post("/registers/experts/new", data=form).get_data(as_text=True)
    assert "Предмет «Русский»: ожидается «предмет: ДД.ММ.ГГГГ»." in answer


def test_an_expert_recuses_himself_on_his_page_and_the_coordinator_lifts_it(
    enter: Enter, database: Database
) -> None:
    expert = enter("expert")
    with database.reading() as session:
        school_id = session.scalar(select(School.id).where(School.login == "edu100002"))
    expert.post("/recusal/", data={"place": f"school:{school_id}", "category": "relative"})
    assert "Школа № 2" in expert.get("/recusal/").get_data(as_text=True)
    with database.reading() as session:
        conflict_id = session.scalars(select(Conflict.id)).one()
    coordinator = enter("so")
    page = coordinator.get("/registers/conflicts").get_data(as_text=True)
    assert "сам эксперт" in page
    coordinator.post(f"/registers/conflicts/{conflict_id}/withdraw")
    assert "Пока ничего" in expert.get("/recusal/").get_data(as_text=True)


def test_slips_and_protocol_of_a_class_are_pdf(enter: Enter) -> None:
    client = enter("so")
    page = client.get("/registers/codes").get_data(as_text=True)
    address = re.search(r'href="(/registers/codes/[0-9a-f-]+/[0-9a-f-]+)"', page)
    assert address is not None
    inner = client.get(address[1]).get_data(as_text=True)
    for link in re.findall(r'href="([^"]+\.pdf[^"]*)"', inner):
        assert client.get(link.replace("&amp;", "&")).data.startswith(b"%PDF")
    assert "slips.pdf" in inner
    assert "protocol.pdf" in inner


def test_codes_are_issued_on_the_page_of_the_class(enter: Enter) -> None:
    client = enter("so")
    page = client.get("/registers/codes").get_data(as_text=True)
    address = re.search(r'href="(/registers/codes/[0-9a-f-]+/[0-9a-f-]+)"', page)
    assert address is not None
    client.post(f"{address[1]}/issue", data={"count": "3"})
    client.post(f"{address[1]}/add", data={"code": "Иванов"})
    after = client.get(address[1]).get_data(as_text=True)
    assert "кодов: 5" in after
    assert "Код «Иванов»: ожидаются только цифры" in after


def test_the_sheet_of_first_passwords_carries_its_pdf_and_is_not_kept(
    app: Flask, enter: Enter
) -> None:
    client = enter("mo")
    place = client.get("/people/new").get_data(as_text=True)
    school = re.findall(r'<option value="(school:[0-9a-f-]{36})"', place)[0]
    form = {
        "display_name": "Координатор Второй",
        "login": "second",
        "role": "school_coordinator",
        "place": school,
    }
    answer = client.post("/people/new", data=form)
    page = answer.get_data(as_text=True)
    password = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", page)
    pdf = re.search(r"data:application/pdf;base64,([^\"]+)", page)
    assert password is not None
    assert pdf is not None
    assert b64decode(pdf[1]).startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    entered = app.test_client().post("/login", data={"login": "second", "password": password[0]})
    assert entered.status_code == 302


def test_the_administrator_adds_and_corrects_a_municipality(enter: Enter) -> None:
    client = enter("admin")
    form = {"name": "Частные школы", "timezone": "Asia/Omsk", "territory": "responsible"}
    client.post("/people/municipalities", data=form)
    page = client.get("/people/municipalities").get_data(as_text=True)
    address = re.search(r'href="(/people/municipalities/[0-9a-f-]+)">Частные', page)
    assert address is not None
    client.post(address[1], data={"name": "Частные и федеральные", "timezone": "Asia/Omsk"})
    assert "Частные и федеральные" in client.get("/people/municipalities").get_data(as_text=True)


def test_the_page_of_a_person_gives_and_takes_roles(enter: Enter, database: Database) -> None:
    client = enter("mo")
    with database.reading() as session:
        person_id = session.scalar(select(Person.id).where(Person.login == "expert"))
    page = client.get(f"/people/{person_id}").get_data(as_text=True)
    town = re.findall(r'<option value="(municipality:[0-9a-f-]{36})"', page)[0]
    client.post(f"/people/{person_id}/roles", data={"role": "commission_chair", "place": town})
    page = client.get(f"/people/{person_id}").get_data(as_text=True)
    assert "Председатель комиссии</th>" in page
    revoke = re.findall(r'action="([^"]+/revoke)"', page)
    for address in revoke:
        client.post(address)
    page = client.get(f"/people/{person_id}").get_data(as_text=True)
    assert "в реестре экспертов" in page
    assert "Председатель комиссии</th>" not in page
    for action in ("sessions/end", "close", "reopen"):
        assert client.post(f"/people/{person_id}/{action}").status_code == 302
    assert "Первые пароли" in client.post(f"/people/{person_id}/password").get_data(as_text=True)


def test_filters_of_people_and_experts_stand_in_the_address(enter: Enter) -> None:
    client = enter("mo")
    assert "expert" in client.get("/people/?role=expert").get_data(as_text=True)
    assert "Никого не нашлось" in client.get("/people/?q=zzz").get_data(as_text=True)
    assert "Экспертов не нашлось" in client.get(
        "/registers/experts?subject=%D0%A5%D0%B8%D0%BC%D0%B8%D1%8F"
    ).get_data(as_text=True)
    assert "Школ не нашлось" in client.get("/registers/schools?participating=no").get_data(
        as_text=True
    )
