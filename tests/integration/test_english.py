"""In English a page holds no Russian words but those of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from app.access import Role
from app.bridge.retention import PERSONAL_BASIS, USUAL_BASIS
from app.bridge.titles import ExamTitle
from app.db import Database
from app.exchange.problems import problem
from app.web.words import told
from assignment import Sentence
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

# The switch of languages, an exam, a campaign, a class and a scored thing are called so in data.
DATA = re.compile(
    r"Русский язык|Литературное чтение|Математика|Русский|ВПР"
    r"|\"А\"|\b[0-9]+[АБВ]\b|4К[12]|отсутствовал|нет отметки"
    # The law by which documents are kept is quoted as the municipality's own document quotes it.
    rf"|{re.escape(USUAL_BASIS)}|{re.escape(PERSONAL_BASIS)}"
    r"|школа \(school\)|класс \(class\)|код \(code\)|да \(yes\)|нет \(no\)"
)
HEADINGS = re.compile(r"<dt>.*?</dt>")  # columns of a file are called so in the file
WORD = re.compile("[А-Яа-яЁё]+")


@pytest.fixture
def app(app: Flask, database: Database, now: datetime) -> Flask:
    """The application with the people of these tests."""
    with database.transaction() as session:
        district = make_municipality(session, name="Test district")
        school = make_school(session, district)
        school.name = "School 1"
        exam = make_exam(session, district, at=now)
        make_participants(session, exam, make_class(session, school), ("10001", "10010"))
        expert = make_person(session, "expert", Role.EXPERT, at=now, school=school)
        make_expert(session, expert.person_id, school)
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        make_person(session, "city", Role.MUNICIPAL_COORDINATOR, at=now, municipality=district)
        make_person(session, "school", Role.SCHOOL_COORDINATOR, at=now, school=school)
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=district)
    return app


def russian_words(page: str) -> list[str]:
    return WORD.findall(DATA.sub("", HEADINGS.sub("", page)))


def linked_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, each once, with its address."""
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/static", "/bootstrap")):
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.location:
            waiting.append(answer.location)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            waiting += [one.split("?")[0] for one in re.findall(r'href="(/[^"#]*)"', answer.text)]
            yield address, answer.text


def test_the_login_page_speaks_english(app: Flask) -> None:
    client = app.test_client()
    client.post("/language/en")
    page = client.get("/login").text
    assert "Sign in" in page
    assert russian_words(page) == []


@pytest.mark.parametrize(
    ("login", "least"), [("admin", 8), ("city", 15), ("school", 12), ("chair", 3), ("expert", 3)]
)
def test_all_pages_of_a_role_speak_english(enter: Enter, login: str, least: int) -> None:
    client = enter(login)
    client.post("/language/en")
    found = {address: russian_words(page) for address, page in linked_pages(client)}
    assert len(found) >= least
    assert {address: words for address, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "params", "said"),
    [
        (
            "%(exam)s: загрузите сканы.",
            {"exam": ExamTitle(subject="History", grade=6)},
            "History, grade 6: upload scans.",
        ),
        (
            "В файле ошибки (мест: %(count)s). Первая: %(first)s",
            {"count": 2, "first": problem("C5", "x", "Столбец указан дважды")},
            "The file has errors (places: 2). The first: C5: «x». The column is given twice",
        ),
        (
            "Нельзя: %(reason)s",
            {"reason": Sentence(text="своя школа")},
            "Not allowed: own school",
        ),
        (
            "Ячейка пуста. %(help)s",
            {"help": "Логин учителя"},
            "The cell is empty. The teacher's login",
        ),
        (
            "Класс %(name)s в школе уже есть.",
            {"name": "Школа"},
            "The school already has class Школа.",
        ),
    ],
)
def test_words_inside_a_sentence_are_said_in_its_language_and_data_as_they_are(
    app: Flask, text: str, params: dict[str, object], said: str
) -> None:
    with app.test_request_context(), force_locale("en"):
        assert told(text, params) == said
